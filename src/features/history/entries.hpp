// Writes rows of upkeep.history_entries.
#pragma once

#include "postgres/rows/bulk_insert.hpp"

#include <cstdint>
#include <string>

namespace upkeep::history {

// The columns of upkeep.history_entries, in their order.
enum entry_column : int {
  entry_id,
  entry_at,
  entry_transaction,
  entry_statement,
  entry_table_number,
  entry_cluster,
  entry_action,
  entry_key,
  entry_before,
  entry_after,
  entry_role,
  entry_actor,
  entry_application,
  entry_reason,
  entry_columns
};

// As the column has them.
enum class action : char {
  insert = 'i',
  update = 'u',
  remove = 'd',
  truncate = 't',
  rename = 'r',
  erase = 'e',
  correct = 'c'
};

// What the entries' cluster is known by.
std::int32_t own_cluster();

// Entries of one table that one statement makes: they have the time, the transaction, the role and the actor in common.
class entry_writer {
public:
  // `reason`: nullptr for upkeep.reason.
  explicit entry_writer(std::int32_t table_number, const char *reason = nullptr);
  entry_writer(const entry_writer &) = delete;
  entry_writer &operator=(const entry_writer &) = delete;

  // `key`: as jsonb writes it. Each is nullptr where there is none. Returns the entry's id. May raise.
  std::int64_t add(action what, const text *key, const Jsonb *before, const Jsonb *after);
  // Once, at the end: an error in between takes all of them back.
  void close();

private:
  Oid sequence;
  Relation month;
  pg::bulk_insert rows;
  Datum values[entry_columns];
  bool nulls[entry_columns];
};

} // namespace upkeep::history
