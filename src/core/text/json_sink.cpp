#include "core/text/json_sink.hpp"

#include "core/numeric/decimal.hpp"

namespace upkeep {

void json_sink::value(const json &whole) {
  switch (whole.type()) {
  case json::kind::null:
    null();
    break;
  case json::kind::boolean:
    boolean(whole.is_true());
    break;
  case json::kind::number: {
    const decimal number = decimal_from(whole.text().c_str());
    this->number(number.digits, number.scale);
    break;
  }
  case json::kind::string:
    string(whole.text());
    break;
  case json::kind::array:
    begin_array();
    for (const json &element : whole.elements())
      value(element);
    end_array();
    break;
  case json::kind::object:
    begin_object();
    for (const auto &[name, element] : whole.members()) {
      key(name);
      value(element);
    }
    end_object();
    break;
  }
}

void json_tree::number(int128 digits, int scale) {
  std::string text = to_text(digits, scale);
  trim(text);
  put(pending, json::number(std::move(text)));
}

void json_tree::written_number(int128 digits, int scale) { put(pending, json::number(to_text(digits, scale))); }

void json_tree::put(std::string_view name, json element) {
  if (open.empty())
    result = std::move(element);
  else if (json &into = open.back().second; into.type() == json::kind::object)
    into.set(name, std::move(element));
  else
    into.add(std::move(element));
}

void json_tree::close() {
  auto [name, whole] = std::move(open.back());
  open.pop_back();
  put(name, std::move(whole));
}

} // namespace upkeep
