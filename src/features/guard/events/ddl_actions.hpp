// What a statement does that can lose something, read from its parse tree.
#pragma once

#include "postgres/sql/text.hpp"

namespace upkeep::guard {

enum class action_kind {
  drop_table,
  drop_schema, // CASCADE
  drop_owned,
  drop_cascade, // of anything else that tables or columns can depend on
  drop_column,
  change_type,
  change_attribute, // of a composite type, CASCADE
  set_not_null,
  add_unique,
  add_column,
  drop_sequence,
  drop_identity,
  rename_column,
  truncate,
  write_all, // UPDATE or DELETE without WHERE
  drop_database,
};

struct ddl_action {
  action_kind kind;
  const RangeVar *table = nullptr;
  std::vector<std::string> names = {}; // columns; schemas; roles
  const Node *part = nullptr;          // ColumnDef of a column that comes or of a changed type, DropOwnedStmt
  bool cascades = false;
  bool may_miss = false;        // IF EXISTS; of a column that comes: IF NOT EXISTS
  bool may_miss_table = false;  // ALTER TABLE IF EXISTS
  bool nulls_are_equal = false; // of a unique index: NULLS NOT DISTINCT
  std::string unless = {};      // CREATE INDEX IF NOT EXISTS: the index
};

// Why rows that are there already get no value for a column that comes and demands one: "it has no default"; nullptr
// where they get one, or it demands none.
const char *lack_of_value(const ColumnDef *column);

// NULL, with or without a cast.
bool is_null_constant(const Node *expression);

bool has_default_clause(const ColumnDef *column);

// None for a statement that loses nothing, or that is not understood.
std::vector<ddl_action> actions_of(const Node *statement);

} // namespace upkeep::guard
