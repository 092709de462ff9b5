#include "features/rollups/source/source_side.hpp"

#include "features/rollups/enable/backfill.hpp"
#include "features/rollups/first_trigger.hpp"
#include "features/rollups/source/rows_first.hpp"
#include "features/rollups/source/set_list.hpp"
#include "features/rollups/target/computed_groups.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/citus/told_shards.hpp"
#include "postgres/executor/running_statements.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <span>

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
void require_rights(const rollup &of) {
  if (of.source_owner != of.target_owner)
    pg::require_role_of(of.source_owner, of.target, of.target_owner);
}

rollup_changes changes_for(const TriggerData &trigger, const source_rollup &into, MemoryContext memory) {
  rollup_changes changed{&into, group_keys(into.of.keys, memory), {}};
  changed.groups = changes_of(trigger, into.reader, into.of, changed.keys, memory);
  return changed;
}

bool has_extremes(const rollup_changes &of) {
  return std::ranges::any_of(of.groups, [](const group_change &each) { return each.has_extremes; });
}

// What came may be gone again, or what went may have come in between: another statement that has written the source,
// within this one or around it, or foreign keys' actions, each of which writes a row once more. So extremes do not
// follow from what this trigger is told.
void note_what_others_write(rollup_changes &of) {
  std::vector<std::uint32_t> hashes;
  for (const group_change &each : of.groups)
    if (each.has_extremes)
      hashes.push_back(call([&] { return of.keys.hash(each.key); }));
  if (!hashes.empty())
    note_changed(of.into->of.root, of.into->of.source, hashes);
}

// The rollups into one target.
void keep_figures(const TriggerData &trigger, std::span<const source_rollup> rollups, MemoryContext memory) {
  std::vector<rollup_changes> changed;
  changed.reserve(rollups.size());
  for (const source_rollup &each : rollups)
    changed.push_back(changes_for(trigger, each, memory));
  if (std::ranges::all_of(changed, [](const rollup_changes &each) { return each.groups.empty(); }))
    return;
  if (std::ranges::any_of(changed, has_extremes) &&
      call([&] { return pg::may_share_rows(RelationGetRelid(trigger.tg_relation)); }))
    for (rollup_changes &each : changed)
      note_what_others_write(each);
  if (changed.size() > 1)
    pg::with_spi([&] { take_rows(changed, memory); });
  for (rollup_changes &each : changed)
    if (!each.groups.empty())
      apply_changes(*each.into->writer, each.into->of, each.keys, each.groups, memory);
}

void read_anew(std::span<const source_rollup> rollups) {
  pg::with_spi([&] {
    for (const source_rollup &each : rollups)
      read_all_anew(*each.writer, each.of);
  });
}

// A shard, which may be told so of a TRUNCATE, or of a rollup that is new.
void after_nothing_deleted(const TriggerData &trigger) {
  if (!pg::is_shard(RelationGetRelid(trigger.tg_relation)))
    return;
  const bool is_new = pg::is_made_here(*trigger.tg_trigger);
  if (!is_new && !pg::is_emptied_here(trigger.tg_relation))
    return;
  const std::shared_ptr<const source_plan> plan = plan_of_source(trigger);
  for (const source_rollup &each : *plan)
    require_rights(each.of);
  if (!is_new)
    return read_anew({plan->data(), plan->size()});
  pg::with_spi([&] {
    for (const source_rollup &each : *plan)
      backfill(each.of);
  });
}

} // namespace

void after_source_statement(const TriggerData &trigger) {
  const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  if (!is_first(trigger))
    return;
  if (truncates && pg::has_shards(RelationGetRelid(trigger.tg_relation)))
    return pg::with_spi([&] { pg::tell_shards(RelationGetRelid(trigger.tg_relation)); });
  if (!truncates && !has_rows(trigger)) {
    if (TRIGGER_FIRED_BY_DELETE(trigger.tg_event))
      after_nothing_deleted(trigger);
    return;
  }
  const std::shared_ptr<const source_plan> plan = plan_of_source(trigger);
  if (sets_nothing_counted(trigger, *plan))
    return;
  for (auto from = plan->begin(); from != plan->end();) {
    const auto to =
        std::find_if(from, plan->end(), [=](const source_rollup &each) { return each.of.target != from->of.target; });
    const std::span<const source_rollup> rollups(from, to);
    require_rights(from->of);
    if (truncates)
      read_anew(rollups);
    else {
      MemoryContext memory =
          call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rollup", ALLOCSET_DEFAULT_SIZES); });
      keep_figures(trigger, rollups, memory);
      call([=] { MemoryContextDelete(memory); });
    }
    from = to;
  }
}

} // namespace upkeep::rollups
