// upkeep.check(): where the triggers, the tables and their contents have drifted apart. Reads only.
#include "features/check.hpp"

#include "core/text/joined.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep {

using pg::call;

namespace {

void check_state(const managed_trigger &trigger, finding_list &into) {
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

void check(finding_list &into) {
  const trigger_list triggers(managed_triggers());
  for (const managed_trigger &trigger : triggers) {
    call([&] { LockRelationOid(trigger.table, AccessShareLock); });
    check_state(trigger, into);
  }
  updated_at::check_updated_at(triggers, into);
  touch::check_touches(triggers, into);
  metrics::check_metrics(triggers, into);
  orders::check_order_triggers(triggers, into);
  orders::check_order_pairs(triggers, into);
  diagnostics::check_weekly_diagnostics(triggers, into);
  decisions::check_decisions(triggers, into);
  history::check_history(triggers, into);
  soft_delete::check_soft_delete(triggers, into);
  rollups::check_rollups(triggers, into);
  guard::check_guard(triggers, into);
}

} // namespace

// Asked for what is found only, so the table's triggers are read again.
std::string enable_again(const managed_trigger &trigger) {
  std::vector<std::string> names;
  for (const managed_trigger &each : managed_triggers(trigger.table))
    if (each.feature == trigger.feature && each.is_clone == trigger.is_clone && each.arguments == trigger.arguments)
      names.push_back(pg::quoted(each.name));
  return fmt::format("Call upkeep.enable_{} for {} again, or drop trigger{} {}.", trigger.feature->enable_name(),
                     pg::qualified(trigger.table), names.size() == 1 ? "" : "s", joined(names, ", "));
}

std::string drop_trigger(const std::string &name, Oid table) {
  return fmt::format("DROP TRIGGER {} ON {};", pg::quoted(name), pg::qualified(table));
}

std::string drop_statements(const std::vector<const managed_trigger *> &triggers) {
  std::string statements;
  for (const managed_trigger *each : triggers)
    statements += (statements.empty() ? "" : " ") + drop_trigger(each->name, each->table);
  return statements;
}

void check_descendants(const managed_trigger &trigger, const trigger_list &triggers, finding_list &into) {
  // A partition that is partitioned itself is looked at with its root.
  if (call([&] { return get_rel_relispartition(trigger.table); }))
    return;
  for (const Oid table : pg::with_descendants(trigger.table, AccessShareLock)) {
    if (!triggers.has(table, *trigger.feature, trigger.name))
      into.add(table, *trigger.feature,
               fmt::format("lacks trigger \"{}\" that {} has", trigger.name, pg::qualified(trigger.table)),
               fmt::format("Call upkeep.enable_{} for {} again.", trigger.feature->enable_name(),
                           pg::qualified(trigger.table)));
  }
}

void check_partitions(const managed_trigger &trigger, const trigger_list &triggers, finding_list &into) {
  if (!TRIGGER_FOR_ROW(trigger.type))
    check_descendants(trigger, triggers, into);
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

} // namespace upkeep

// upkeep.check() RETURNS TABLE (object regclass, feature text, finding text, hint text): no rows where all is well.
// Reads the stamps of every managed table that the caller may read; changes nothing.
UPKEEP_FUNCTION(upkeep_check) {
  return upkeep::pg::entry([=] {
    upkeep::pg::result_set result(fcinfo, 0);
    upkeep::finding_list findings(result);
    upkeep::pg::with_spi([&] { upkeep::check(findings); });
    return Datum(0);
  });
}
