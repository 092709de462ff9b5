// What upkeep.check() says of touches.
#include "features/check.hpp"
#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/touch/touch.hpp"

#include <algorithm>
#include <map>

namespace upkeep::touch {

using pg::call;

namespace {

// The triggers of one touch: the same table, the same arguments, an event each.
using touch_group = std::vector<const managed_trigger *>;

std::vector<touch_group> touch_groups(const trigger_list &triggers) {
  std::map<std::pair<Oid, std::vector<std::string>>, touch_group> groups;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &touch_feature)
      groups[{trigger.table, trigger.arguments}].push_back(&trigger);
  std::vector<touch_group> result;
  for (auto &[key, group] : groups)
    result.push_back(std::move(group));
  return result;
}

void check_touch(const touch_group &group, const trigger_list &triggers, finding_list &into) {
  const managed_trigger &first = *group.front();
  const Oid table = first.table;
  touch_settings settings;
  Oid parent = InvalidOid;
  std::optional<fault> problem = problem_of(table, [&](Relation relation) {
    settings = read_touch(parse_options(touch_feature, first.arguments));
    parent = pg::resolve_table(settings.parent, relation);
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
  if (!triggers.has(parent, updated_at_feature))
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
void check_partitions(const touch_group &group, const trigger_list &triggers, finding_list &into) {
  const managed_trigger &first = *group.front();
  for (const Oid table : pg::with_descendants(first.table, AccessShareLock)) {
    const bool complete = std::all_of(group.begin(), group.end(), [&](const managed_trigger *wanted) {
      return triggers.has(table, touch_feature, wanted->name);
    });
    if (!complete)
      into.add(table, touch_feature, fmt::format("lacks a touch that {} has", pg::qualified(first.table)),
               fmt::format("Call upkeep.enable_touch for {} again.", pg::qualified(first.table)));
  }
}

} // namespace

void check_touches(const trigger_list &triggers, finding_list &into) {
  for (const touch_group &group : touch_groups(triggers)) {
    check_touch(group, triggers, into);
    check_partitions(group, triggers, into);
  }
}

} // namespace upkeep::touch
