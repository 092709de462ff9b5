// upkeep.history_tables: the numbers by which entries know tables, and the names that these have had.
#pragma once

#include "postgres/sql/rows.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::history {

// What entries know the table by, if it has or had history. Of a partition, that of its root. Needs an SPI connection.
std::optional<std::int32_t> number_of(Oid table);

// By a name as upkeep.history_tables has it now.
std::optional<std::int32_t> number_named(const std::string &name);

// As number_of; a table that has none gets one.
std::int32_t ensure_number(Oid table);

// The table of a name as upkeep.history_tables has it, whoever asks; InvalidOid where there is none.
Oid table_named(const std::string &name);

// Each number and its name now, NULL where the table is dropped. The rows live until the next query.
pg::rows numbered_tables();

// The table is called so from now on; std::nullopt: it is dropped.
void note_name(std::int32_t number, const std::optional<std::string> &name);

} // namespace upkeep::history
