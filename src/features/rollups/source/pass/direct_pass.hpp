// Figures written row by row, each at once, without a statement around them.
#pragma once

#include "features/rollups/source/pass/group_pass.hpp"
#include "postgres/rows/table_writer.hpp"

namespace upkeep::rollups {

class direct_pass final : public group_pass {
public:
  direct_pass(const target_writer &plan, const rollup &of, group_keys &keys, row_finder &finder, MemoryContext memory);

  bool write(const group_change &change, bool anew) override;
  void after_insert() override;

private:
  void finish() override;
  bool write_found(const group_change &change, bool anew, bool is_locked);
  bool put(bool is_locked);
  void set(std::size_t figure);
  MemoryContext memory_of_group();

  bool has_trigger;
  bool is_used = false;
  MemoryContext scratch = nullptr; // of one group, from the second on
  pg::table_writer writer;
  std::vector<void *> domains;
  Datum *values; // of the row, by column
  bool *nulls, *replaced;
};

} // namespace upkeep::rollups
