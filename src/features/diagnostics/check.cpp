// What upkeep.check() says of the triggers that mark diagnoses as stale.
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/diagnostics/weekly_diagnostics.hpp"
#include "features/trigger_options.hpp"

#include <map>

namespace upkeep {

namespace {

constexpr std::pair<std::int16_t, const char *> needed_events[] = {{TRIGGER_TYPE_INSERT, "INSERT"},
                                                                   {TRIGGER_TYPE_UPDATE, "UPDATE"},
                                                                   {TRIGGER_TYPE_DELETE, "DELETE"},
                                                                   {TRIGGER_TYPE_TRUNCATE, "TRUNCATE"}};

// The triggers of one table.
void check_records(const std::vector<const managed_trigger *> &group, report &into) {
  const managed_trigger &first = *group.front();
  const std::optional<fault> problem = problem_of(first.table, [&](Relation table) {
    const std::vector<option> options = parse_options(weekly_diagnostics_feature, first.arguments);
    const Oid diagnostics =
        other_table(options, "weekly_diagnostics", table, weekly_diagnostics_feature, AccessShareLock);
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

} // namespace

void check_weekly_diagnostics(const std::vector<managed_trigger> &triggers, report &into) {
  std::map<Oid, std::vector<const managed_trigger *>> groups;
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &weekly_diagnostics_feature)
      groups[trigger.table].push_back(&trigger);
  for (const auto &[table, group] : groups) {
    check_records(group, into);
    for (const managed_trigger *each : group)
      check_partitions(*each, triggers, into);
  }
}

} // namespace upkeep
