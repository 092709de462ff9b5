#include "features/rollups/source/set_list.hpp"

#include "postgres/executor/running_statements.hpp"

#include <algorithm>

namespace upkeep::rollups {

namespace {

// Whether every row was written by this statement, and none was changed on the way, as triggers BEFORE UPDATE can.
// Those of partitions and of inheritance children are not asked.
bool is_whole_truth(const TriggerData &trigger) {
  const Relation source = trigger.tg_relation;
  return trigger.tg_updatedcols && source->rd_rel->relkind == RELKIND_RELATION && !source->rd_rel->relhassubclass &&
         source->trigdesc && !source->trigdesc->trig_update_before_row && pg::writes_once(RelationGetRelid(source));
}

// PostgreSQL adds the generated columns that follow.
bool sets_counted(const TriggerData &trigger, const change_reader &reader) {
  return std::ranges::any_of(reader.columns, [&](AttrNumber each) {
    return bms_is_member(each - FirstLowInvalidHeapAttributeNumber, trigger.tg_updatedcols);
  });
}

} // namespace

bool sets_nothing_counted(const TriggerData &trigger, const source_plan &rollups) {
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && is_whole_truth(trigger) &&
         std::ranges::none_of(rollups, [&](const source_rollup &each) { return sets_counted(trigger, each.reader); });
}

} // namespace upkeep::rollups
