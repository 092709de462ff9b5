// What both ways to write figures have in common.
#pragma once

#include "features/rollups/source/pass/row_finder.hpp"
#include "features/rollups/target/expected_totals.hpp"

namespace upkeep::rollups {

class group_pass {
public:
  group_pass(const target_writer &plan, const rollup &of, group_keys &keys, row_finder &finder, MemoryContext memory);
  group_pass(const group_pass &) = delete;
  group_pass &operator=(const group_pass &) = delete;
  virtual ~group_pass() = default;

  // Writes, or prepares to write, the figures of a group whose row is there and locks that; false where there is none.
  // `anew`: they are what the source says, whatever was stored.
  virtual bool write(const group_change &change, bool anew) = 0;
  // A statement has written the target: a row, and whatever its triggers did.
  virtual void after_insert() = 0;
  // Writes what was prepared, and fires the triggers of what was written.
  void close();

  // Of the rows whose count is 0 now.
  const std::vector<key_value> &emptied() const { return empty_keys; }

protected:
  virtual void finish() = 0;
  // Whether what the statement changed is in the figures already, at least in part. It may be so at any time: triggers
  // of the target write the source, too.
  bool is_computed(const group_change &change) const;
  // Of the row whose stored figures were given.
  void compute(const group_change &change, bool anew);
  void note_written(const group_change &change);

  const target_writer &plan;
  const rollup &of;
  group_keys &keys;
  row_finder &finder;
  MemoryContext memory;
  next_figures next;

private:
  void read_anew(const key_value &key);

  std::vector<key_value> empty_keys;
  Relation target = nullptr; // open while totals are read
  std::optional<expected_totals> totals;
};

} // namespace upkeep::rollups
