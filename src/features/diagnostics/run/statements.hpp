// The SQL of a run. It qualifies every name and operator, for the caller's search_path stays as it is. SET
// client_min_messages = debug1 shows each statement as psql takes it.
#pragma once

#include "features/diagnostics/run/run_tables.hpp"
#include "postgres/sql/fragment.hpp"

namespace upkeep::diagnostics {

// The days before its week that a diagnosis reads.
inline constexpr int days_before = 56;

// Which shops: all, those after $1, or the one $1, as text.
enum class shop_range { all, after, only };

// count(*) of all shops: those that have settings, and those that only have records.
pg::fragment count_shops_sql(const run_tables &tables);
// The next $2 shops by key: key, key as text, settings.
pg::fragment next_shops_sql(const run_tables &tables, shop_range range);

// Diagnoses the shops $1, each with its week_start $2, today $3 and settings $4, and writes what is new. $5: whether a
// record of the shop may be being written; then the row stays stale, and nobody waits for it. $6:
// wordings; $7 and $8: the first and the last day of all weeks. Returns shops and week_starts of the rows that were
// written, as arrays; how many shops could not be evaluated, and the first of them, with the reason; and the languages
// that the shops written have set, an array as the first two.
pg::fragment diagnose_sql(const run_tables &tables);

// What follows for the action items of the shops $1, whose week_starts $2 were written. $3: {language: {action:
// title}}; $4: the shops' languages, NULL for English.
pg::fragment follow_items_sql(const run_tables &tables); // items of what fires
pg::fragment settle_items_sql(const run_tables &tables); // items of what does not
pg::fragment open_items_sql(const run_tables &tables);   // new ones

} // namespace upkeep::diagnostics
