#include "features/guard/renames/column_names.hpp"

#include "core/metrics/formula.hpp"
#include "core/options/option_list.hpp"
#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "features/guard/renames/column_options.hpp"
#include "postgres/relation.hpp"
#include "postgres/trigger_arguments.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace upkeep::guard {

using pg::call;

namespace {

bool fires(const managed_trigger &trigger) {
  return trigger.enabled == TRIGGER_FIRES_ON_ORIGIN || trigger.enabled == TRIGGER_FIRES_ALWAYS;
}

bool is_figure(const option_list &options, const std::string &column) {
  const std::vector<std::string> figures = find_options(options, "columns");
  return std::any_of(figures.begin(), figures.end(), [&](const std::string &text) {
    const std::optional<rollups::assignment> split = rollups::parse_assignment(text);
    return split && split->column == column;
  });
}

bool writes(const managed_trigger &trigger, const std::string &column) {
  const option_list options = parse_options(*trigger.feature, trigger.arguments);
  if (trigger.feature == &metrics_feature) {
    const std::vector<std::string> formulas = formulas_before(options, trigger.table, {});
    return std::any_of(formulas.begin(), formulas.end(),
                       [&](const std::string &text) { return metrics::parse_formula(text).target == column; });
  }
  const auto is_named = [&](const char *option) {
    const std::string *given = find_option(options, option);
    return given && column == *given;
  };
  const column_of::owner place = place_of(options);
  if (trigger.feature == &rollup_feature)
    return place == column_of::target && is_figure(options, column);
  if (trigger.feature == &order_refunds_feature)
    return (place == column_of::orders && is_named("refunded_column")) ||
           (place == column_of::lines && is_named("refunded_quantity_column"));
  if (trigger.feature != &order_totals_feature || place != column_of::orders)
    return false;
  return column == text_option(options, "total_column");
}

// One WARNING for all the triggers of a feature that wait for the same.
class warnings {
public:
  void add(const managed_trigger &trigger, const stuck_option &stuck, const column_rename &change) {
    if (!said.emplace(trigger.feature, stuck.option, stuck.hint).second)
      return;
    const std::string table = pg::table_name(trigger.table), renamed = pg::table_name(stuck.renamed);
    call([&] {
      ereport(WARNING, errcode(ERRCODE_WARNING),
              errmsg("trigger \"%s\" on table \"%s\" still names column \"%s\", which is now \"%s\" in table \"%s\"",
                     trigger.name.c_str(), table.c_str(), change.from.c_str(), change.to.c_str(), renamed.c_str()),
              errdetail("%s", stuck.detail.c_str()), errhint("%s", stuck.hint.c_str()));
    });
  }

private:
  std::set<std::tuple<const feature_rule *, std::string, std::string>> said;
};

// Whether the trigger has other arguments now.
bool follow(const managed_trigger &seen, const column_rename &change, warnings &into) {
  if (const followed_options needed = follow_options(seen, change); needed.arguments == seen.arguments) {
    for (const stuck_option &each : needed.stuck)
      into.add(seen, each, change);
    return false;
  }
  // Somebody may have enabled the feature anew, or dropped the trigger, until the lock was free.
  call([&] { LockRelationOid(seen.table, ShareRowExclusiveLock); });
  const std::optional<std::vector<std::string>> arguments = pg::read_trigger_arguments(seen.oid);
  if (!arguments)
    return false;
  managed_trigger trigger = seen;
  trigger.arguments = *arguments;
  const followed_options followed = follow_options(trigger, change);
  for (const stuck_option &each : followed.stuck)
    into.add(trigger, each, change);
  if (followed.arguments == trigger.arguments)
    return false;
  pg::set_trigger_arguments(trigger.oid, followed.arguments);
  return true;
}

} // namespace

bool is_derived(Oid table, const std::string &column) {
  const std::vector<managed_trigger> triggers = managed_triggers(table);
  return std::any_of(triggers.begin(), triggers.end(), [&](const managed_trigger &trigger) {
    try {
      return fires(trigger) && writes(trigger, column);
    } catch (const fault &) {
      // What its arguments do not say it does not compute.
      return false;
    }
  });
}

rename_outlook look_ahead(Oid table, const std::string &from, const std::string &to) {
  const column_rename change{pg::with_descendants(table, AccessShareLock), from, to};
  rename_outlook outlook;
  for (const managed_trigger &trigger : managed_triggers()) {
    const followed_options followed = follow_options(trigger, change);
    outlook.is_named |= followed.arguments != trigger.arguments;
    for (const stuck_option &each : followed.stuck)
      outlook.is_stuck = fault{.sqlstate = sqlstate::undefined_column, .message = each.detail, .hint = each.hint};
  }
  return outlook;
}

std::vector<Oid> follow_rename(Oid table, const std::string &from, const std::string &to, const feature_rule *only) {
  const column_rename change{pg::with_descendants(table, AccessShareLock), from, to};
  std::vector<Oid> changed;
  warnings said;
  for (const managed_trigger &trigger : managed_triggers())
    if ((!only || trigger.feature == only) && follow(trigger, change, said) &&
        std::find(changed.begin(), changed.end(), trigger.table) == changed.end())
      changed.push_back(trigger.table);
  return changed;
}

} // namespace upkeep::guard
