// What a report says of a week's issues, whatever its format.
#pragma once

#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <string>
#include <vector>

namespace upkeep::report {

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

// What an issue says in the language of the report, else in the one that replaces it, else in English; it may be empty.
std::string message_of(const reported_issue &issue, const report_facts &facts, const phrase_book &say);
// "new", "back again"; empty where it is not known.
std::string_view state_of(const reported_issue &issue, const phrase_book &say);
// What the user answered: "later, from 23 Nov 2026".
std::string answer_of(const issue_response &response, const phrase_book &say);
// What there is to say about the data: which days there are, what was not checked. `are_titles`: the text is a list of
// rules' titles, which users may have worded.
struct data_note {
  phrase name;
  std::string text;
  bool are_titles = false;
};
// Empty where the row has no facts; those with nothing to say are left out.
std::vector<data_note> data_notes(const report_facts &facts, const phrase_book &say);

} // namespace upkeep::report
