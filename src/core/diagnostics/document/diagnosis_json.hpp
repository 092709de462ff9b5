// The document of a diagnosis, as JSON.
#pragma once

#include "core/diagnostics/rules/finding.hpp"
#include "core/text/json_sink.hpp"

namespace upkeep::diagnostics {

// Raised with every change of what the same facts give.
inline constexpr int diagnosis_version = 2;

// `unfit`: why nothing was evaluated, or nullptr.
void write_document(const week_facts &facts, const evaluated_week &week, const char *unfit, std::string_view digest,
                    json_sink &into);

// An issue, for write_document.
void write_issue(const week_facts &facts, const evaluated_week &week, rule which, json_sink &into);
// The weeks that nothing is compared with, and why.
void write_weeks_set_aside(const week_facts &facts, json_sink &into);

// The members of an object or the elements of an array, by `write`.
void write_object(json_sink &into, const auto &write) {
  into.begin_object();
  write();
  into.end_object();
}
void write_array(json_sink &into, int count, const auto &write) {
  into.begin_array();
  for (int i = 0; i < count; ++i)
    write(i);
  into.end_array();
}
// Weekdays, 1 for Monday to 7 for Sunday, in the order of the shop's week.
void write_weekdays(const week_facts &facts, weekday_set weekdays, json_sink &into);
// A share in percent, with two decimals: -0.25 is -25.
inline void write_percent(const rational &share, json_sink &into) { into.number(share.rounded(4), 2); }

} // namespace upkeep::diagnostics
