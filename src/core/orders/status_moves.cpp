#include "core/orders/status_moves.hpp"

#include <algorithm>

namespace upkeep::orders {

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

std::vector<std::string> status_moves::statuses() const {
  std::vector<std::string> all;
  for (const auto &[from, list] : moves) {
    if (!contains(all, from))
      all.push_back(from);
    for (const std::string &to : list)
      if (!contains(all, to))
        all.push_back(to);
  }
  return all;
}

bool status_moves::reaches(std::string_view status) const {
  return std::any_of(moves.begin(), moves.end(), [&](const auto &each) { return contains(each.second, status); });
}

} // namespace upkeep::orders
