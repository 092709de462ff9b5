// What the figures of one row become.
#pragma once

#include "features/rollups/source/changes.hpp"

namespace upkeep::rollups {

class next_figures {
public:
  // What types' functions remember lies in `memory`.
  next_figures(const rollup &of, MemoryContext memory);

  // One of the row's figures, in the order of the rollup. Values that are not by value live as long as what they were
  // made of, or in the memory context that was current.
  struct figure_now {
    NullableDatum stored; // given by the caller
    NullableDatum next;   // as it is to be stored
    bool differs;
  };
  std::vector<figure_now> figures;

  // Adds what came and went to what is stored. False where an extreme may have left: then the source knows. Throws
  // 22003 for what the column cannot hold.
  bool follow(const group_change &change);
  // Takes what the source says, as one_group returns it, of the extremes alone or of all.
  void take(const key_value &key, std::span<const NullableDatum> said, bool extremes_only);
  // Takes all figures as their columns hold them.
  void take_totals(std::span<const NullableDatum> totals);

  bool any_differs() const;
  // Of a count or a sum, as it is to be.
  bool is_zero(std::size_t i) const;

private:
  bool follow_extreme(std::size_t i, const figure_change &change);
  void add(std::size_t i, const figure_change &change, const key_value &key);
  Datum stored_sum(std::size_t i, Datum sum, const key_value &key) const;
  bool is_same(std::size_t i, const NullableDatum &value);
  void set(std::size_t i, const NullableDatum &value);
  bool is_beyond(std::size_t i, Datum a, Datum b);

  const rollup &of;
  std::vector<pg::value_order> orders; // of the extremes
};

} // namespace upkeep::rollups
