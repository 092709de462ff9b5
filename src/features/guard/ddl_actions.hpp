// What a statement does that can lose something, read from its parse tree.
#pragma once

#include "postgres/text.hpp"

namespace upkeep {

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
  add_not_null_column, // without a default
  rename_column,
  truncate,
  write_all, // UPDATE or DELETE without WHERE
  drop_database,
};

struct ddl_action {
  action_kind kind;
  const RangeVar *table = nullptr;
  std::vector<std::string> names = {}; // columns; schemas; roles
  const Node *part = nullptr;          // ColumnDef of a changed type, DropOwnedStmt
  bool cascades = false;
};

// None for a statement that loses nothing, or that is not understood.
std::vector<ddl_action> actions_of(const Node *statement);

} // namespace upkeep
