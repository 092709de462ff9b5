// Which status an order may move to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::orders {

// The legal moves, a list for each status; a status without a list is final.
class status_moves {
public:
  // A status that may be final.
  void add(const std::string &status) { moves[status]; }
  // A move that is allowed twice is one.
  void allow(const std::string &from, const std::string &to);

  // Writing the same status again is not a move, and always legal.
  bool may_move(std::string_view from, std::string_view to) const;

  // Where a status may move to, in the order of the calls of `allow`; none where it is final.
  const std::vector<std::string> &moves_from(std::string_view from) const;

  // Every status that was named, once; and whether some other may move to this one.
  std::vector<std::string> statuses() const;
  bool reaches(std::string_view status) const;

private:
  std::map<std::string, std::vector<std::string>, std::less<>> moves;
};

} // namespace upkeep::orders
