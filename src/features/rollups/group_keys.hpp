// The keys of groups as values: told apart, sorted and copied by the types of the target's columns.
#pragma once

#include "features/rollups/rollup.hpp"
#include "postgres/values/value_order.hpp"

#include <span>

namespace upkeep::rollups {

// The key of one group; the arrays have a place for each key column, and live where whoever made it says.
struct key_value {
  Datum *values;
  bool *nulls;
};

// Two NULLs are the same key. Every function may raise.
class group_keys {
public:
  // What types' functions remember lies in `memory`.
  group_keys(std::span<const group_key> keys, MemoryContext memory);

  std::size_t count() const { return columns.size(); }
  std::uint32_t hash(const key_value &key);
  bool is_same(const key_value &a, const key_value &b);
  // Less than 0, 0 or more: the order in which groups are locked, the same in every session.
  int compare(const key_value &a, const key_value &b);
  // A copy in the current memory context.
  key_value copied(const key_value &key) const;
  // The same, in arrays that are there.
  void copy_to(const key_value &copy, const key_value &key) const;
  bool has_null(const key_value &key) const;

private:
  std::vector<pg::value_order> columns;
};

// "shop_id = 7", or "(shop_id, record_date) = (7, 2026-11-29)", for messages.
std::string key_text(std::span<const group_key> keys, const key_value &key);
// The same in the current memory context, for what an error's CONTEXT says: it may raise, and needs no destructor.
const char *written_key(std::span<const group_key> keys, const key_value &key);

} // namespace upkeep::rollups
