// What a report says of a week's issues, whatever its format.
#pragma once

#include "core/report/report_facts.hpp"
#include "core/report/report_phrases.hpp"

#include <string>
#include <vector>

namespace upkeep {

// The week in one sentence.
struct verdict {
  phrase text;
  int criticals = 0, warnings = 0;
  const reported_issue *most_expensive = nullptr; // null where none has a cost
};
verdict verdict_of(const report_facts &facts);

// Those that fired, and those that were there the week before.
std::vector<const reported_issue *> fired_issues(const report_facts &facts);
std::vector<const reported_issue *> gone_issues(const report_facts &facts);

// What an issue says in the language of the report, else in the one that stands in, else in English; it may be empty.
std::string message_of(const reported_issue &issue, const report_facts &facts, const phrase_book &say);
// "new", "back again"; empty where it is not known.
std::string_view state_of(const reported_issue &issue, const phrase_book &say);
// What the user answered: "later, from 23 Nov 2026".
std::string answer_of(const issue_response &response, const phrase_book &say);
// The titles of the rules that were not checked, with commas.
std::string unchecked_titles(const report_facts &facts, bool is_inhibited, const phrase_book &say);

} // namespace upkeep
