// Recognises a row that an UPDATE moves from one partition to another. PostgreSQL fires the triggers of an update, a
// deletion and an insertion for it, one behind the other; only their sequence tells it from a new row.
#pragma once

#include <cstdint>
#include <vector>

namespace upkeep {

class row_move {
public:
  // Where a trigger fires: how deep, in which (sub)transaction, on the partitions of which table.
  struct scene {
    int depth;
    std::uint32_t transaction;
    std::uint32_t root;
    bool operator==(const scene &) const = default;
  };

  // The place of a row: its partition and its number there.
  struct place {
    std::uint32_t partition;
    std::uint64_t number;
    bool operator==(const place &) const = default;
  };

  void updated(const scene &now, const place &row) { state_of(now) = {step::updated, now, row, 0}; }

  // True where the row that goes is the one that was just updated: what is to stay the same goes to `leaving`.
  bool deleted(const scene &now, const place &row) {
    state &last = state_of(now);
    const bool follows = last.reached == step::updated && last.at == now && last.row == row;
    last.reached = follows ? step::deleted : step::none;
    return follows;
  }
  void leaving(const scene &now, std::uint64_t fingerprint) { state_of(now).fingerprint = fingerprint; }

  // True where the row that comes may be the one that has just left: it is, if it has that fingerprint.
  bool may_arrive(const scene &now) {
    state &last = state_of(now);
    const bool follows = last.reached == step::deleted && last.at == now;
    last.reached = step::none;
    return follows;
  }
  std::uint64_t expected(const scene &now) { return state_of(now).fingerprint; }

private:
  enum class step { none, updated, deleted };
  struct state {
    step reached = step::none;
    scene at{};
    place row{};
    std::uint64_t fingerprint = 0;
  };

  // A trigger of another one's statement stands between two steps, not in their place.
  state &state_of(const scene &now) {
    const auto depth = static_cast<std::size_t>(now.depth);
    if (states.size() <= depth)
      states.resize(depth + 1);
    return states[depth];
  }

  std::vector<state> states;
};

} // namespace upkeep
