// The door between JavaScript and core: a request and its answer, both JSON, in the module's memory.
#include "core/fault.hpp"
#include "packages/pg-upkeep/wasm/calls.hpp"

#include <exception>
#include <new>

namespace upkeep::wasm {

namespace {

// Never destroyed: the module ends with its memory.
std::string &request() {
  static std::string &text = *new std::string;
  return text;
}
std::string &answer() {
  static std::string &text = *new std::string;
  return text;
}

json error_of(const fault &what) {
  json error = json::object();
  error.set("sqlstate", json::string(what.sqlstate));
  error.set("message", json::string(what.message));
  if (!what.detail.empty())
    error.set("detail", json::string(what.detail));
  if (!what.hint.empty())
    error.set("hint", json::string(what.hint));
  return error;
}

// {"value": ...} or {"error": {...}}.
json answer_to(const std::string &text) {
  json result = json::object();
  try {
    const json asked = parse_json(text, on_too_deep::cut);
    const auto function = function_named(asked["function"].text());
    if (!function)
      throw fault{.sqlstate = sqlstate::undefined_object,
                  .message = "there is no function \"" + asked["function"].text() + "\" in this module",
                  .hint = "Use the module that came with this version of the package."};
    result.set("value", function(asked["arguments"]));
  } catch (const fault &what) {
    result.set("error", error_of(what));
  } catch (const std::bad_alloc &) {
    result.set("error", error_of({.sqlstate = sqlstate::out_of_memory, .message = "out of memory"}));
  } catch (const std::exception &what) {
    result.set("error", error_of({.sqlstate = sqlstate::internal_error, .message = what.what()}));
  }
  return result;
}

} // namespace

} // namespace upkeep::wasm

using namespace upkeep::wasm;

extern "C" {

// Room for a request of so many bytes.
char *upkeep_request(std::size_t size) {
  request().resize(size);
  return request().data();
}

// Where the answer to it is, after upkeep_call, which returns its size.
const char *upkeep_answer() { return answer().data(); }

std::size_t upkeep_call() {
  answer() = answer_to(request()).dump();
  return answer().size();
}
}
