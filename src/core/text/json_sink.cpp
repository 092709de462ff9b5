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

} // namespace upkeep
