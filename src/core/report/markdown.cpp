#include "core/report/markdown.hpp"

#include "core/report/ads.hpp"
#include "core/report/bridge.hpp"
#include "core/report/figures.hpp"
#include "core/report/headline.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/issues.hpp"
#include "core/text/characters.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace upkeep::report {

namespace {

// A report being written: texts of data are escaped when they are written.
struct markdown_page {
  const report_facts &facts;
  const phrase_book &say;
  std::string text = {};

  template <class... Arguments> void write(fmt::format_string<Arguments...> format, Arguments &&...arguments) {
    text += fmt::format(format, std::forward<Arguments>(arguments)...);
  }
  std::string said(phrase which) const { return markdown_escaped(say[which]); }
  void heading(phrase which) { write("\n## {}\n\n", said(which)); }
};

// Terminals show the languages that are built in one column a character.
std::size_t width_of(std::string_view text) { return static_cast<std::size_t>(count_characters(text)); }

// A table with columns as wide as their cells: the first to the left, the others to the right.
template <std::size_t columns> class markdown_table {
public:
  using row = std::array<std::string, columns>;

  void add(row cells) {
    for (std::size_t i = 0; i < columns; ++i)
      widths[i] = std::max({widths[i], width_of(cells[i]), min_width});
    rows.push_back(std::move(cells));
  }

  void write(std::string &into) const {
    write_row(rows.front(), into);
    for (std::size_t i = 0; i < columns; ++i)
      into += (i == 0 ? "| " : " | ") + std::string(widths[i] - (i > 0), '-') + (i > 0 ? ":" : "");
    into += " |\n";
    for (std::size_t i = 1; i < rows.size(); ++i)
      write_row(rows[i], into);
  }

private:
  static constexpr std::size_t min_width = 3;

  void write_row(const row &cells, std::string &into) const {
    for (std::size_t i = 0; i < columns; ++i) {
      const std::string blanks(widths[i] - width_of(cells[i]), ' ');
      into += (i == 0 ? "| " + cells[i] + blanks : " | " + blanks + cells[i]);
    }
    into += " |\n";
  }

  std::array<std::size_t, columns> widths{};
  std::vector<row> rows;
};

// The headline is the page's first heading, the title then its second.
void write_headline(markdown_page &page) {
  const std::optional<headline> said = headline_of(page.facts, page.say);
  if (!said)
    return;
  page.write("# {}", markdown_escaped(said->sentence()));
  if (!said->cause.empty())
    page.write(". {}: {} ({})", page.said(phrase::main_cause), markdown_escaped(said->cause), said->cause_amount);
  page.write("\n\n#");
}

void write_title(markdown_page &page) {
  const report_facts &facts = page.facts;
  constexpr phrase states[] = {phrase::count, phrase::state_closed, phrase::state_open, phrase::state_future};
  page.write("# {}", page.said(phrase::report_title));
  if (!facts.shop_name.empty())
    page.write(": {}", markdown_escaped(facts.shop_name));
  page.write("\n");
  std::string line;
  const auto add = [&](const std::string &part) { line += (line.empty() ? "" : " · ") + part; };
  if (!facts.week_label.empty())
    add(markdown_escaped(facts.week_label));
  if (facts.week_start)
    add(period_in_words(*facts.week_start, *facts.week_start + days_per_week - 1, page.say));
  if (facts.state != report_state::unknown)
    add(page.said(states[static_cast<std::size_t>(facts.state)]));
  if (!line.empty())
    page.write("\n{}\n", line);
  if (const std::string days = compared_days_in_words(facts, page.say); !days.empty())
    page.write("\n{}: {}\n", page.said(phrase::compared_days), days);
}

void write_verdict(markdown_page &page) {
  const verdict said = verdict_of(page.facts);
  page.write("\n**{}**", page.said(said.text));
  if (said.text == phrase::verdict_clear)
    page.write(" – {}", page.said(phrase::no_issues));
  if (said.most_expensive && !headline_of(page.facts, page.say))
    page.write(" – {}: {}, {}", page.said(phrase::most_expensive),
               markdown_escaped(page.say.issue(said.most_expensive->code)),
               money_in_words(said.most_expensive->impact, page.facts, page.say));
  page.write("\n");
  if (!page.facts.invalid.empty())
    page.write("\n{}: {}\n", page.said(phrase::invalid), markdown_escaped(page.facts.invalid));
  if (page.facts.is_stale)
    page.write("\n**{}:** {}\n", page.said(phrase::stale), page.said(phrase::stale_note));
}

// "**✕** 9 Nov" for each week, and what the signs mean.
void write_history(markdown_page &page) {
  const auto &history = page.facts.history;
  if (history.empty())
    return;
  page.heading(phrase::last_weeks);
  const char *separator = "";
  for (const past_week &each : history) {
    const std::string date = markdown_escaped(short_date(each.start, page.say));
    page.write("{}{} {}", separator, sign_of(each.state),
               each.link.empty() ? date : fmt::format("[{}]({})", date, each.link));
    separator = " · ";
  }
  page.write("\n\n");
  separator = "";
  for (const week_state each : {week_state::clear, week_state::warning, week_state::critical, week_state::unknown})
    if (std::ranges::find(history, each, &past_week::state) != history.end()) {
      page.write("{}{} {}", separator, sign_of(each), page.said(name_of(each)));
      separator = ", ";
    }
  page.write("\n");
}

void write_figures(markdown_page &page) {
  if (page.facts.weeks.empty() && !page.facts.compared)
    return;
  const auto [against, before, now, is_partial] = compare_weeks(page.facts);
  page.heading(phrase::key_figures);
  markdown_table<4> table;
  table.add({page.said(phrase::figure), page.said(phrase::this_week), page.said(name_of(against)),
             page.said(phrase::change)});
  for (const report_metric each : metrics)
    table.add({page.said(definition_of(each).name), figure_in_words(each, value_of(each, now), page.facts, page.say),
               figure_in_words(each, value_of(each, before), page.facts, page.say),
               change_of(each, before, now, page.say).text});
  table.write(page.text);
}

void write_goal(markdown_page &page) {
  if (!page.facts.goal)
    return;
  const month_goal &goal = *page.facts.goal;
  page.write("\n{} {} ({}): {} {} · {} {} · {} {}\n", page.said(phrase::goal), markdown_escaped(goal.month),
             page.said(goal.is_profit ? phrase::net_profit : phrase::revenue), page.said(phrase::goal_so_far),
             money_in_words(goal.so_far, page.facts, page.say), page.said(phrase::goal_projected),
             money_in_words(goal.projected, page.facts, page.say), page.said(phrase::goal_target),
             money_in_words(goal.target, page.facts, page.say));
}

void write_ads(markdown_page &page) {
  const std::vector<ad_group> groups = ad_groups(page.facts);
  if (!groups.empty())
    page.write("\n## {}\n", page.said(phrase::ads));
  for (const ad_group &group : groups) {
    page.write("\n### {}\n\n", page.said(group.name));
    for (const reported_ad *ad : group.ads) {
      page.write("- {}", markdown_escaped(name_of(*ad)));
      const char *separator = ": ";
      for (const auto &[name, text] : figures_of(*ad, page.facts, page.say)) {
        page.write("{}{} {}", separator, page.said(name), text);
        separator = " · ";
      }
      if (const std::string reason = reason_of(*ad, page.say); !reason.empty())
        page.write(" – {}", markdown_escaped(reason));
      page.write("\n");
    }
  }
}

std::string drivers_of(const markdown_page &page, const reported_issue &issue) {
  std::string drivers;
  for (const issue_driver &each : issue.drivers)
    drivers += fmt::format("{}{} {}", drivers.empty() ? "" : ", ", markdown_escaped(page.say.driver(each.driver)),
                           signed_money(each.amount, page.facts, page.say));
  return drivers;
}

// What to do and what else there is to know, a line each.
std::vector<std::string> notes_of(const markdown_page &page, const shown_issue &shown) {
  const reported_issue &issue = *shown.issue;
  std::vector<std::string> notes;
  for (const auto &[action, is_done] : shown.actions)
    notes.push_back((is_done ? "[x] " : "[ ] ") + markdown_escaped(page.say.action(action)));
  if (const std::string drivers = drivers_of(page, issue); !drivers.empty())
    notes.push_back(fmt::format("{}: {}", page.said(phrase::drivers), drivers));
  if (const std::string_view state = state_of(issue, page.say); !state.empty())
    notes.push_back(markdown_escaped(state));
  if (issue.is_uncertain)
    notes.push_back(page.said(phrase::low_confidence));
  if (issue.response)
    notes.push_back(fmt::format("{}: {}{}{}", page.said(phrase::your_answer),
                                markdown_escaped(answer_of(*issue.response, page.say)),
                                issue.response->note.empty() ? "" : " – ", markdown_escaped(issue.response->note)));
  return notes;
}

std::string cost_after(const markdown_page &page, const reported_issue &issue) {
  const std::string cost = cost_of(issue, page.facts, page.say);
  return cost.empty() ? "" : fmt::format(" – {} {}", page.said(cost_name(issue)), cost);
}

std::string title_of(const markdown_page &page, const reported_issue &issue) {
  return fmt::format("{}: {}", page.said(issue.is_critical ? phrase::critical : phrase::warning),
                     markdown_escaped(page.say.issue(issue.code)));
}

void write_issue(markdown_page &page, const shown_issue &shown) {
  page.write("\n### {}{}\n", title_of(page, *shown.issue), cost_after(page, *shown.issue));
  if (const std::string message = message_of(*shown.issue, page.facts, page.say); !message.empty())
    page.write("\n{}\n", markdown_escaped(message));
  const char *separator = "\n";
  for (const std::string &note : notes_of(page, shown)) {
    page.write("{}- {}\n", separator, note);
    separator = "";
  }
}

// An item of a list, with what there is to say of it below.
void write_briefly(markdown_page &page, const shown_issue &shown) {
  page.write("- **{}**{}\n", title_of(page, *shown.issue), cost_after(page, *shown.issue));
  if (const std::string message = message_of(*shown.issue, page.facts, page.say); !message.empty())
    page.write("  - {}\n", markdown_escaped(message));
  for (const std::string &note : notes_of(page, shown))
    page.write("  - {}\n", note);
}

void write_issues(markdown_page &page) {
  const issue_list list = arrange_issues(page.facts);
  if (!list.full.empty())
    page.write("\n## {}\n", page.said(phrase::issues));
  for (const shown_issue &each : list.full)
    write_issue(page, each);
  const std::pair<phrase, const std::vector<shown_issue> *> folded[] = {{phrase::more_issues, &list.more},
                                                                        {phrase::dismissed_issues, &list.dismissed}};
  for (const auto &[title, issues] : folded) {
    if (!issues->empty())
      page.heading(title);
    for (const shown_issue &each : *issues)
      write_briefly(page, each);
  }
  if (list.gone.empty())
    return;
  page.heading(phrase::gone);
  for (const reported_issue *each : list.gone)
    page.write("- {}\n", markdown_escaped(page.say.issue(each->code)));
}

std::string step_name(const markdown_page &page, const bridge_step &step, bool is_first) {
  if (!step.driver.empty())
    return markdown_escaped(page.say.driver(step.driver));
  if (!is_first)
    return page.said(phrase::this_week);
  return page.said(page.facts.compared->is_mean ? phrase::usual_week : phrase::week_before);
}

void write_bridge(markdown_page &page) {
  const std::optional<bridge> shown = bridge_of(page.facts);
  if (!shown)
    return;
  const phrase title = shown->is_profit ? phrase::bridge_profit : phrase::bridge_revenue;
  page.heading(title);
  markdown_table<2> table;
  table.add({"", page.said(shown->is_profit ? phrase::net_profit : phrase::revenue)});
  for (const bridge_step &step : shown->steps)
    table.add({step_name(page, step, &step == &shown->steps.front()),
               step.driver.empty() ? money_in_words(step.amount, page.facts, page.say)
                                   : signed_money(step.amount, page.facts, page.say)});
  table.write(page.text);
}

void write_data(markdown_page &page) {
  const std::vector<data_note> notes = data_notes(page.facts, page.say);
  if (notes.empty())
    return;
  page.heading(phrase::data);
  for (const auto &[name, text, are_titles] : notes)
    page.write("- {}: {}\n", page.said(name), are_titles ? markdown_escaped(text) : text);
}

} // namespace

std::string markdown_report(const report_facts &facts, const phrase_book &say) {
  markdown_page page{facts, say};
  write_headline(page);
  write_title(page);
  write_verdict(page);
  write_history(page);
  write_figures(page);
  write_goal(page);
  write_issues(page);
  write_ads(page);
  write_bridge(page);
  write_data(page);
  return page.text;
}

} // namespace upkeep::report
