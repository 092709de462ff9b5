// Whether a figure would be computed from itself.
#include "features/rollups/enable/cycles.hpp"

#include "core/fault.hpp"
#include "core/text/joined.hpp"
#include "features/rollups/enable/computed_columns.hpp"
#include "postgres/relation.hpp"

#include <deque>

namespace upkeep::rollups {

using pg::call;

namespace {

// From each column that is reached, to the one before it on the way.
using way_back = std::map<place, place>;

way_back reached_from(const place &start, const computed_columns &columns) {
  way_back came_from;
  std::deque<place> next{start};
  for (; !next.empty(); next.pop_front()) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    if (const auto found = columns.from.find(next.front()); found != columns.from.end())
      for (const place &each : found->second)
        if (came_from.emplace(each, next.front()).second)
          next.push_back(each);
  }
  return came_from;
}

std::string text_of(const place &column) { return fmt::format("{}.{}", pg::table_name(column.first), column.second); }

// Puts what leads from start to end, without the start, before what is there.
void put_before(std::vector<std::string> &way, const place &start, const place &end, const way_back &came_from) {
  way.insert(way.begin(), text_of(end));
  for (place at = came_from.at(end); at != start; at = came_from.at(at))
    way.insert(way.begin(), text_of(at));
}

[[noreturn]] void refuse_cycle(const place &figure, std::vector<std::string> way) {
  way.insert(way.begin(), text_of(figure));
  throw fault{.sqlstate = sqlstate::invalid_object_definition,
              .message = fmt::format("figure \"{}\" of table \"{}\" would be computed from itself", figure.second,
                                     pg::table_name(figure.first)),
              .detail = fmt::format("A change would go round: {}.", joined(way, " -> ")),
              .hint = "Compute it from other columns, or disable another rollup of the cycle."};
}

void require_no_way_back(const place &figure, const computed_columns &columns) {
  const way_back came_from = reached_from(figure, columns);
  if (!came_from.contains(figure))
    return;
  std::vector<std::string> way;
  put_before(way, figure, figure, came_from);
  refuse_cycle(figure, std::move(way));
}

} // namespace

void require_no_cycle(const rollup &of) {
  const computed_columns columns = what_is_computed();
  for (const figure &each : of.figures)
    require_no_way_back({of.target, each.column.name}, columns);
}

void require_no_cycle_through(Oid table) {
  const Oid root = pg::topmost(table);
  const computed_columns columns = what_is_computed();
  for (const place &figure : columns.figures) {
    const way_back to = reached_from(figure, columns);
    if (!to.contains(figure))
      continue;
    for (const auto &[through, before] : to) {
      if (through.first != root)
        continue;
      const way_back from = reached_from(through, columns);
      if (!from.contains(figure))
        continue;
      std::vector<std::string> way;
      put_before(way, through, figure, from);
      if (through != figure)
        put_before(way, figure, through, to);
      refuse_cycle(figure, std::move(way));
    }
  }
}

} // namespace upkeep::rollups
