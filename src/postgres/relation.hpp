// The table a feature is enabled on: may it be, is it the caller's, which columns does it have.
#pragma once

#include "postgres/sql/fragment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::pg {

// Throws unless `table` exists (42P01), is an ordinary or partitioned table (42809) and belongs to the caller (42501);
// `verb` tells what was tried. Locks it, by default against other writers of its triggers, until the end of the
// transaction.
void require_own_table(Oid table, const char *verb, LOCKMODE lock = ShareRowExclusiveLock);

// Runs `body(Relation)` on a table that is locked already. Also a fault, which may be caught, leaves it closed.
Relation open_locked(Oid table);
void close_locked(Relation relation);
template <class F> void with_relation(Oid table, F &&body) {
  Relation relation = open_locked(table);
  try {
    body(relation);
  } catch (const fault &) {
    close_locked(relation);
    throw;
  }
  close_locked(relation);
}

// The number of a live column, or 0.
AttrNumber find_column(TupleDesc descriptor, const std::string &name);
// The same, throwing 42703 with table and column; the hint says to call upkeep.`enable` again.
AttrNumber require_column(Relation relation, const std::string &name, const char *enable);

// The table and all that inherit from it, partitions or not, at any depth, except foreign tables, which cannot have our
// triggers. Each is locked.
std::vector<Oid> with_descendants(Oid table, LOCKMODE lock);

// The tables that this one is a partition or a child of, at any distance, the nearest first. Takes no lock.
std::vector<Oid> ancestors(Oid table);

// The plain inheritance children (not partitions) of a table, at any depth; a lock is taken on each.
std::vector<Oid> inheritance_children(Oid table);

// "schema.table", or "ONLY schema.table" for a plain one: its inheritance children have triggers of their own.
fragment own_rows_of(Oid table);

// The root of the partitions that the table is one of, or the table itself.
Oid topmost(Oid table);

// Whether an extension made the table, or the one that it is a partition of.
bool belongs_to_extension(Oid table);

// The columns of its primary key, in the order of the index; none where it has none.
std::vector<std::string> primary_key(Relation relation);

bool is_temporary(Relation relation);

// Whether row security holds for the caller, who then sees only some rows, or an error.
bool is_filtered(Oid table);

// Whether the current user may SELECT every row of the table.
bool may_read(Oid table);

// Whether a row that leaves the column out gets a value other than NULL, from the column's default or its domain's.
bool has_default(Relation relation, AttrNumber column);

// The table that a trigger's argument names. A name without a schema means the schema of the trigger's own table.
// Beside a shard of Citus, a table's name means the shard that lies with it. Throws 42P01 where there is none, 0A000
// where it lies on other nodes. Every table named in an argument is found through this one function.
Oid resolve_table(const std::string &name, Relation beside);
// The same, locked until the end of the transaction.
Oid resolve_and_lock(const std::string &name, Relation beside, LOCKMODE lock);
// The same, without the error and the lock. `beside` need not be locked.
std::optional<Oid> find_sibling(const std::string &name, Oid beside);

// Locks the table that `find` finds. While we waited for the lock, the table may have been given another name.
template <class Find> std::optional<Oid> lock_found(LOCKMODE lock, Find &&find) {
  std::optional<Oid> found = find();
  while (found) {
    const Oid table = *found;
    call([=] { LockRelationOid(table, lock); });
    found = find();
    if (found == table)
      return found;
    call([=] { UnlockRelationOid(table, lock); });
  }
  return std::nullopt;
}

// The type under any domains as SQL, by its catalogue name and without a modifier: SQL reads "character" as
// character(1).
fragment type_as_sql(Oid type);

// The table that a foreign key with exactly these columns refers to.
std::optional<Oid> referenced_table(Relation child, const std::vector<std::string> &columns);

// Whether a role has the rights of the table's owner. The table need not be locked.
bool has_rights_of_owner(Oid role, Oid table);
Oid owner_of(Oid table);

// As pg_type has it: TYPCATEGORY_STRING and its like.
char category_of(Oid type);

// Throws 42501, naming the table, unless the role has the rights of its owner; 42809 for what is not a table: a view's
// functions would run for anyone who writes.
void require_role_of(Oid role, Oid table, Oid owner);

} // namespace upkeep::pg
