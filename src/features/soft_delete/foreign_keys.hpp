// The foreign keys from and to a table.
#pragma once

#include "postgres/relation.hpp"

namespace upkeep::soft_delete {

struct foreign_key {
  std::string name;
  // As the constraint has them: partitioned tables rather than their partitions.
  Oid child, parent;
  char on_delete; // as pg_constraint.confdeltype
  bool is_deferrable;
  std::vector<std::string> child_columns, parent_columns;
  std::vector<std::string> unlinked_columns; // of the child, which SET NULL and SET DEFAULT set
  std::vector<Oid> child_types, parent_types;
  // Conditions with the operators that the constraint compares by: on c.column, of the parent's values $1, $2, …; and
  // on p.column, of the child's.
  pg::fragment finds_children, finds_parent;
  pg::fragment relates; // c to p
};

// Those that refer to one of the tables, and those of the tables, by name. Need an SPI connection; the tables at their
// other ends are not locked.
std::vector<foreign_key> keys_to(const std::vector<Oid> &tables);
std::vector<foreign_key> keys_of(const std::vector<Oid> &tables);

// The table, and those that it is a partition of, for which a row of it is one of theirs.
std::vector<Oid> with_roots(Oid table);

} // namespace upkeep::soft_delete
