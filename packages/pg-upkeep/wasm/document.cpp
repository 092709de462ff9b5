#include "packages/pg-upkeep/wasm/document.hpp"

#include "core/numeric/decimal.hpp"
#include "packages/pg-upkeep/wasm/numbers.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::wasm {

namespace {

// Escapes as PostgreSQL writes them: of the control characters five have letters.
void write_string(std::string_view text, std::string &into) {
  static constexpr std::string_view letters = "bfnrt", meanings = "\b\f\n\r\t";
  into += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\')
      into += {'\\', c};
    else if (const std::size_t letter = meanings.find(c); letter != std::string_view::npos)
      into += {'\\', letters[letter]};
    else if (static_cast<unsigned char>(c) < 0x20)
      into += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      into += c;
  }
  into += '"';
}

void write(const json &value, std::string &into) {
  const char *separator = "";
  switch (value.type()) {
  case json::kind::string:
    return write_string(value.text(), into);
  case json::kind::array:
    into += '[';
    for (const json &element : value.elements()) {
      into += separator;
      write(element, into);
      separator = ", ";
    }
    into += ']';
    return;
  case json::kind::object:
    into += '{';
    for (const auto &[key, member] : value.members()) {
      into += separator;
      write_string(key, into);
      into += ": ";
      write(member, into);
      separator = ", ";
    }
    into += '}';
    return;
  default:
    value.write(into);
  }
}

json canonical_object(const json &value) {
  std::vector<const json::member *> members;
  for (const json::member &each : value.members())
    members.push_back(&each);
  std::ranges::stable_sort(members, [](const json::member *a, const json::member *b) {
    return a->first.size() != b->first.size() ? a->first.size() < b->first.size() : a->first < b->first;
  });
  json result = json::object();
  for (const json::member *each : members)
    result.set(each->first, canonical(each->second));
  return result;
}

} // namespace

json canonical(const json &value) {
  switch (value.type()) {
  case json::kind::number:
    return json::number(numeric_text(value.text()));
  case json::kind::object:
    return canonical_object(value);
  case json::kind::array: {
    json result = json::array();
    for (const json &element : value.elements())
      result.add(canonical(element));
    return result;
  }
  default:
    return value;
  }
}

std::string jsonb_text(const json &value) {
  std::string result;
  write(canonical(value), result);
  return result;
}

} // namespace upkeep::wasm
