#include "core/touch.hpp"

#include <algorithm>
#include <unordered_map>

namespace upkeep {

std::vector<table_id> touch_path(const std::vector<touch_edge> &edges, table_id from, table_id to,
                                 const interrupt &stop) {
  std::unordered_map<table_id, std::vector<table_id>> parents;
  for (const touch_edge &edge : edges) {
    stop.poll();
    parents[edge.child].push_back(edge.parent);
  }

  // Breadth first: `reached` remembers the table each one was reached from.
  std::unordered_map<table_id, table_id> reached{{from, from}};
  std::vector<table_id> queue{from};
  for (std::size_t next = 0; next < queue.size() && !reached.contains(to); ++next) {
    stop.poll();
    const table_id table = queue[next];
    for (const table_id parent : parents[table])
      if (reached.emplace(parent, table).second)
        queue.push_back(parent);
  }
  if (!reached.contains(to))
    return {};

  std::vector<table_id> path{to};
  while (path.back() != from)
    path.push_back(reached.at(path.back()));
  std::reverse(path.begin(), path.end());
  return path;
}

} // namespace upkeep
