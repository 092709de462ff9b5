#include "features/rollups/source/source_side.hpp"

#include "features/rollups/first_trigger.hpp"
#include "features/rollups/source/source_plan.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

bool has_rows(const TriggerData &trigger) {
  for (Tuplestorestate *rows : {trigger.tg_oldtable, trigger.tg_newtable})
    if (rows && call([=] { return tuplestore_tuple_count(rows); }) > 0)
      return true;
  return false;
}

// Whoever has the privilege can make such a trigger, and roles can lose their members.
void require_rights(const rollup &of) { pg::require_role_of(of.source_owner, of.target, of.target_owner); }

void keep_figures(const TriggerData &trigger, const source_rollup &each, MemoryContext memory) {
  group_keys keys(each.of.keys, memory);
  const std::vector<group_change> changes = changes_of(trigger, each.reader, each.of, keys, memory);
  if (!changes.empty())
    pg::with_spi([&] { apply_changes(*each.writer, each.of, keys, changes); });
}

} // namespace

void after_source_statement(const TriggerData &trigger) {
  const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  if (!is_first(trigger) || (!truncates && !has_rows(trigger)))
    return;
  const std::shared_ptr<const source_plan> plan = plan_of_source(trigger);
  for (const source_rollup &each : *plan) {
    require_rights(each.of);
    if (truncates) {
      pg::with_spi([&] { read_all_anew(*each.writer, each.of); });
      continue;
    }
    MemoryContext memory =
        call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rollup", ALLOCSET_DEFAULT_SIZES); });
    keep_figures(trigger, each, memory);
    call([=] { MemoryContextDelete(memory); });
  }
}

} // namespace upkeep::rollups
