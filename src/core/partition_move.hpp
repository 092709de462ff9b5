// Recognises a row that an UPDATE moves from one partition to another. PostgreSQL fires the triggers of an update, a
// deletion and an insertion for it, one after the other; only their sequence tells it from a new row.
#pragma once

#include <cstdint>
#include <vector>

namespace upkeep {

class partition_move {
public:
  // A statement that is running, by an address of its own, and the table with the partitions.
  struct scene {
    const void *statement;
    std::uint32_t root;
    bool operator==(const scene &) const = default;
  };

  // The place of a row: its partition and its number there.
  struct place {
    std::uint32_t partition;
    std::uint64_t number;
    bool operator==(const place &) const = default;
  };

  void updated(const scene &now, const place &row) {
    state &last = state_of(now);
    last.reached = step::updated;
    last.row = row;
  }

  // True where the row that goes is the one that was just updated: what is to stay the same goes to `leaving`.
  bool deleted(const scene &now, const place &row) {
    state &last = state_of(now);
    const bool follows = last.reached == step::updated && last.row == row;
    last.reached = follows ? step::deleted : step::none;
    return follows;
  }
  void leaving(const scene &now, std::uint64_t fingerprint) { state_of(now).fingerprint = fingerprint; }

  // True where the row that comes may be the one that has just left: it is, if it has that fingerprint.
  bool may_arrive(const scene &now) {
    state &last = state_of(now);
    const bool follows = last.reached == step::deleted;
    last.reached = step::none;
    return follows;
  }
  std::uint64_t expected(const scene &now) { return state_of(now).fingerprint; }

  // To be called when the statement ends: another one can have its address.
  void forget(const void *statement) {
    std::erase_if(states, [=](const state &each) { return each.at.statement == statement; });
  }
  bool is_empty() const { return states.empty(); }

private:
  enum class step { none, updated, deleted };
  struct state {
    scene at{};
    step reached = step::none;
    place row{};
    std::uint64_t fingerprint = 0;
  };

  // Statements run within each other: there are as many as there are levels.
  state &state_of(const scene &now) {
    for (state &each : states)
      if (each.at == now)
        return each;
    return states.emplace_back(state{now});
  }

  std::vector<state> states;
};

} // namespace upkeep
