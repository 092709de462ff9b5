// What all rules say of a week.
#pragma once

#include "core/diagnostics/rules/finding.hpp"

namespace upkeep::diagnostics {

// All rules, with causes muting their symptoms. `unfit`: why nothing can be evaluated, or nullptr.
evaluated_week evaluate_rules(const week_facts &facts, const char *unfit);

} // namespace upkeep::diagnostics
