// What upkeep.check() says of metrics.
#include "features/check.hpp"
#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/metrics/dependents.hpp"
#include "features/metrics/metrics_scan.hpp"
#include "postgres/sql/sql.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::metrics {

using pg::call;

namespace {

struct metric_count {
  std::int64_t too_large = 0;
  std::int64_t refused = 0;
  std::int64_t differing = 0;
};

void count_findings(Oid table, const std::shared_ptr<const metrics_plan> &plan, std::vector<metric_count> &counts) {
  metrics_scan scan(table, plan, {}, pg::sql("NULL::pg_catalog.tid"), false);
  while (scan.fetch(1000))
    for (std::uint64_t row = 0; row < scan.rows(); ++row) {
      call([] { CHECK_FOR_INTERRUPTS(); });
      for (const metric_finding &each : scan.findings(row)) {
        counts[each.metric].too_large += each.is_too_large && each.stored_is_null;
        counts[each.metric].refused += each.is_refused && each.stored_is_null;
        counts[each.metric].differing += each.differs;
      }
    }
  scan.close();
}

// With on_settings_change => 'keep', figures that stand on settings differ as soon as those change, and shall.
bool may_differ(const metrics_plan &plan, std::size_t metric) {
  const std::vector<std::size_t> inputs = plan.set.inputs_of(metric);
  return plan.options.on_settings_change == settings_change::keep &&
         std::any_of(inputs.begin(), inputs.end(), [&](std::size_t input) { return input >= plan.set.row_inputs(); });
}

std::string rows_have(std::int64_t count) { return fmt::format("{} {}", count, count == 1 ? "row has" : "rows have"); }

// The figures of the table and of its partitions, where the current user may read them all.
void check_rows(const managed_trigger &trigger, const metrics_plan &plan, finding_list &into) {
  if (!pg::may_read(trigger.table) || !is_all_here(trigger.table) ||
      (plan.settings && !pg::may_read(plan.settings->table)))
    return;
  std::vector<metric_count> counts(plan.targets.size());
  const bool is_root = call([&] { return get_rel_relkind(trigger.table); }) == RELKIND_PARTITIONED_TABLE;
  for (const Oid table : is_root ? pg::with_descendants(trigger.table, AccessShareLock) : std::vector{trigger.table})
    if (call([=] { return get_rel_relkind(table); }) == RELKIND_RELATION)
      pg::with_relation(table, [&](Relation relation) {
        count_findings(
            table, resolve_metrics(read_metrics(parse_options(metrics_feature, trigger.arguments)), relation), counts);
      });
  const std::string name = pg::literals({pg::qualified(trigger.table)});
  for (std::size_t metric = 0; metric < counts.size(); ++metric) {
    const std::string &column = plan.set.metrics()[metric].expression.target;
    if (counts[metric].too_large > 0)
      into.add(trigger.table, metrics_feature,
               fmt::format("{} no \"{}\": it is too large for {}", rows_have(counts[metric].too_large), column,
                           plan.targets[metric].type_name),
               fmt::format("Give \"{}\" a wider type, then CALL upkeep.recalculate({});", column, name));
    if (counts[metric].refused > 0)
      into.add(trigger.table, metrics_feature,
               fmt::format("{} no \"{}\": its domain {} refuses it", rows_have(counts[metric].refused), column,
                           plan.targets[metric].type_name),
               fmt::format("Let {} take it, then CALL upkeep.recalculate({}); or correct what it is computed from.",
                           plan.targets[metric].type_name, name));
    if (counts[metric].differing > 0 && !may_differ(plan, metric))
      into.add(trigger.table, metrics_feature,
               fmt::format("{} a \"{}\" that its formula does not give", rows_have(counts[metric].differing), column),
               fmt::format("SELECT * FROM upkeep.check_metrics({0}); CALL upkeep.recalculate({0});", name));
  }
}

// The table whose settings the trigger reads must tell of their changes.
void check_watch(const managed_trigger &trigger, const settings_source &source, const trigger_list &triggers,
                 finding_list &into) {
  int events = 0;
  for (const managed_trigger &each : triggers.of(source.table))
    if (each.feature == &metrics_settings_feature && each.enabled != TRIGGER_DISABLED)
      events |= each.type;
  if (!TRIGGER_FOR_INSERT(events) || !TRIGGER_FOR_UPDATE(events) || !TRIGGER_FOR_DELETE(events) ||
      !TRIGGER_FOR_TRUNCATE(events))
    into.add(trigger.table, metrics_feature,
             fmt::format("changes of its settings in {} are not followed", pg::qualified(source.table)),
             enable_again(trigger));
}

void check_trigger(const managed_trigger &trigger, const trigger_list &triggers, finding_list &into) {
  std::shared_ptr<const metrics_plan> plan;
  Oid owner = InvalidOid;
  const std::optional<fault> problem = problem_of(trigger.table, [&](Relation relation) {
    plan = resolve_metrics(read_metrics(parse_options(metrics_feature, trigger.arguments)), relation);
    owner = relation->rd_rel->relowner;
  });
  if (problem) {
    into.add(trigger.table, metrics_feature, problem->message, enable_again(trigger));
    return;
  }
  if (!TRIGGER_FOR_INSERT(trigger.type) || !TRIGGER_FOR_UPDATE(trigger.type))
    into.add(trigger.table, metrics_feature,
             fmt::format("trigger \"{}\" computes on {} only", trigger.name,
                         TRIGGER_FOR_INSERT(trigger.type) ? "INSERT" : "UPDATE"),
             enable_again(trigger));
  if (plan->settings)
    check_watch(trigger, *plan->settings, triggers, into);
  as_owner_if_allowed(owner, [&] {
    try {
      check_rows(trigger, *plan, into);
    } catch (const fault &said) {
      into.add(trigger.table, metrics_feature, said.message, said.hint);
    }
  });
}

// Tables of settings by which no table computes any more, as where that one was rebuilt without its triggers.
void check_readers(const trigger_list &triggers, finding_list &into) {
  std::multimap<Oid, Oid> readers;
  for (const managed_trigger &trigger : triggers)
    if (const std::optional<Oid> settings = settings_named_by(trigger))
      readers.emplace(*settings, pg::owner_of(trigger.table));
  const auto is_read = [&](Oid named, Oid settings) {
    const auto [first, last] = readers.equal_range(named);
    return std::any_of(first, last, [&](const auto &each) { return pg::has_rights_of_owner(each.second, settings); });
  };
  std::set<Oid> looked_at;
  for (const managed_trigger &trigger : triggers) {
    const Oid settings = trigger.table;
    if (trigger.feature != &metrics_settings_feature || trigger.is_clone || !looked_at.insert(settings).second ||
        is_read(settings, settings) || is_read(pg::topmost(settings), settings))
      continue;
    std::vector<const managed_trigger *> useless;
    for (const managed_trigger &each : triggers.of(settings))
      if (each.feature == &metrics_settings_feature && !each.is_clone)
        useless.push_back(&each);
    into.add(settings, metrics_settings_feature, "no table's metrics read settings from here",
             "Call upkeep.enable_metrics again for a table that was rebuilt, or " + drop_statements(useless));
  }
}

} // namespace

void check_metrics(const trigger_list &triggers, finding_list &into) {
  std::map<Oid, std::string> first;
  for (const managed_trigger &trigger : triggers) {
    if (trigger.feature != &metrics_feature || trigger.is_clone)
      continue;
    if (const auto [before, is_first] = first.try_emplace(trigger.table, trigger.name); !is_first)
      into.add(trigger.table, metrics_feature,
               fmt::format("trigger \"{}\" repeats \"{}\"", trigger.name, before->second),
               drop_trigger(trigger.name, trigger.table));
    else
      check_trigger(trigger, triggers, into);
  }
  check_readers(triggers, into);
}

} // namespace upkeep::metrics
