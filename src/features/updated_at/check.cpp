// What upkeep.check() says of updated_at.
#include "features/check.hpp"
#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/updated_at/updated_at_plan.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/values/local_time.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

namespace upkeep::updated_at {

using pg::call;

namespace {

// Asked once, and only where a table makes it matter.
class utc_question {
public:
  bool may_leave_utc() {
    if (!answer)
      answer = pg::may_leave_utc();
    return *answer;
  }

private:
  std::optional<bool> answer;
};

pg::fragment rows_of(Oid table, bool is_plain) {
  return is_plain ? pg::sql("ONLY {table}", "table"_is = pg::table{table}) : pg::fragment(pg::table{table});
}

// Rows whose stamp no clock here can have written, where the current user may read them all.
void check_future(const managed_trigger &trigger, const updated_at_settings &settings, bool has_zone, bool is_plain,
                  finding_list &into) {
  const Oid table = trigger.table;
  if (!pg::may_read(table) || !is_all_here(table))
    return;
  const pg::fragment now(has_zone ? "now()" : settings.session_local ? "now()::timestamp" : "timezone('UTC', now())");
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT count(*) FROM {table} WHERE {stamp} > {now} + interval '1 hour' OR {stamp} = '-infinity'
  )sql",
                                             "table"_is = rows_of(table, is_plain),
                                             "stamp"_is = pg::identifier{settings.column}, "now"_is = now));
  const std::string count = found.text(0, 1).value();
  if (count != "0")
    into.add(table, *trigger.feature,
             fmt::format("{} {} a stamp in \"{}\" that is infinite or more than an hour ahead", count,
                         count == "1" ? "row has" : "rows have", settings.column),
             "The next change of such a row takes the clock. To correct them now, set upkeep.pause to 'updated_at' in "
             "a transaction and update the column.");
}

// Defaults that write local time beside stamps in UTC. They do no harm where every session is in UTC, unless rows show
// that one was not: an update soon after the INSERT that leaves the stamp hours before the creation.
void check_local_defaults(const managed_trigger &trigger, const updated_at_settings &settings, bool is_plain,
                          utc_question &utc, finding_list &into) {
  std::vector<std::string> columns;
  std::string created;
  bool is_comparable = false;
  pg::with_relation(trigger.table, [&](Relation relation) {
    columns = local_columns(settings, relation);
    created = creation_column(relation, settings.column, settings.version);
    is_comparable = std::find(columns.begin(), columns.end(), created) != columns.end();
  });
  if (columns.empty())
    return;
  const std::string mend = utc_defaults(trigger.table, columns);
  if (utc.may_leave_utc())
    into.add(trigger.table, updated_at_feature, local_defaults_text(columns) + ", and the trigger writes UTC", mend);
  if (!is_comparable || !pg::may_read(trigger.table) || !is_all_here(trigger.table))
    return;
  // No zone is further from UTC than 14 hours, and none that is in use nearer than a quarter of one.
  const pg::rows found =
      pg::execute(pg::sql(R"sql(
    SELECT count(*)
    FROM {table}
    WHERE {stamp} BETWEEN {created} - interval '14 hours' AND {created} - interval '15 minutes'
  )sql",
                          "table"_is = rows_of(trigger.table, is_plain), "stamp"_is = pg::identifier{settings.column},
                          "created"_is = pg::identifier{created}));
  const std::string count = found.text(0, 1).value();
  if (count != "0")
    into.add(trigger.table, updated_at_feature,
             fmt::format("{} {} a stamp in \"{}\" before \"{}\", which holds the session's local time", count,
                         count == "1" ? "row has" : "rows have", settings.column, created),
             mend + " Then correct the rows, with upkeep.pause set to 'updated_at'.");
}

// The tables with triggers of others, BEFORE UPDATE and FOR EACH ROW: few, and those are asked one by one.
std::unordered_set<Oid> tables_of_others() {
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT DISTINCT t.tgrelid
    FROM pg_trigger t
    JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND t.tgtype::int4 & 19 = 19 AND p.pronamespace <> 'upkeep'::regnamespace
  )sql"));
  std::unordered_set<Oid> tables;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    tables.insert(found.oid(row, 1));
  return tables;
}

// The triggers of others on the table $1 that write the column $2.
pg::fragment writers() {
  return pg::sql(R"sql(
    SELECT t.tgname
    FROM pg_trigger t
    JOIN pg_proc p ON p.oid = t.tgfoid,
    LATERAL (
      SELECT regexp_replace(p.prosrc, '--[^\n]*|/\*.*?\*/', ' ', 'g'),
        'new\s*\.\s*"?' || regexp_replace($2, '([^a-zA-Z0-9_])', '\\\1', 'g') || '"?'
    ) s(code, target)
    WHERE t.tgrelid = $1 AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype::int4 & 19 = 19
      AND (p.proname = 'moddatetime' AND position('(' || quote_literal($2) || ')' in pg_get_triggerdef(t.oid)) > 0
           OR s.code ~* ('(^|;|\mbegin|\mthen|\melse|\mloop)\s*' || s.target || '\s*:?=')
           OR s.code ~* ('\minto\s+(strict\s+)?' || s.target || '\M'))
    ORDER BY t.tgname COLLATE "C"
  )sql");
}

