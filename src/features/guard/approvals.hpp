// upkeep.drop_approvals: what may be lost, once.
#pragma once

#include "postgres/compat.hpp"

#include <optional>
#include <string>

namespace upkeep::guard {

struct approval {
  bool is_confirmation; // of this transaction; else it was allowed beforehand
  std::optional<std::uint64_t> expect_rows;

  const char *name() const { return is_confirmation ? "confirm_drop" : "allow_drop"; }
};

// What a caller means by a text: "table", "schema.table", "table.column", "schema.table.column" or "schema", in this
// order.
struct object_name {
  Oid catalog;
  Oid object;
  std::string column = {};
};
// Throws 22023, 42703, 42809, 42P01.
object_name resolve_object(const std::string &text);
// Anyone who may drop it may approve that: its owner, or that of its schema. Throws 42501.
void require_rights(const object_name &name);

// Uses up the approval of a table, a column or a schema (`catalog` says which catalogue the oid is of). A transaction
// that is rolled back, or a savepoint, gives it back. Needs an SPI connection.
std::optional<approval> take_approval(Oid catalog, Oid object, const std::string &column);

// A column's go with it to its new name. Needs an SPI connection.
void rename_approvals(Oid table, const std::string &from, const std::string &to);

// Forgets those of what was dropped. Needs an SPI connection, within an event trigger on sql_drop.
void forget_approvals();

} // namespace upkeep::guard
