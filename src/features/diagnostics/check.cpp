// What upkeep.check() says of the triggers that mark diagnoses as stale.
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/diagnostics/run/run_tables.hpp"
#include "features/diagnostics/staleness/staleness.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::diagnostics {

namespace {

constexpr std::pair<std::int16_t, const char *> needed_events[] = {{TRIGGER_TYPE_INSERT, "INSERT"},
                                                                   {TRIGGER_TYPE_UPDATE, "UPDATE"},
                                                                   {TRIGGER_TYPE_DELETE, "DELETE"},
                                                                   {TRIGGER_TYPE_TRUNCATE, "TRUNCATE"}};

// The triggers of one table.
void check_records(const std::vector<const managed_trigger *> &group, finding_list &into) {
  const managed_trigger &first = *group.front();
  const std::optional<fault> problem = problem_of(first.table, [&](Relation table) {
    const option_list options = parse_options(weekly_diagnostics_feature, first.arguments);
    const Oid diagnostics = other_table(options, "weekly_diagnostics", table, AccessShareLock);
    resolve_staleness(options, table, diagnostics);
  });
  if (problem) {
    into.add(first.table, weekly_diagnostics_feature, problem->message, enable_again(first));
    return;
  }
  std::int16_t events = 0;
  for (const managed_trigger *each : group)
    events |= each->type;
  std::string missing;
  for (const auto &[event, name] : needed_events)
    if (!(events & event))
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
  if (!missing.empty())
    into.add(first.table, weekly_diagnostics_feature, fmt::format("does not follow {}", missing), enable_again(first));
}

// Events that no diagnosis of these records reads as they are meant.
void check_events(Oid records, finding_list &into) {
  const std::optional<run_table> events = events_beside(records);
  if (!events)
    return;
  try {
    require_events(*events);
  } catch (const fault &said) {
    into.add(events->oid, weekly_diagnostics_feature, said.message, said.hint);
    return;
  }
  const pg::fragment is_wrong = pg::sql(R"sql(
    coalesce(kind::text <> ALL ('{holiday,closed,promotion,outage}'), true) OR starts_on IS NULL OR ends_on < starts_on
  )sql");
  std::uint64_t wrong = 0;
  as_owner_if_allowed(pg::owner_of(events->oid), [&] {
    if (pg::may_read(events->oid) && is_all_here(events->oid))
      wrong = pg::execute(pg::sql("SELECT FROM {events} WHERE {is_wrong}", "events"_is = pg::table{events->oid},
                                  "is_wrong"_is = is_wrong))
                  .count();
  });
  if (wrong > 0)
    into.add(events->oid, weekly_diagnostics_feature,
             fmt::format("has {} row{} of another kind than holiday, closed, promotion and outage, or of no day", wrong,
                         wrong == 1 ? "" : "s"),
             fmt::format("SELECT * FROM {} WHERE {};", events->name(), is_wrong.text()));
}

// Tables as create_analytics makes them.
std::vector<std::pair<Oid, Oid>> records_beside_diagnoses() {
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT r.oid, w.oid
    FROM pg_class w
    JOIN pg_class r ON r.relnamespace = w.relnamespace
    WHERE w.relname = 'weekly_diagnostics' AND r.relname = 'daily_records'
      AND w.relkind IN ('r', 'p') AND r.relkind IN ('r', 'p') AND w.relpersistence <> 't'
      AND (SELECT count(*)
           FROM pg_attribute a
           WHERE a.attrelid = w.oid AND NOT a.attisdropped
             AND (a.attname = 'shop_id'
                  OR (a.attname, a.atttypid) IN (('week_start', 'date'::regtype), ('stale', 'boolean'::regtype)))) = 3
      AND (SELECT count(*)
           FROM pg_attribute a
           WHERE a.attrelid = r.oid AND NOT a.attisdropped
             AND (a.attname = 'shop_id' OR (a.attname, a.atttypid) = ('record_date', 'date'::regtype))) = 2
    ORDER BY w.relnamespace::regnamespace::text COLLATE "C"
  )sql"));
  std::vector<std::pair<Oid, Oid>> pairs;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    pairs.emplace_back(found.oid(row, 1), found.oid(row, 2));
  return pairs;
}

std::optional<Oid> diagnostics_named_by(const managed_trigger &trigger) {
  try {
    const option_list options = parse_options(weekly_diagnostics_feature, trigger.arguments);
    const std::string *name = find_option(options, "weekly_diagnostics");
    return name ? pg::find_sibling(*name, trigger.table) : std::nullopt;
  } catch (const fault &) {
    return std::nullopt;
  }
}

bool has_diagnoses(Oid table) {
  bool has = false;
  pg::call([=] { LockRelationOid(table, AccessShareLock); });
  as_owner_if_allowed(pg::owner_of(table), [&] {
    has = pg::may_read(table) && is_all_here(table) &&
          pg::execute(pg::sql("SELECT FROM {table} LIMIT 1", "table"_is = pg::table{table})).count() > 0;
  });
  return has;
}

// Whether nobody has enabled a feature here, as on a table that was rebuilt; where staleness alone is off, it was
// disabled.
bool is_bare(const trigger_list &triggers, Oid table) {
  return std::ranges::all_of(triggers.of(table), [](const managed_trigger &each) {
    return each.feature == &guard_feature || each.feature == &updated_at_feature;
  });
}

// Records that were rebuilt have lost their triggers, and the diagnoses, which have none, cannot tell.
void check_lost(const trigger_list &triggers, finding_list &into) {
  std::set<Oid> named;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &weekly_diagnostics_feature)
      if (const std::optional<Oid> diagnostics = diagnostics_named_by(trigger))
        named.insert(*diagnostics);
  for (const auto &[records, diagnostics] : records_beside_diagnoses())
    if (!named.contains(diagnostics) && is_bare(triggers, records) && has_diagnoses(diagnostics))
      into.add(records, weekly_diagnostics_feature,
               fmt::format("has no triggers, so no edit makes a diagnosis in {} stale", pg::qualified(diagnostics)),
               fmt::format("SELECT upkeep.enable_weekly_diagnostics({});",
                           pg::literals({pg::qualified(records), pg::qualified(diagnostics)})));
}

} // namespace

void check_weekly_diagnostics(const trigger_list &triggers, finding_list &into) {
  std::map<Oid, std::vector<const managed_trigger *>> groups;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &weekly_diagnostics_feature)
      groups[trigger.table].push_back(&trigger);
  for (const auto &[table, group] : groups) {
    check_records(group, into);
    check_events(table, into);
    for (const managed_trigger *each : group)
      check_partitions(*each, triggers, into);
  }
  check_lost(triggers, into);
}

} // namespace upkeep::diagnostics
