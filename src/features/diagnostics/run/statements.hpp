// The SQL of a run. It qualifies every name and operator, for the caller's search_path stays as it is.
#pragma once

#include "features/diagnostics/run/run_tables.hpp"

namespace upkeep::diagnostics {

// SQL from a text in which "[op]" stands for OPERATOR(pg_catalog.op), and the values that its braces want.
std::string with_operators(std::string_view sql);
template <class... Values> std::string statement(std::string_view text, Values &&...values) {
  return fmt::format(fmt::runtime(with_operators(text)), std::forward<Values>(values)...);
}

// Which shops: all, those after $1, or the one $1, as text.
enum class shop_range { all, after, only };

// count(*) of all shops: those that have settings, and those that only have records.
std::string count_shops_sql(const run_tables &tables);
// The next $2 shops by key: key, key as text, settings.
std::string next_shops_sql(const run_tables &tables, shop_range range);

// Diagnoses the shops $1, each with its week_start $2, today $3 and settings $4, and writes what is new. $5: whether a
// record of the shop may be in the midst of being written; then the row stays stale, and nobody waits for it. $6:
// wordings; $7 and $8: the first and the last day of all weeks. Returns shops and week_starts of the rows that were
// written, as arrays, how many shops could not be evaluated, and the first of them, with the reason.
std::string diagnose_sql(const run_tables &tables);

// What follows for the action items of the shops $1, whose week_starts $2 were written. $3: {action: title}.
std::string follow_items_sql(const run_tables &tables); // items of what fires
std::string settle_items_sql(const run_tables &tables); // items of what does not
std::string open_items_sql(const run_tables &tables);   // new ones

} // namespace upkeep::diagnostics
