#include "core/diagnostics/rules/evaluate_rules.hpp"

#include "core/diagnostics/rules/evaluation.hpp"

namespace upkeep::diagnostics {

evaluated_week evaluate_rules(const week_facts &facts, const char *unfit) {
  const suspect_days suspects = unfit ? suspect_days{} : suspect_days_of(facts);
  evaluated_week week{{}, comparisons(facts, suspects)};
  if (unfit)
    for (finding &each : week.found)
      each.pass_over(unfit);
  else
    evaluation(facts, suspects, week).run();
  return week;
}

} // namespace upkeep::diagnostics
