// A pass over the groups that a statement changed, or that are to be read anew.
#pragma once

#include "features/rollups/source/pass/group_pass.hpp"

#include <memory>

namespace upkeep::rollups {

class application {
public:
  application(const target_writer &plan, const rollup &of, group_keys &keys, MemoryContext memory);

  // In the order of the keys. `anew`: figures are what the source says.
  void write(const std::vector<group_change> &changes, bool anew);

private:
  void write_all(const std::vector<group_change> &changes, bool anew);
  bool settle(const group_change &change, bool anew);
  std::vector<const group_change *> lock_absent(const std::vector<group_change> &changes);
  void look_again(const group_change &missing, bool anew);
  void remove_empty();

  const target_writer &plan;
  const rollup &of;
  group_keys &keys;
  row_finder finder;
  bool is_direct;
  std::unique_ptr<group_pass> pass;
  std::vector<key_value> may_be_empty; // where rows that hold nothing go
};

} // namespace upkeep::rollups
