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
  const reported_issue *most_expensive = nullptr; // of those that cost profit; null where none does
};
// Issues that the user dismissed do not count.
verdict verdict_of(const report_facts &facts);

// An action stands once in a report: under the first issue that has it.
struct shown_action {
  std::string_view code;
  bool is_done;
};
struct shown_issue {
  const reported_issue *issue;
  std::size_t number; // from 1, in the order of the report
  std::vector<shown_action> actions;
};
struct issue_list {
  std::vector<shown_issue> full, more, dismissed; // three in full, the rest, what the user dismissed
  std::vector<const reported_issue *> gone;       // what was there the week before
};
issue_list arrange_issues(const report_facts &facts);

// What the issue cost; empty where it has no cost.
std::string cost_of(const reported_issue &issue, const report_facts &facts, const phrase_book &say);
// What that is an amount of.
phrase cost_name(const reported_issue &issue) noexcept;

// What an issue says in the language of the report, else in the one that replaces it, else in English; it may be empty.
std::string message_of(const reported_issue &issue, const report_facts &facts, const phrase_book &say);
// "new", "back again"; empty where it is not known.
std::string_view state_of(const reported_issue &issue, const phrase_book &say);
// What the user answered: "later, from 23 Nov 2026".
std::string answer_of(const issue_response &response, const phrase_book &say);
// "Tet (holiday), 14 Feb 2026 – 20 Feb 2026".
std::string event_in_words(const shop_event &event, const phrase_book &say);
// The name and the sign of a week's state, which is read without its colour.
phrase name_of(week_state state) noexcept;
std::string_view sign_of(week_state state) noexcept;

// What there is to say about the data: which days there are, what was not checked. `are_titles`: the text is a list of
// rules' titles or the names of events, which users have worded.
struct data_note {
  phrase name;
  std::string text;
  bool are_titles = false;
};
// Empty where the row has no facts; those with nothing to say are left out.
std::vector<data_note> data_notes(const report_facts &facts, const phrase_book &say);

} // namespace upkeep::report
