// What only a review says: of events that no event trigger sees, and of what needs no judgement when it happens.
#include "features/guard/judge/counts.hpp"
#include "features/guard/judge/judge.hpp"
#include "features/guard/renames/column_names.hpp"
#include "postgres/relation.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

// TRUNCATE of a table with foreign keys to it fails without CASCADE, and is reviewed as with it.
void judge::review_truncate(Oid table, bool with_children) {
  std::vector<Oid> tables = truncated_with(with_children ? tree_of(table) : std::vector<Oid>{table});
  std::erase_if(tables, [&](Oid each) {
    return (each != table && file->is_gone(each)) || found.settled.contains({each, 0}) || !take(each);
  });
  truncate(tables);
  for (const Oid each : tables)
    found.settled.insert({each, 0});
}

void judge::write_all(const ddl_action &action, Oid table) {
  if (!may_count(table))
    return;
  const tally count = sum_over(filled(action.table->inh ? tree_of(table) : std::vector<Oid>{table}), count_rows);
  if (count.rows > 0)
    say(remark::warn, pg::qualified(table),
        fmt::format("{} without WHERE: it changes {}", action.names.front(),
                    describe({loss_kind::rows, pg::qualified(table), count})),
        "Say which rows are meant; write WHERE true if all are.");
}

// What the guard does not meet: events that no event trigger sees, and what needs no judgement when it happens.
void judge::review_only(const ddl_action &action) {
  if (action.kind == action_kind::drop_database)
    return say(remark::warn, pg::quoted(action.names.front()),
               "DROP DATABASE loses every table of it, and no guard sees it", "");
  if (action.kind == action_kind::drop_cascade)
    return say(remark::warn, "", "CASCADE drops whatever depends on it; the guard looks at what that was",
               "Drop what depends on it by name, each by its own statement.");
  const auto table = take(action.table);
  if (!table)
    return tell_unknown(action);
  if (action.kind == action_kind::truncate)
    review_truncate(*table, action.table->inh);
  else if (action.kind == action_kind::write_all)
    write_all(action, *table);
  else if (action.kind == action_kind::rename_column)
    review_rename(action, *table);
}

// Triggers follow where the guard is on; elsewhere they go on naming a column that is gone.
void judge::review_rename(const ddl_action &action, Oid table) {
  const std::string column = column_of(table, action.names.front());
  const rename_outlook ahead = look_ahead(table, action.names.front(), action.names.back());
  if (ahead.is_stuck)
    say(remark::warn, column,
        fmt::format("a trigger of pg_upkeep that needs the column does not follow: {}", ahead.is_stuck->message),
        ahead.is_stuck->hint);
  if (ahead.is_named && guarded_schemas::now().reaches(table))
    say(remark::note, column, "triggers of pg_upkeep that name the column follow", "");
  else if (ahead.is_named)
    say(remark::warn, column,
        "triggers of pg_upkeep that name the column do not follow: the guard is not on for this table, and the next "
        "write fails",
        "Call upkeep.enable_guard for the table's schema before, or enable the feature again in the same migration.");
}

// In a review: what the file itself has made loses nothing of today.
void judge::tell_unknown(const ddl_action &action) {
  if (!file || action.may_miss_table)
    return;
  const script::meaning named = file->of(action.table);
  const std::string name = action.table->schemaname ? fmt::format("{}.{}", pg::quoted(action.table->schemaname),
                                                                  pg::quoted(action.table->relname))
                                                    : pg::quoted(action.table->relname);
  const auto is_told = [&](const remark &each) { return each.object == name; };
  if (std::any_of(found.remarks.begin(), found.remarks.end(), is_told))
    return;
  const bool empties = action.kind == action_kind::drop_table || action.kind == action_kind::truncate;
  for (const Oid each : empties ? file->attached_to(action.table) : std::vector<Oid>{})
    action.kind == action_kind::drop_table ? drop_tables({each}) : review_truncate(each, true);
  const char kind = OidIsValid(named.relation) ? call([&] { return get_rel_relkind(named.relation); }) : '\0';
  if (!OidIsValid(named.relation) && !named.is_known)
    say(remark::note, name, fmt::format("no table {} is seen here: what would be lost of it cannot be told", name), "");
  else if (action.kind == action_kind::write_all && (kind == RELKIND_VIEW || kind == RELKIND_FOREIGN_TABLE))
    say(remark::note, name,
        fmt::format("{} without WHERE, of what is not a table: what it changes cannot be told", action.names.front()),
        "");
}

} // namespace upkeep::guard
