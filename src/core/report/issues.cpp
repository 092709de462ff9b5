#include "core/report/issues.hpp"

#include "core/diagnostics/document/issue_messages.hpp"
#include "core/report/figures.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::report {

namespace {

struct named_phrase {
  std::string_view name;
  phrase text;
};

constexpr named_phrase states[] = {{"new", phrase::issue_new},
                                   {"unchanged", phrase::issue_unchanged},
                                   {"updated", phrase::issue_updated},
                                   {"regressed", phrase::issue_regressed}};
constexpr named_phrase answers[] = {{"ack", phrase::answer_ack},
                                    {"dismissed", phrase::answer_dismissed},
                                    {"snoozed_until", phrase::answer_snoozed_until},
                                    {"done", phrase::answer_done},
                                    {"reopened", phrase::answer_reopened}};

// `otherwise` where the name is unknown.
template <std::size_t size>
std::string_view say_name(const named_phrase (&names)[size], std::string_view name, std::string_view otherwise,
                          const phrase_book &say) {
  const auto *found = std::find_if(names, names + size, [&](const named_phrase &each) { return each.name == name; });
  return found == names + size ? otherwise : say[found->text];
}

bool is_gone(const reported_issue &issue) { return issue.state == "absent"; }

std::vector<const reported_issue *> issues_where(const report_facts &facts, bool gone) {
  std::vector<const reported_issue *> result;
  for (const reported_issue &each : facts.issues)
    if (is_gone(each) == gone)
      result.push_back(&each);
  return result;
}

bool costs_more(const reported_issue &a, const reported_issue *b) {
  return a.impact && number_of(*a.impact) > 0 && (!b || number_of(*a.impact) > number_of(*b->impact));
}

phrase verdict_text(const report_facts &facts, const verdict &counted) {
  if (counted.criticals)
    return phrase::verdict_critical;
  if (counted.warnings)
    return phrase::verdict_warning;
  const bool is_unknown = !facts.has_issues || !facts.invalid.empty() || facts.state == report_state::future ||
                          (facts.has_facts && facts.days_present == 0);
  return is_unknown ? phrase::verdict_unknown : phrase::verdict_clear;
}

// The user's wording, with the issue's figures; under the language whose way of writing figures is the report's.
std::string own_message(const reported_issue &issue, const std::string &wording, const report_facts &facts,
                        const phrase_book &say) {
  const std::string_view figures = name_of(say.figures());
  json filled = *issue.source, wordings = json::object();
  filled.set("message", json::object());
  wordings.set(figures, json::string(wording));
  diagnostics::add_messages(filled, wordings, *facts.source);
  return filled["message"][figures].text();
}

// The titles of the rules that were not checked, with commas.
std::string unchecked_titles(const report_facts &facts, bool is_inhibited, const phrase_book &say) {
  std::string titles;
  for (const unchecked_rule &each : facts.unchecked)
    if (each.is_inhibited == is_inhibited)
      titles.append(titles.empty() ? "" : ", ").append(say.issue(diagnostics::code_of(each.which)));
  return titles;
}

} // namespace

verdict verdict_of(const report_facts &facts) {
  verdict result{};
  for (const reported_issue *each : fired_issues(facts)) {
    ++(each->is_critical ? result.criticals : result.warnings);
    if (costs_more(*each, result.most_expensive))
      result.most_expensive = each;
  }
  result.text = verdict_text(facts, result);
  return result;
}

std::vector<const reported_issue *> fired_issues(const report_facts &facts) { return issues_where(facts, false); }
std::vector<const reported_issue *> gone_issues(const report_facts &facts) { return issues_where(facts, true); }

std::string message_of(const reported_issue &issue, const report_facts &facts, const phrase_book &say) {
  if (const std::string *wording = say.own(issue.code))
    if (std::string message = own_message(issue, *wording, facts, say); !message.empty())
      return message;
  const json &messages = (*issue.source)["message"];
  for (const std::string_view tag : {std::string_view(say.tag()), name_of(say.fallback()), name_of(language::en)})
    if (!messages[tag].text().empty())
      return messages[tag].text();
  return {};
}

std::string_view state_of(const reported_issue &issue, const phrase_book &say) {
  return say_name(states, issue.state, "", say);
}

std::string answer_of(const issue_response &response, const phrase_book &say) {
  std::string text(say_name(answers, response.status, response.status, say));
  if (response.status == "snoozed_until" && !response.until.empty()) {
    const std::optional<day_number> until = day_of(response.until);
    text += " " + (until ? date_in_words(*until, say) : response.until);
  }
  return text;
}

std::vector<data_note> data_notes(const report_facts &facts, const phrase_book &say) {
  if (!facts.has_facts)
    return {};
  std::string missing;
  for (const day_number day : facts.missing_days)
    missing += (missing.empty() ? "" : ", ") + date_in_words(day, say);
  std::vector<data_note> notes{
      {phrase::days_with_data, fmt::format("{} / {}", facts.days_present, facts.days_expected)},
      {phrase::missing_days, missing},
      {phrase::as_of, facts.as_of ? date_in_words(*facts.as_of, say) : ""},
      {phrase::cogs_ratio, facts.cogs_ratio ? percent_text(number_of(*facts.cogs_ratio), say.figures()) : ""},
      {phrase::weeks_compared, facts.compared ? fmt::format("{}", facts.compared->weeks) : ""},
      {phrase::inhibited, unchecked_titles(facts, true, say), true},
      {phrase::not_evaluated, unchecked_titles(facts, false, say), true}};
  std::erase_if(notes, [](const data_note &note) { return note.text.empty(); });
  return notes;
}

} // namespace upkeep::report
