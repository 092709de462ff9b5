// The top of the page: the headline, the verdict with links to what follows, and the strip of weeks.
#include "core/report/ads.hpp"
#include "core/report/figures.hpp"
#include "core/report/headline.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/html/page.hpp"
#include "core/report/issues.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

void write_chip(html_page &page, std::string_view kind, const std::string &text) {
  page.write(R"(<span class="chip {}">{}</span>)", kind, text);
}

void write_state(html_page &page) {
  const report_facts &facts = page.facts;
  constexpr phrase states[] = {phrase::count, phrase::state_closed, phrase::state_open, phrase::state_future};
  page.write(R"(<div class="facts">)");
  if (facts.week_start)
    page.write(R"(<span class="number long">{}</span>)",
               html_escaped(period_in_words(*facts.week_start, *facts.week_start + days_per_week - 1, page.say)));
  if (facts.state != report_state::unknown)
    write_chip(page, "", page.said(states[static_cast<std::size_t>(facts.state)]));
  if (!facts.missing_days.empty())
    write_chip(page, "warn", fmt::format("{}: {}", page.said(phrase::missing_days), facts.missing_days.size()));
  if (facts.is_stale)
    write_chip(page, "warn", page.said(phrase::stale));
  for (const shop_event &each : facts.events)
    write_chip(page, "", fmt::format("<bdi>{}</bdi>", html_escaped(event_in_words(each, page.say))));
  page.write("</div>");
}

// The amount stands out, and the cause leads to the drivers.
void write_headline(html_page &page, const headline &said) {
  const std::string text = html_escaped(said.text), amount = html_escaped(said.amount);
  constexpr std::string_view name = "{amount}";
  page.write("<h1>");
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(name, from)) != std::string::npos; from = at + name.size())
    page.write(R"({}<b class="{} {}">{}</b>)", text.substr(from, at - from), number_class(amount),
               said.is_loss   ? "negative"
               : said.is_gain ? "positive"
                              : "",
               amount);
  page.write("{}", text.substr(from));
  if (!said.cause.empty()) {
    const std::string cause = html_escaped(said.cause), cost = html_escaped(said.cause_amount);
    page.write(R"(<small>{}: {} <span class="{}">({})</span></small>)", page.said(phrase::main_cause),
               has_bridge(page.facts) ? fmt::format(R"(<a href="#{}">{}</a>)", change_anchor, cause) : cause,
               number_class(cost), cost);
  }
  page.write("</h1>");
}

// A tick, an exclamation mark or a question mark in a disc.
void write_verdict_sign(html_page &page, bool is_clear, bool is_unknown) {
  page.write(R"(<svg viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="20"/><path d="{}"/></svg>)",
             is_clear     ? "M12 21l6 6 11-13"
             : is_unknown ? "M15 16a5 5 0 1 1 7 4.600q-2 1-2 3.400M20 29v.1"
                          : "M20 11v11M20 29v.1");
}

