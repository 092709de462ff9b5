// The top of an e-mail: headline and verdict; and the strip of weeks.
#include "core/report/email/mail_page.hpp"
#include "core/report/figures.hpp"
#include "core/report/headline.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/issues.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

void write_subtitle(mail_page &page) {
  const report_facts &facts = page.facts;
  constexpr phrase states[] = {phrase::count, phrase::state_closed, phrase::state_open, phrase::state_future};
  std::string line = page.said(phrase::report_title);
  const auto add = [&](const std::string &part) { line += " · " + part; };
  if (!facts.week_label.empty())
    add(page.name(facts.week_label));
  if (facts.week_start)
    add(html_escaped(period_in_words(*facts.week_start, *facts.week_start + days_per_week - 1, page.say)));
  if (facts.state != report_state::unknown)
    add(page.said(states[static_cast<std::size_t>(facts.state)]));
  page.row(line, 13, quiet, "2px 0 12px 0");
}

void write_mail_headline(mail_page &page) {
  const std::optional<headline> said = headline_of(page.facts, page.say);
  std::string text = said ? page.text(said->text) : page.said(verdict_of(page.facts).text);
  if (said) {
    constexpr std::string_view name = "{amount}";
    const std::string amount = coloured(page.name(said->amount),
                                        said->is_loss   ? bad.ink
                                        : said->is_gain ? good.ink
                                                        : plain.ink,
                                        true);
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += amount.size())
      text.replace(at, name.size(), amount);
  }
  page.row(R"(<h1 style="margin:0;font-size:26px;line-height:32px;font-weight:bold">)" + text + "</h1>", 26, plain,
           "0 0 8px 0", true);
  if (said && !said->cause.empty())
    page.row(fmt::format("{}: {} ({})", page.said(phrase::main_cause),
                         coloured(page.text(said->cause), plain.ink, true), page.name(said->cause_amount)),
             16, quiet, "0 0 8px 0");
}

void write_mail_verdict(mail_page &page) {
  const verdict said = verdict_of(page.facts);
  const bool is_unknown = said.text == phrase::verdict_unknown,
             is_headed = headline_of(page.facts, page.say).has_value();
  const mail_colours &colours = said.criticals ? bad : said.warnings ? warn : is_unknown ? soft : good;
  std::string text;
  const auto add = [&](const std::string &part) { text += (text.empty() ? "" : "<br>") + part; };
  if (is_headed)
    add(fmt::format("<b>{}</b>", page.said(said.text)));
  if (said.text == phrase::verdict_clear)
    add(page.said(phrase::no_issues));
  if (!page.facts.invalid.empty())
    add(page.said(phrase::invalid) + ": " + page.text(page.facts.invalid));
  for (const auto &[issue, number, actions] : arrange_issues(page.facts).full)
    add("• " + page.name(page.say.issue(issue->code)));
  if (page.facts.is_stale)
    add(page.said(phrase::stale) + ": " + page.said(phrase::stale_note));
  if (text.empty())
    return;
  page.write(R"(<tr><td style="padding:8px 0 0 0">)");
  page.begin_table();
  page.row(text, 15, {plain.ink, colours.ground}, "14px 16px");
  page.end_table();
  page.write("</td></tr>");
}

std::string event_line(mail_page &page) {
  std::string events;
  for (std::size_t i = 0; i < page.shown(page.facts.events.size()); ++i)
    events += (events.empty() ? "" : "; ") + page.name(event_in_words(page.facts.events[i], page.say));
  return events;
}

} // namespace

void write_mail_top(mail_page &page) {
  if (!page.facts.shop_name.empty())
    page.row(page.name(page.facts.shop_name), 16, plain, "0", true);
  write_subtitle(page);
  write_mail_headline(page);
  if (const std::string days = compared_days_in_words(page.facts, page.say); !days.empty())
    page.row(page.said(phrase::compared_days) + ": " + html_escaped(days), 13, quiet, "0 0 8px 0");
  if (const std::string events = event_line(page); !events.empty())
    page.row(page.said(phrase::events) + ": " + events, 14, quiet, "0 0 8px 0");
  write_mail_verdict(page);
}

// Two rows of six, which fit on a phone.
void write_mail_weeks(mail_page &page) {
  const auto &history = page.facts.history;
  if (history.empty())
    return;
  constexpr std::size_t in_a_row = 6;
  static constexpr const mail_colours *colours[] = {&soft, &good, &warn, &bad};
  page.heading(phrase::last_weeks);
  page.write(R"(<tr><td style="padding:0">)");
  page.begin_table();
  for (std::size_t i = 0; i < history.size(); i += in_a_row) {
    page.write("<tr>");
    for (std::size_t j = i; j < i + in_a_row; ++j) {
      if (j >= history.size()) {
        page.write(R"(<td width="16%" style="padding:2px">&nbsp;</td>)");
        continue;
      }
      const past_week &week = history[j];
      const mail_colours &state = *colours[static_cast<std::size_t>(week.state)];
      const std::string date = html_escaped(short_date(week.start, page.say));
      const bool is_linked = !week.link.empty() && week.link.size() <= page.limits.link;
      const std::string inside = fmt::format("<b>{}</b><br>{}", sign_of(week.state), date);
      page.write(R"(<td width="16%" align="center" title="{}" style="{};border:2px solid {}">{}</td>)",
                 page.said(name_of(week.state)), cell_style(12, state, "6px 0"), plain.ground,
                 is_linked ? fmt::format(R"(<a href="{}" style="display:block;color:{}">{}</a>)",
                                         html_escaped(week.link), state.ink, inside)
                           : inside);
    }
    page.write("</tr>");
  }
  page.end_table();
  page.write("</td></tr>");
  std::string legend;
  for (const week_state each : {week_state::clear, week_state::warning, week_state::critical, week_state::unknown})
    if (std::ranges::find(history, each, &past_week::state) != history.end())
      legend += fmt::format("{}{} {}", legend.empty() ? "" : " &nbsp; ", sign_of(each), page.said(name_of(each)));
  page.row(legend, 12, quiet, "6px 0 0 0");
}

} // namespace upkeep::report
