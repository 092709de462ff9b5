// Statements about the row, or the group, with one key.
#pragma once

#include "features/rollups/group_keys.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/sql/sql.hpp"

#include <memory>

namespace upkeep::rollups {

// The key's values are the parameters $1, ..., of the types of its columns under any domains; others come after them.
class keyed_statement {
public:
  // `before`, a condition for the row t with the key, `after`. Each set of keys that are NULL has a text of its own.
  keyed_statement(const rollup &of, const pg::fragment &before, const pg::fragment &after, std::vector<Oid> others,
                  pg::access by);
  // A text that holds for any key.
  keyed_statement(const rollup &of, const pg::fragment &text, pg::access by);

  // Sees what `snapshot` sees, by default what a new statement would see.
  pg::rows execute(const key_value &key, std::span<const NullableDatum> others = {},
                   Snapshot snapshot = InvalidSnapshot) const;

private:
  std::vector<Oid> types;
  std::size_t keys;
  std::vector<std::unique_ptr<const pg::saved_query>> plans;
};

} // namespace upkeep::rollups
