// Which schemas are guarded, and which of their tables.
#pragma once

#include "postgres/compat.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::guard {

// The schemas that are guarded, and whether what would lose something there is blocked or only told.
class guarded_schemas {
public:
  // As upkeep.guard_rules has them; none while the guard sleeps: paused, within an extension's script, in pg_upgrade.
  // Needs an SPI connection.
  static guarded_schemas now();
  // The same while it sleeps.
  static guarded_schemas as_ruled();
  // Every schema, blocked: for a review.
  static guarded_schemas all();

  bool is_empty() const { return !everything && blocking.empty(); }
  bool contains(Oid schema) const { return everything || blocking.contains(schema); }
  // Whether the table stands in one of them, or is a partition or a child of one that does.
  bool reaches(Oid table) const;
  // Whether one of those through which it is guarded blocks.
  bool blocks(Oid table) const;
  // Whether they reach the table, or sequence, and what is in it can be lost: it is not temporary, not made by this
  // transaction, not an extension's. What is above or below it does not answer for it.
  bool guards(Oid table) const;
  // All that they reach and that has the trigger; those of one schema, and all below them.
  std::vector<Oid> tables() const;
  std::vector<Oid> tables_of(Oid schema) const;

private:
  std::vector<Oid> tables_in(const std::string &schemas) const;

  std::map<Oid, bool> blocking;
  bool everything = false;
};

// Whether nothing is guarded now, whatever the rules say: paused, within an extension's script, in pg_upgrade.
bool guard_sleeps();

// Whether the current user has the rights of the schema's owner; false where the schema is gone.
bool owns_schema(Oid schema);

// The owner of the extension's tables.
Oid keeper();

} // namespace upkeep::guard
