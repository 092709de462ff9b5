// What upkeep.check() says of history.
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/history/kept_columns.hpp"

#include <map>

namespace upkeep::history {

namespace {

constexpr std::pair<std::int16_t, const char *> needed_events[] = {{TRIGGER_TYPE_INSERT, "INSERT"},
                                                                   {TRIGGER_TYPE_UPDATE, "UPDATE"},
                                                                   {TRIGGER_TYPE_DELETE, "DELETE"},
                                                                   {TRIGGER_TYPE_TRUNCATE, "TRUNCATE"}};

// The triggers of one table.
void check_table(const std::vector<const managed_trigger *> &group, finding_list &into) {
  const managed_trigger &first = *group.front();
  const std::optional<fault> problem = problem_of(
      first.table, [&](Relation table) { resolve_columns(parse_options(history_feature, first.arguments), table); });
  if (problem) {
    into.add(first.table, history_feature, problem->message, enable_again(first));
    return;
  }
  std::int16_t events = 0;
  bool is_one = true;
  for (const managed_trigger *each : group) {
    events |= each->type;
    is_one &= each->arguments == first.arguments;
  }
  std::string missing;
  for (const auto &[event, name] : needed_events)
    if (!(events & event))
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", name);
  if (!missing.empty())
    into.add(first.table, history_feature, fmt::format("keeps no history of {}", missing), enable_again(first));
  if (!pg::inheritance_children(first.table).empty())
    into.add(first.table, history_feature, "has inheritance children, whose rows its history tells as its own",
             fmt::format("Make them partitions, or SELECT upkeep.disable_history({});",
                         pg::literals({pg::qualified(first.table)})));
  if (!is_one)
    into.add(first.table, history_feature, "has history triggers with different options", enable_again(first));
}

} // namespace

void check_history(const trigger_list &triggers, finding_list &into) {
  std::map<Oid, std::vector<const managed_trigger *>> tables;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &history_feature) {
      // A partition is looked at with its root.
      if (!pg::call([&] { return get_rel_relispartition(trigger.table); }))
        tables[trigger.table].push_back(&trigger);
      if (pg::call([&] { return get_rel_relkind(trigger.table); }) == RELKIND_PARTITIONED_TABLE)
        check_partitions(trigger, triggers, into);
    }
  for (const auto &[table, group] : tables)
    check_table(group, into);
}

} // namespace upkeep::history
