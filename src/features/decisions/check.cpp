// What upkeep.check() says of the triggers of rows that decide themselves.
#include "features/check.hpp"

#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/decisions/decision_plan.hpp"
#include "features/decisions/decision_rule.hpp"

namespace upkeep::decisions {

void check_decisions(const trigger_list &triggers, finding_list &into) {
  for (const managed_trigger &trigger : triggers)
    for (const decision_rule *rule : {&ad_decision_rule, &growth_simulation_rule}) {
      if (trigger.feature != &rule->feature || trigger.is_clone)
        continue;
      const std::optional<fault> problem = problem_of(trigger.table, [&](Relation table) {
        resolve_decisions(*rule, parse_options(rule->feature, trigger.arguments), table);
      });
      if (problem)
        into.add(trigger.table, rule->feature, problem->message, enable_again(trigger));
      else if (!TRIGGER_FOR_INSERT(trigger.type))
        into.add(trigger.table, rule->feature, "does not follow INSERT", enable_again(trigger));
    }
}

} // namespace upkeep::decisions
