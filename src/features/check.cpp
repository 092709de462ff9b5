// upkeep.check(): where the triggers, the tables and the stamps have drifted apart. Reads only.
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/touch.hpp"
#include "features/updated_at.hpp"
#include "postgres/arguments.hpp"
#include "postgres/query.hpp"
#include "postgres/result_set.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace upkeep {

using pg::call;

namespace {

class report {
public:
  explicit report(pg::result_set &result) : result(result) {}
  void add(Oid table, const feature_rule &feature, const std::string &finding, const std::string &hint) {
    result.add(table, std::string(feature.name), finding, hint);
  }

private:
  pg::result_set &result;
};

// Runs `body` on a table and returns what was wrong, with the table closed again.
template <class F> std::optional<fault> problem_of(Oid table, F &&body) {
  std::optional<fault> problem;
  pg::with_relation(table, [&](Relation relation) {
    try {
      body(relation);
    } catch (const fault &said) {
      problem = said;
    }
  });
  return problem;
}

std::string enable_again(const managed_trigger &trigger) {
  return fmt::format("Call upkeep.enable_{} for {} again, or drop trigger {}.", trigger.feature->name,
                     pg::qualified(trigger.table), pg::quoted(trigger.name));
}

std::string drop_trigger(const std::string &name, Oid table) {
  return fmt::format("DROP TRIGGER {} ON {};", pg::quoted(name), pg::qualified(table));
}

void check_state(const managed_trigger &trigger, report &into) {
  const std::string enable =
      fmt::format("ALTER TABLE {} ENABLE TRIGGER {};", pg::qualified(trigger.table), pg::quoted(trigger.name));
  if (trigger.enabled == TRIGGER_DISABLED)
    into.add(trigger.table, *trigger.feature, fmt::format("trigger \"{}\" is disabled", trigger.name), enable);
  else if (trigger.enabled != TRIGGER_FIRES_ON_ORIGIN)
    into.add(
        trigger.table, *trigger.feature,
        fmt::format("trigger \"{}\" fires for replicated changes {}", trigger.name,
                    trigger.enabled == TRIGGER_FIRES_ALWAYS ? "too and overwrites the publisher's values" : "only"),
        enable);
}

// Foreign partitions are elsewhere, and may not answer.
bool is_all_here(Oid table) {
  return call([=] {
    const ListCell *cell;
    foreach (cell, find_all_inheritors(table, AccessShareLock, nullptr))
      if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
        return false;
    return true;
  });
}

// Rows whose stamp no clock here can have written, where the current user may read them all.
void check_future(const managed_trigger &trigger, const updated_at_settings &settings, bool has_zone, bool is_plain,
                  report &into) {
  const Oid table = trigger.table;
  if (!pg::may_read(table) || !is_all_here(table))
    return;
  const char *now = has_zone ? "now()" : settings.session_local ? "now()::timestamp" : "timezone('UTC', now())";
  const pg::rows found =
      pg::execute(fmt::format("SELECT count(*) FROM {0} {1} WHERE {2} > {3} + interval '1 hour' OR {2} = '-infinity'",
                              is_plain ? "ONLY" : "", pg::qualified(table), pg::quoted(settings.column), now));
  const std::string count = found.text(0, 1).value();
  if (count != "0")
    into.add(table, *trigger.feature,
             fmt::format("{} {} a stamp in \"{}\" that is infinite or more than an hour ahead", count,
                         count == "1" ? "row has" : "rows have", settings.column),
             "The next change of such a row takes the clock. To correct them now, set upkeep.pause to 'updated_at' in "
             "a transaction and update the column.");
}

// Triggers of others, BEFORE UPDATE and FOR EACH ROW, that write the same column.
void check_doubled(const managed_trigger &trigger, const std::string &column, report &into) {
  const pg::parameter parameters[] = {pg::parameter::oid(trigger.table), pg::parameter::text(column)};
  const pg::rows found = pg::execute(
      R"(SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid,
                LATERAL (SELECT regexp_replace(p.prosrc, '--[^\n]*|/\*.*?\*/', ' ', 'g') AS code,
                                'new\s*\.\s*"?' || regexp_replace($2, '([^a-zA-Z0-9_])', '\\\1', 'g') || '"?') s(code, target)
          WHERE t.tgrelid = $1 AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype::int4 & 19 = 19
            AND (p.proname = 'moddatetime' AND position('(' || quote_literal($2) || ')' in pg_get_triggerdef(t.oid)) > 0
                 OR s.code ~* ('(^|;|\mbegin|\mthen|\melse|\mloop)\s*' || s.target || '\s*:?=')
                 OR s.code ~* ('\minto\s+(strict\s+)?' || s.target || '\M'))
          ORDER BY t.tgname COLLATE "C")",
      parameters);
  for (std::uint64_t row = 0; row < found.count(); ++row)
    into.add(trigger.table, *trigger.feature,
             fmt::format("trigger \"{}\" writes column \"{}\" too", found.text(row, 1).value(), column),
             drop_trigger(found.text(row, 1).value(), trigger.table));
}

// `is_first`: of its table, whose rows and other triggers are looked at once.
void check_updated_at(const managed_trigger &trigger, bool is_first, report &into) {
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
  // A table's indexes and policies can hold anybody's code: what may act for the owner acts as the owner.
  const bool for_owner = call([=] { return has_privs_of_role(GetUserId(), owner); });
  pg::as_user(for_owner ? owner : call([] { return GetUserId(); }),
              SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS,
              [&] { check_future(trigger, settings, has_zone, is_plain, into); });
  check_doubled(trigger, settings.column, into);
}

