// touch_path against the transitive closure: two bytes an edge, over sixteen tables.
#include "core/touch.hpp"
#include "require.hpp"

#include <algorithm>
#include <array>

using namespace upkeep;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static volatile std::sig_atomic_t never = 0;
  std::vector<touch_edge> edges;
  std::array<std::array<bool, 16>, 16> reaches{};
  for (std::size_t i = 0; i < 16; ++i)
    reaches[i][i] = true;
  for (std::size_t i = 1; i + 1 < size && edges.size() < 64; i += 2) {
    edges.push_back({data[i] % 16u, data[i + 1] % 16u});
    reaches[data[i] % 16][data[i + 1] % 16] = true;
  }
  for (std::size_t via = 0; via < 16; ++via)
    for (auto &row : reaches)
      for (std::size_t to = 0; row[via] && to < 16; ++to)
        row[to] |= reaches[via][to];

  const table_id from = size ? data[0] % 16u : 0, to = size ? data[0] / 16u : 0;
  const std::vector<table_id> path = touch_path(edges, from, to, {&never, [] {}});
  REQUIRE(path.empty() != reaches[from][to]);
  if (path.empty())
    return 0;
  REQUIRE(path.front() == from && path.back() == to);
  for (std::size_t i = 1; i < path.size(); ++i)
    REQUIRE(std::any_of(edges.begin(), edges.end(),
                        [&](const touch_edge &edge) { return edge.child == path[i - 1] && edge.parent == path[i]; }));
  return 0;
}
