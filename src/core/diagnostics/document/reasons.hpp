// Why figures of some days can hardly be right, as sentences.
#pragma once

#include "core/diagnostics/rules/suspect_days.hpp"
#include "core/numeric/money.hpp"
#include "core/text/json.hpp"

#include <span>
#include <string>
#include <vector>

namespace upkeep::diagnostics {

struct suspect_day {
  day_number day;
  suspicion why;
};

// From [{date, reason}], as the evidence of an issue has them; what is not such a day is left out.
std::vector<suspect_day> suspects_from(const json &days);
// A sentence for each reason, with its days: "11 Nov 2026: more orders than leads." Empty where there are none.
std::string reasons_text(std::span<const suspect_day> days, language in);

} // namespace upkeep::diagnostics
