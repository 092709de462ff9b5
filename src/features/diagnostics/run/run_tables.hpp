// The tables of a run of the weekly diagnostics, whoever made them: which columns each has, how their shops compare.
#pragma once

#include "features/diagnostics/run/run_table.hpp"
#include "postgres/sql/fragment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::diagnostics {

// The table that was given, or for InvalidOid that of the name in the caller's search_path, locked; 42P01 where there
// is none.
Oid found_table(Oid given, const char *name);

// The table of that name in the schema of another, or the shard of it that lies with that one, locked: only one of the
// same owner, whom the caller trusts, and not a view, whose functions would run as the caller.
std::optional<run_table> table_beside(Oid named, const char *name);

// InvalidOid: the table of that name in the search_path.
struct run_request {
  Oid records, settings, diagnostics, items;
};
// Throws 42P01 where the caller's search_path has no such table. Beside a shard of records they are the shards that lie
// with it.
void find_tables(run_request &request);

// A WARNING for the columns of weekly_diagnostics, or of action_items, that are NOT NULL without a default and that a
// run leaves out, so that its rows could not be written. `table` is locked.
void warn_of_unfilled_diagnostics(Oid table);
void warn_of_unfilled_items(Oid table);

// shop_events beside the records, a table of the same owner that the caller may read. One without any of its dates is
// somebody else's.
std::optional<run_table> events_beside(Oid records);
// Throws 42703, 42804 unless it has the columns of events. A run does without one that has not: it may be somebody's
// own, and upkeep.check() tells.
void require_events(const run_table &events);

struct run_tables {
  explicit run_tables(const run_request &request);

  // The condition that a row of `table`, known by `alias`, is of the shop `value`, which has the type of
  // shop_settings'.
  pg::fragment of_shop(const run_table &table, const std::string &alias, const std::string &value) const;
  // The columns of the records that hold what customers got back.
  std::vector<std::string> refund_columns() const;

  run_table records, settings, diagnostics, items;
  std::optional<run_table> goals;  // monthly_goals beside the records, where it is there and of the same owner
  std::optional<run_table> events; // shop_events beside the records, likewise, where the caller may read it
  std::optional<run_table> ads;    // ad_decisions beside the records, likewise, where the caller may read it
  std::optional<run_table> shops;  // beside the settings, where it is there with the same keys and of the same owner
  Oid shop_type;                   // of shop_settings, under any domain
  pg::fragment shop_type_name;
  bool are_records_indexed; // by shop
  bool are_amounts_minor;   // integers, in the currency's smallest unit
  bool follows_answers;     // the diagnoses have answers, and the SQL of the extension knows how to lay them over
};

} // namespace upkeep::diagnostics
