#include "core/order_status.hpp"

#include <algorithm>

namespace upkeep {

namespace {

bool contains(const std::vector<std::string> &list, std::string_view status) {
  return std::find(list.begin(), list.end(), status) != list.end();
}

} // namespace

void status_moves::allow(const std::string &from, const std::string &to) {
  std::vector<std::string> &list = moves[from];
  if (to != from && !contains(list, to))
    list.push_back(to);
}

bool status_moves::may_move(std::string_view from, std::string_view to) const {
  return from == to || contains(moves_from(from), to);
}

const std::vector<std::string> &status_moves::moves_from(std::string_view from) const {
  static const std::vector<std::string> *none = new std::vector<std::string>;
  const auto found = moves.find(from);
  return found == moves.end() ? *none : found->second;
}

} // namespace upkeep