// The issues in full by name, and how many there are beside them.
void write_found(html_page &page, const issue_list &list) {
  if (list.full.empty())
    return;
  page.write(R"(<ul class="found">)");
  for (const auto &[issue, number, actions] : list.full)
    page.write(R"(<li class="{}"><a href="#{}">{}</a></li>)", issue->is_critical ? "bad" : "warn", issue_anchor(number),
               html_escaped(page.say.issue(issue->code)));
  if (!list.more.empty())
    page.write(R"(<li><a href="#{}">{}: {}</a></li>)", more_anchor, page.said(phrase::more_issues), list.more.size());
  page.write("</ul>");
}

// To the sections that there are.
void write_links(html_page &page, const issue_list &list) {
  const report_facts &facts = page.facts;
  const bool has_figures = !facts.weeks.empty() || facts.compared;
  struct section {
    bool is_there;
    std::string_view anchor;
    phrase name;
  };
  const section sections[] = {
      {has_figures, figures_anchor, phrase::key_figures},
      {!list.full.empty(), issues_anchor, phrase::issues},
      {!facts.ads.empty(), ads_anchor, phrase::ads},
      {has_bridge(facts), change_anchor,
       facts.compared && !facts.compared->after.cogs.empty() && !facts.compared->before.cogs.empty()
           ? phrase::bridge_profit
           : phrase::bridge_revenue},
      {facts.weeks.size() > 1, trends_anchor, phrase::trends},
      {facts.has_facts, data_anchor, phrase::data}};
  if (std::ranges::none_of(sections, &section::is_there))
    return;
  page.write("<nav>");
  for (const auto &[is_there, anchor, name] : sections)
    if (is_there)
      page.write(R"(<a href="#{}">{}</a>)", anchor, page.said(name));
  page.write("</nav>");
}

void write_past_week(html_page &page, const past_week &week, bool is_last) {
  static constexpr std::string_view kinds[] = {"none", "good", "warn", "bad"};
  const std::string label = fmt::format("{}: {}", date_in_words(week.start, page.say), page.say[name_of(week.state)]);
  const std::string inside = fmt::format(R"(<b aria-hidden="true">{}</b><span aria-hidden="true">{}</span>)",
                                         sign_of(week.state), html_escaped(short_date(week.start, page.say)));
  page.write(R"(<li class="{}"{}>)", kinds[static_cast<std::size_t>(week.state)],
             is_last ? R"( aria-current="date")" : "");
  if (week.link.empty())
    page.write(R"(<span role="img" aria-label="{0}" title="{0}">{1}</span>)", html_escaped(label), inside);
  else
    page.write(R"(<a href="{2}" rel="noopener noreferrer" aria-label="{0}" title="{0}">{1}</a>)", html_escaped(label),
               inside, html_escaped(week.link));
  page.write("</li>");
}

} // namespace

std::string issue_anchor(std::size_t number) { return fmt::format("issue-{}", number); }

void write_header(html_page &page) {
  const report_facts &facts = page.facts;
  const bool is_named = !facts.shop_name.empty();
  page.write("<header>");
  if (is_named)
    page.write(R"(<p class="shop"><bdi>{}</bdi></p>)", html_escaped(facts.shop_name));
  page.write(R"(<p class="eyebrow">{}{}{}</p>)", page.said(phrase::report_title), facts.week_label.empty() ? "" : " · ",
             html_escaped(facts.week_label));
  if (const std::optional<headline> said = headline_of(facts, page.say))
    write_headline(page, *said);
  else
    page.write("<h1>{}</h1>", page.said(verdict_of(facts).text));
  if (const std::string days = compared_days_in_words(facts, page.say); !days.empty())
    page.write(R"(<p class="small muted">{}: {}</p>)", page.said(phrase::compared_days), html_escaped(days));
  write_state(page);
  page.write("</header>");
}

void write_verdict(html_page &page) {
  const verdict said = verdict_of(page.facts);
  const issue_list list = arrange_issues(page.facts);
  const bool is_clear = said.text == phrase::verdict_clear || said.text == phrase::verdict_dismissed,
             is_unknown = said.text == phrase::verdict_unknown,
             is_headed = headline_of(page.facts, page.say).has_value();
  page.write(R"(<div class="verdict {}">)", is_clear ? "good" : is_unknown ? "none" : said.criticals ? "bad" : "warn");
  write_verdict_sign(page, is_clear, is_unknown);
  page.write("<div>");
  // Without a headline the verdict stands in its place.
  if (is_headed)
    page.write(R"(<p class="judged">{}</p>)", page.said(said.text));
  if (said.text == phrase::verdict_clear)
    page.write("<p>{}</p>", page.said(phrase::no_issues));
  if (!page.facts.invalid.empty())
    page.write("<p>{}: {}</p>", page.said(phrase::invalid), html_escaped(page.facts.invalid));
  if (said.most_expensive && !is_headed)
    page.write(R"(<p>{}: {}, <b class="number long">{}</b></p>)", page.said(phrase::most_expensive),
               html_escaped(page.say.issue(said.most_expensive->code)),
               html_escaped(money_in_words(said.most_expensive->impact, page.facts, page.say)));
  write_found(page, list);
  if (page.facts.is_stale)
    page.write(R"(<p class="small">{}</p>)", page.said(phrase::stale_note));
  page.write("</div></div>");
  write_links(page, list);
}

void write_history(html_page &page) {
  const auto &history = page.facts.history;
  if (history.empty())
    return;
  page.write(R"(<section class="weeks"><h2>{}</h2><ol class="strip">)", page.said(phrase::last_weeks));
  for (const past_week &each : history)
    write_past_week(page, each, &each == &history.back());
  page.write(R"(</ol><p class="legend">)");
  for (const week_state each : {week_state::clear, week_state::warning, week_state::critical, week_state::unknown})
    if (std::ranges::find(history, each, &past_week::state) != history.end())
      page.write("<span><b>{}</b> {}</span>", sign_of(each), page.said(name_of(each)));
  page.write("</p></section>");
}

} // namespace upkeep::report
