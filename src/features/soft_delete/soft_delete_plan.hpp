// soft_delete: what a trigger means for its table, and the tables around it that have soft delete too.
#pragma once

#include "core/updated_at.hpp"
#include "features/soft_delete/foreign_keys.hpp"
#include "features/soft_delete/soft_column.hpp"
#include "postgres/rows/row.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"

#include <memory>

namespace upkeep::soft_delete {

// The columns that a foreign key has on the side of the plan's table, as places in what `row` of the plan returns, from
// 1.
using key_places = std::vector<int>;

// Rows of another table that refer to those of the plan's.
struct child_link {
  foreign_key key;
  key_places places; // of what the children are found by
  Oid owner;         // of the children
  bool follows;      // they are deleted and restored with the row
  // Each gets the values; those with a stamp get it after them.
  pg::saved_query live;    // whether there is a live one
  pg::saved_query taken;   // whether there is one with that stamp
  pg::saved_query stamp;   // deletes the live ones
  pg::saved_query restore; // those with that stamp
  pg::saved_query unlink;  // SET NULL or SET DEFAULT
  // The primary key, of live ones; moves one with a key from the stamp that comes after the new one to that.
  std::vector<FormData_pg_attribute> key_attributes;
  pg::saved_query lived, restamp;
};

// Rows of another table that those of the plan's refer to.
struct parent_link {
  foreign_key key;
  key_places places;
  Oid owner; // of the parents
  // Whether the row of these values is deleted, once it is locked so that nobody deletes it.
  pg::saved_query lock;
  // Of the rows of this table with these values of the parent: tableoid, ctid, whether it is deleted, and what `row`
  // returns; live ones, and those with that stamp.
  pg::saved_query rows_under;
};

struct soft_delete_plan {
  Oid table, root; // the root of its partitions, or itself
  Oid owner;       // of the root
  soft_column column;
  AttrNumber number; // of the column
  Oid domain;        // of the column, or InvalidOid
  microseconds tick;
  bool cascades, refuses;
  std::vector<AttrNumber> key; // the primary key
  std::vector<FormData_pg_attribute> key_attributes;
  std::vector<std::string> key_names;
  std::vector<AttrNumber> references; // to parents: a row that is moved differs in one of them
  std::vector<std::unique_ptr<child_link>> children;
  std::vector<std::unique_ptr<parent_link>> parents;
  bool may_have_early_children;         // a key that is checked late lets a child come before its parent
  std::unique_ptr<pg::saved_query> row; // of a key: the stamp, and the columns of all keys
  std::vector<AttrNumber> row_columns;  // what it returns
  std::vector<FormData_pg_attribute> row_attributes;
  std::vector<char> layout_bytes; // of the row: what may differ between versions of a deleted one is passive

  const pg::layout &layout() const { return *reinterpret_cast<const pg::layout *>(layout_bytes.data()); }
};

// The plan of a trigger, whose table is locked.
std::shared_ptr<const soft_delete_plan> plan_of(const Trigger &trigger, Relation table);

// The same, with the tables around it locked as its queries will: nobody alters them any more.
std::shared_ptr<const soft_delete_plan> plan_with_links(const Trigger &trigger, Relation table);

// Throws 42P10 where there is none.
std::vector<std::string> require_primary_key(Relation table);

// What enabling and the checks call: throws what is wrong with the column and the tables around, 42703, 42804, 428C9,
// 42P10, 42P17.
void require_sound(Oid table, const option_list &options);

} // namespace upkeep::soft_delete