void check_doubled(const managed_trigger &trigger, const std::string &column, const pg::saved_query &of_others,
                   finding_list &into) {
  const Datum parameters[] = {pg::parameter::oid(trigger.table).value, pg::parameter::text(column).value};
  pg::rows found = of_others.execute(parameters);
  for (std::uint64_t row = 0; row < found.count(); ++row)
    into.add(trigger.table, *trigger.feature,
             fmt::format("trigger \"{}\" writes column \"{}\" too", found.text(row, 1).value(), column),
             drop_trigger(found.text(row, 1).value(), trigger.table));
  found.free();
}

// `is_first`: of its table, whose rows and other triggers are looked at once; `of_others`: nullptr where it has none.
void check_trigger(const managed_trigger &trigger, bool is_first, const pg::saved_query *of_others, utc_question &utc,
                   finding_list &into) {
  updated_at_settings settings;
  bool has_zone = false, is_plain = true, fills_nothing = false;
  Oid owner = InvalidOid;
  const std::optional<fault> problem = problem_of(trigger.table, [&](Relation relation) {
    settings = read_updated_at(parse_options(updated_at_feature, trigger.arguments));
    std::vector<char> memory(updated_at_plan::size(RelationGetDescr(relation)->natts));
    auto &plan = *new (memory.data()) updated_at_plan;
    resolve_updated_at(settings, relation, plan);
    has_zone = plan.has_zone;
    is_plain = relation->rd_rel->relkind == RELKIND_RELATION;
    owner = relation->rd_rel->relowner;
    fills_nothing = !pg::has_default(relation, plan.stamp) && !TRIGGER_FOR_INSERT(trigger.type);
  });
  if (problem) {
    into.add(trigger.table, updated_at_feature, problem->message, enable_again(trigger));
    return;
  }
  if (fills_nothing)
    into.add(trigger.table, updated_at_feature,
             fmt::format("column \"{}\" has no default, and the trigger does not fill it on INSERT", settings.column),
             enable_again(trigger));
  if (!is_first)
    return;
  as_owner_if_allowed(owner, [&] {
    check_future(trigger, settings, has_zone, is_plain, into);
    check_local_defaults(trigger, settings, is_plain, utc, into);
  });
  if (of_others)
    check_doubled(trigger, settings.column, *of_others, into);
}

// Tables with a column of the usual name, or of a rule's, and no trigger for it. Partitions have their root's.
void check_missing(finding_list &into) {
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.oid, a.attname, a.atttypid
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND (a.attname = 'updated_at'
           OR EXISTS (SELECT FROM upkeep.auto_updated_at_rules r
                      WHERE r.schema_name = n.nspname AND r.column_name = a.attname))
      AND a.attgenerated = ''
      AND NOT EXISTS (
        SELECT FROM pg_trigger g
        JOIN pg_proc p ON p.oid = g.tgfoid
        WHERE g.tgrelid = c.oid AND p.proname = 'updated_at' AND p.pronamespace = 'upkeep'::regnamespace)
      AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
  )sql"));
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const Oid table = found.oid(row, 1), type = found.oid(row, 3);
    const std::string column = found.text(row, 2).value();
    const Oid base = call([=] { return getBaseType(type); });
    if (base != TIMESTAMPTZOID && base != TIMESTAMPOID)
      continue;
    into.add(table, updated_at_feature, fmt::format("column \"{}\" has no trigger", column),
             fmt::format("SELECT upkeep.enable_updated_at({}{});", pg::literals({pg::qualified(table)}),
                         column == "updated_at" ? "" : ", " + pg::literals({column})));
  }
}

// A table needs one updated_at trigger: the one that enable_updated_at made, or else the first.
void check_repeated(const trigger_list &triggers, finding_list &into) {
  std::map<Oid, std::vector<const managed_trigger *>> by_table;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &updated_at_feature)
      by_table[trigger.table].push_back(&trigger);
  for (auto &[table, own] : by_table) {
    std::stable_partition(own.begin(), own.end(),
                          [](const managed_trigger *each) { return each->name == updated_at_trigger; });
    for (std::size_t i = 1; i < own.size(); ++i)
      into.add(table, updated_at_feature, fmt::format("trigger \"{}\" repeats \"{}\"", own[i]->name, own[0]->name),
               drop_trigger(own[i]->name, table));
  }
}

} // namespace

void check_updated_at(const trigger_list &triggers, finding_list &into) {
  const std::unordered_set<Oid> others = tables_of_others();
  const pg::saved_query of_others(writers(), {OIDOID, TEXTOID});
  std::set<Oid> looked_at;
  utc_question utc;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &updated_at_feature && !trigger.is_clone)
      check_trigger(trigger, looked_at.insert(trigger.table).second,
                    others.contains(trigger.table) ? &of_others : nullptr, utc, into);
  check_repeated(triggers, into);
  check_missing(into);
}

} // namespace upkeep::updated_at
