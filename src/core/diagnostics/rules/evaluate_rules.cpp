#include "core/diagnostics/rules/evaluate_rules.hpp"

#include "core/diagnostics/rules/evaluation.hpp"

namespace upkeep::diagnostics {

findings evaluate_rules(const week_facts &facts, const char *unfit) {
  findings all;
  if (unfit)
    for (finding &each : all)
      each.pass_over(unfit);
  else
    evaluation(facts, all).run();
  return all;
}

} // namespace upkeep::diagnostics
