// What the event trigger of history follows. All need an SPI connection.
#pragma once

#include "postgres/compat.hpp"

#include <cstdint>
#include <string>

namespace upkeep::history {

// An entry `rename`: {"column": "price"} or {"table": "public.a"} on both sides, null for nullptr.
void write_rename(std::int32_t number, const char *what, const char *from, const char *to);

// Before a command that may give a table another name, or move it, and after it.
void note_table(const Node *command);
void follow_table();
void follow_schema(const RenameStmt &rename);

// Of a table, or of a type that tables are of.
void follow_columns(const RenameStmt &rename);
// A trigger goes on without a column that is gone; one whose key has gone says so when it writes next.
void leave_out(Oid table, const std::string &column);

// What has become a partition of a table with history has it too, and the statement triggers of rollups: neither may
// miss a row.
void follow_partitions();
// Rows that come with a partition, or go with it, have no entries: history begins anew.
void follow_attached_rows(const AlterTableStmt &statement);

} // namespace upkeep::history
