// What the triggers of rollups say of a table that has another name now. Those of other features name tables that
// another may take the place of.
#pragma once

#include "postgres/compat.hpp"

#include <optional>
#include <string>

namespace upkeep::guard {

struct former_name {
  std::optional<std::string> schema; // nullopt: any
  std::string table;
};

// What the table was called before the command gave it another name, or moved it to another schema.
std::optional<former_name> former_name_of(const Node *command, Oid table);

// Every rollup that names the table by what it was called, and finds none of that name any more, names it as it is
// called now. Needs an SPI connection.
void follow_table_rename(Oid table, const former_name &former);
// The same of all tables of a schema.
void follow_schema_rename(const std::string &from, const std::string &to);

} // namespace upkeep::guard
