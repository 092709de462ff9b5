#include "core/text/json_tree.hpp"

#include "core/numeric/decimal.hpp"

namespace upkeep {

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