// Tables with a column of the usual name, or of a rule's, and no trigger for it. Partitions have their root's.
void check_missing(report &into) {
  const pg::rows found = pg::execute(
      R"(SELECT c.oid, a.attname, a.atttypid FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
            AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            AND (a.attname = 'updated_at' OR EXISTS (SELECT FROM upkeep.auto_updated_at_rules r
                                                      WHERE r.schema_name = n.nspname AND r.column_name = a.attname))
            AND a.attgenerated = ''
            AND NOT EXISTS (SELECT FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
                             WHERE g.tgrelid = c.oid AND p.proname = 'updated_at' AND p.pronamespace = 'upkeep'::regnamespace)
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                                      AND d.deptype = 'e')
          ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")");
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
void check_repeated(const std::vector<managed_trigger> &triggers, report &into) {
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

// The triggers of one touch: the same table, the same arguments, an event each.
using touch_group = std::vector<const managed_trigger *>;

std::vector<touch_group> touch_groups(const std::vector<managed_trigger> &triggers) {
  std::map<std::pair<Oid, std::vector<std::string>>, touch_group> groups;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &touch_feature)
      groups[{trigger.table, trigger.arguments}].push_back(&trigger);
  std::vector<touch_group> result;
  for (auto &[key, group] : groups)
    result.push_back(std::move(group));
  return result;
}

void check_touch(const touch_group &group, const std::vector<managed_trigger> &triggers, report &into) {
  const managed_trigger &first = *group.front();
  const Oid table = first.table;
  touch_settings settings;
  Oid parent = InvalidOid;
  std::optional<fault> problem = problem_of(table, [&](Relation relation) {
    settings = read_touch(parse_options(touch_feature, first.arguments));
    parent = pg::sibling(settings.parent, relation);
    for (const std::string &column : settings.columns)
      pg::require_column(relation, column, "enable_touch");
  });
  if (!problem) {
    call([=] { LockRelationOid(parent, AccessShareLock); });
    problem = problem_of(parent, [&](Relation relation) {
      for (const std::string &key : settings.keys)
        pg::require_column(relation, key, "enable_touch");
    });
  }
  if (problem) {
    into.add(table, touch_feature, problem->message, enable_again(first));
    return;
  }
  const bool stamps = std::any_of(triggers.begin(), triggers.end(), [&](const managed_trigger &each) {
    return each.table == parent && each.feature == &updated_at_feature;
  });
  if (!stamps)
    into.add(table, touch_feature, fmt::format("touches {}, which has no updated_at trigger", pg::qualified(parent)),
             fmt::format("SELECT upkeep.enable_updated_at({});", pg::literals({pg::qualified(parent)})));
  std::int16_t events = 0;
  for (const managed_trigger *each : group)
    events |= each->type;
  if (!TRIGGER_FOR_INSERT(events) || !TRIGGER_FOR_UPDATE(events) || !TRIGGER_FOR_DELETE(events))
    into.add(table, touch_feature,
             fmt::format("touches {} on{}{}{} only", pg::qualified(parent), TRIGGER_FOR_INSERT(events) ? " INSERT" : "",
                         TRIGGER_FOR_UPDATE(events) ? " UPDATE" : "", TRIGGER_FOR_DELETE(events) ? " DELETE" : ""),
             fmt::format("Call upkeep.enable_touch for {} again.", pg::qualified(table)));
}

// Statement triggers are not cloned: a partition may lack the touch of its root.
void check_partitions(const touch_group &group, const std::vector<managed_trigger> &triggers, report &into) {
  const managed_trigger &first = *group.front();
  for (const Oid table : pg::with_descendants(first.table, AccessShareLock)) {
    const bool complete = std::all_of(group.begin(), group.end(), [&](const managed_trigger *wanted) {
      return std::any_of(triggers.begin(), triggers.end(), [&](const managed_trigger &each) {
        return each.table == table && each.feature == &touch_feature && each.name == wanted->name;
      });
    });
    if (!complete)
      into.add(table, touch_feature, fmt::format("lacks a touch that {} has", pg::qualified(first.table)),
               fmt::format("Call upkeep.enable_touch for {} again.", pg::qualified(first.table)));
  }
}

void check(report &into) {
  const std::vector<managed_trigger> triggers = managed_triggers();
  std::set<Oid> looked_at;
  for (const managed_trigger &trigger : triggers) {
    call([&] { LockRelationOid(trigger.table, AccessShareLock); });
    check_state(trigger, into);
    if (trigger.feature == &updated_at_feature && !trigger.is_clone)
      check_updated_at(trigger, looked_at.insert(trigger.table).second, into);
  }
  check_repeated(triggers, into);
  for (const touch_group &group : touch_groups(triggers)) {
    check_touch(group, triggers, into);
    check_partitions(group, triggers, into);
  }
  check_missing(into);
}

} // namespace

} // namespace upkeep

// upkeep.check() RETURNS TABLE (object regclass, feature text, finding text, hint text): no rows where all is well.
// Reads the stamps of every managed table that the caller may read; changes nothing.
UPKEEP_FUNCTION(upkeep_check) {
  return upkeep::pg::entry([=] {
    upkeep::pg::result_set result(fcinfo, 0);
    upkeep::report findings(result);
    upkeep::pg::with_spi([&] { upkeep::check(findings); });
    return Datum(0);
  });
}
