#include "core/report/issues.hpp"

#include "core/diagnostics/document/issue_messages.hpp"
#include "core/keyed_table.hpp"
#include "core/report/figures.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

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

bool has_cost(const reported_issue &issue) { return issue.impact && number_of(*issue.impact) > 0; }

bool costs_more(const reported_issue &a, const reported_issue *b) {
  return has_cost(a) && a.kind == impact_kind::profit && (!b || number_of(*a.impact) > number_of(*b->impact));
}

bool is_dismissed(const reported_issue &issue) { return issue.is_answered("dismissed"); }

// The actions of issues that are done, and those that are done themselves.
std::set<std::string_view> done_actions(const report_facts &facts) {
  std::set<std::pair<std::string_view, std::string_view>> items;
  for (const done_action &each : facts.done)
    items.insert({each.fingerprint, each.action});
  std::set<std::string_view> done;
  for (const reported_issue &issue : facts.issues)
    for (const std::string &action : issue.actions)
      if (!issue.is_gone() && (issue.is_answered("done") || items.contains({issue.fingerprint, action})))
        done.insert(action);
  return done;
}

phrase verdict_text(const report_facts &facts, const verdict &counted) {
  if (counted.criticals)
    return phrase::verdict_critical;
  if (counted.warnings)
    return phrase::verdict_warning;
  if (std::ranges::any_of(facts.issues, [](const reported_issue &each) { return !each.is_gone(); }))
    return phrase::verdict_dismissed;
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

// The titles of the rules with that note, with commas.
std::string titles_of(const report_facts &facts, rule_note note, const phrase_book &say) {
  std::string titles;
  for (const noted_rule &each : facts.noted)
    if (each.note == note)
      titles.append(titles.empty() ? "" : ", ").append(say.issue(diagnostics::code_of(each.which)));
  return titles;
}

// What `in_words` says of each, with separators.
template <class Items> std::string all_of(const Items &items, std::string_view separator, const auto &in_words) {
  std::string text;
  for (const auto &each : items)
    text.append(text.empty() ? "" : separator).append(in_words(each));
  return text;
}

} // namespace

verdict verdict_of(const report_facts &facts) {
  verdict result{};
  for (const reported_issue &each : facts.issues) {
    if (each.is_gone() || is_dismissed(each))
      continue;
    ++(each.is_critical ? result.criticals : result.warnings);
    if (costs_more(each, result.most_expensive))
      result.most_expensive = &each;
  }
  result.text = verdict_text(facts, result);
  return result;
}

issue_list arrange_issues(const report_facts &facts) {
  constexpr std::size_t in_full = 3;
  issue_list list;
  for (const reported_issue &each : facts.issues)
    if (each.is_gone())
      list.gone.push_back(&each);
    else if (is_dismissed(each))
      list.dismissed.push_back({&each, 0, {}});
    else
      (list.full.size() < in_full ? list.full : list.more).push_back({&each, 0, {}});
  std::size_t number = 0;
  std::set<std::string_view> seen;
  const std::set<std::string_view> done = done_actions(facts);
  for (std::vector<shown_issue> *part : {&list.full, &list.more, &list.dismissed})
    for (shown_issue &each : *part) {
      each.number = ++number;
      for (const std::string &action : each.issue->actions)
        if (seen.insert(action).second)
          each.actions.push_back({action, done.contains(action)});
    }
  return list;
}

std::string cost_of(const reported_issue &issue, const report_facts &facts, const phrase_book &say) {
  return has_cost(issue) ? money_in_words(issue.impact, facts, say) : "";
}

phrase cost_name(const reported_issue &issue) noexcept {
  if (issue.kind == impact_kind::profit)
    return phrase::impact_profit;
  if (issue.kind == impact_kind::goal)
    return phrase::impact_goal;
  return issue.code == "AD_RATIO_HIGH" ? phrase::impact_ad_spend : phrase::impact_revenue;
}

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
    const std::optional<day_number> until = day_from(response.until);
    text += " " + (until ? date_in_words(*until, say) : response.until);
  }
  return text;
}

std::string event_in_words(const shop_event &event, const phrase_book &say) {
  constexpr phrase kinds[] = {phrase::count, phrase::event_holiday, phrase::event_closed, phrase::event_promotion,
                              phrase::event_outage};
  const bool has_kind = event.kind != event_kind::other, is_named = !event.name.empty();
  std::string text = event.name;
  if (has_kind)
    text += fmt::format(fmt::runtime(is_named ? " ({})" : "{}"), say[kinds[static_cast<std::size_t>(event.kind)]]);
  if (event.first && event.last)
    text += ", " + period_in_words(*event.first, *event.last, say);
  return text;
}

namespace {

struct state_name {
  week_state key;
  phrase name;
  std::string_view sign;
};
constexpr state_name state_names[] = {{week_state::unknown, phrase::week_unknown, "?"},
                                      {week_state::clear, phrase::week_clear, "\u2713"},
                                      {week_state::warning, phrase::week_warning, "!"},
                                      {week_state::critical, phrase::week_critical, "\u2715"}};
static_assert(is_keyed(state_names, week_state::critical));

} // namespace

phrase name_of(week_state state) noexcept { return row_of(state_names, state).name; }
std::string_view sign_of(week_state state) noexcept { return row_of(state_names, state).sign; }

std::vector<data_note> data_notes(const report_facts &facts, const phrase_book &say) {
  if (!facts.has_facts)
    return {};
  const auto day = [&](day_number each) { return date_in_words(each, say); };
  const auto set_aside = [&](const set_aside_week &each) {
    return fmt::format("{} ({})", date_in_words(each.start, say),
                       say[each.by_event ? phrase::set_aside_event : phrase::set_aside_outlier]);
  };
  const auto event = [&](const shop_event &each) { return event_in_words(each, say); };
  std::vector<data_note> notes{
      {phrase::days_with_data, fmt::format("{} / {}", facts.days_present, facts.days_expected)},
      {phrase::missing_days, all_of(facts.missing_days, ", ", day)},
      {phrase::as_of, facts.as_of ? day(*facts.as_of) : ""},
      {phrase::cogs_ratio, facts.cogs_ratio ? percent_text(number_of(*facts.cogs_ratio), say.figures()) : ""},
      {phrase::weeks_compared, facts.compared ? fmt::format("{}", facts.compared->weeks) : ""},
      {phrase::compared_days, compared_days_in_words(facts, say)},
      {phrase::events, all_of(facts.events, "; ", event), true},
      {phrase::weeks_set_aside, all_of(facts.set_aside, "; ", set_aside), true},
      {phrase::unharmed, titles_of(facts, rule_note::unharmed, say), true},
      {phrase::inhibited_by_event, titles_of(facts, rule_note::by_event, say), true},
      {phrase::inhibited, titles_of(facts, rule_note::inhibited, say), true},
      {phrase::not_evaluated, titles_of(facts, rule_note::not_evaluated, say), true}};
  std::erase_if(notes, [](const data_note &note) { return note.text.empty(); });
  return notes;
}

} // namespace upkeep::report
