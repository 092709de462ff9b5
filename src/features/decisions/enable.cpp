// upkeep.enable_ad_decisions, enable_growth_simulations and what undoes them.
#include "features/decisions/decision_plan.hpp"
#include "features/decisions/decision_rule.hpp"
#include "features/enabling.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

struct decision_request {
  Oid table;
  std::optional<Oid> settings, records;
  trigger_arguments arguments;
};

// What is wrong with passing the table itself.
struct itself {
  const char *is, *hint;
};
constexpr itself as_settings{"settings", "A column of the row itself is read without settings."};
constexpr itself as_records{"daily records", "Pass the table that has the figures of the shop's days."};

// A table that rows are decided by, beside their own.
void take_table(const decision_rule &rule, const char *option, Oid other, const itself &wrong, decision_request &into) {
  if (other == into.table)
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message = fmt::format("table \"{}\" cannot be its own {}", pg::table_name(into.table), wrong.is),
                .hint = wrong.hint};
  pg::require_own_table(other, rule.verb, AccessShareLock);
  into.arguments.set(option, other);
}

void enable(const decision_rule &rule, decision_request request) {
  pg::require_own_table(request.table, rule.verb);
  trigger_arguments &arguments = request.arguments;
  if (request.settings)
    take_table(rule, "settings", *request.settings, as_settings, request);
  if (request.records)
    take_table(rule, "daily_records", *request.records, as_records, request);
  if (!request.settings && !request.records)
    arguments.leave_out("settings_key");
  // Resolving finds every mistake before the table is touched.
  pg::with_relation(request.table, [&](Relation table) { resolve_decisions(rule, arguments.options(), table); });
  create_row_trigger(request.table, rule.trigger, "BEFORE INSERT OR UPDATE OR DELETE", rule.feature, arguments.list());
}

void disable(const decision_rule &rule, Oid table) {
  const std::string verb = fmt::format("disable {}", rule.feature.name);
  pg::require_own_table(table, verb.c_str());
  if (!drop_triggers_of_tree(table, rule.feature))
    call(
        [&] { ereport(NOTICE, errmsg("%s is not enabled on \"%s\"", rule.feature.name.data(), get_rel_name(table))); });
}

Datum enable_from(FunctionCallInfo fcinfo, const decision_rule &rule) {
  return pg::entry([=, &rule] {
    const pg::arguments given(fcinfo);
    const Oid table = target_argument(given, rule.feature);
    const bool asks_records = rule.feature.find("daily_records");
    const decision_request request{table, optional_table_argument(given, rule.feature, "settings"),
                                   asks_records ? optional_table_argument(given, rule.feature, "daily_records")
                                                : std::nullopt,
                                   trigger_arguments(rule.feature, given)};
    enabling(fcinfo, rule.feature, [&] { enable(rule, request); });
    return Datum(0);
  });
}

Datum disable_from(FunctionCallInfo fcinfo, const decision_rule &rule) {
  return pg::entry([=, &rule] {
    const Oid table = target_argument(pg::arguments(fcinfo), rule.feature);
    pg::with_spi([&] { disable(rule, table); });
    return Datum(0);
  });
}

} // namespace

} // namespace upkeep::decisions

using namespace upkeep;
using namespace upkeep::decisions;

// upkeep.enable_ad_decisions(ad_decisions, settings, settings_key, daily_records): replaces what was enabled before.
// Errors: 22004, 42501, 42703, 42710, 42804, 42809, 428C9, 42P17.
UPKEEP_FUNCTION(upkeep_enable_ad_decisions) { return enable_from(fcinfo, ad_decision_rule); }

// upkeep.disable_ad_decisions(ad_decisions): a NOTICE where there is nothing to undo. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_ad_decisions) { return disable_from(fcinfo, ad_decision_rule); }

// upkeep.enable_growth_simulations(growth_simulations, settings, settings_key). Errors: as of enable_ad_decisions.
UPKEEP_FUNCTION(upkeep_enable_growth_simulations) { return enable_from(fcinfo, growth_simulation_rule); }

// upkeep.disable_growth_simulations(growth_simulations). Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_growth_simulations) { return disable_from(fcinfo, growth_simulation_rule); }
