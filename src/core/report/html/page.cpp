#include "core/report/html/page.hpp"

#include "core/report/bridge.hpp"
#include "core/report/figures.hpp"
#include "core/report/html/charts.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/html/style.hpp"
#include "core/report/issues.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

// The key figures, besides the one that leads.
constexpr report_metric key_metrics[] = {report_metric::net_profit, report_metric::revenue, report_metric::ad_spend,
                                         report_metric::orders,     report_metric::leads,   report_metric::cvr,
                                         report_metric::roas};

std::string period_in_words(day_number start, const phrase_book &say) {
  return date_in_words(start, say) + " – " + date_in_words(start + days_per_week - 1, say);
}

std::string title_of(const html_page &page) {
  std::string title = page.said(phrase::report_title);
  for (const std::string &part : {page.facts.week_label, page.facts.shop_name})
    if (!part.empty())
      title += " · " + html_escaped(part);
  return title;
}

void write_head(html_page &page) {
  page.write(R"(<!DOCTYPE html>
<html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">)"
             R"(<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline'">)"
             R"(<title>{}</title><style>{}</style></head><body><main>)",
             html_escaped(page.say.tag()), title_of(page), report_style);
}

void write_chip(html_page &page, std::string_view kind, const std::string &text) {
  page.write(R"(<span class="chip {}">{}</span>)", kind, text);
}

void write_state(html_page &page) {
  const report_facts &facts = page.facts;
  constexpr phrase states[] = {phrase::count, phrase::state_closed, phrase::state_open, phrase::state_future};
  if (facts.week_start)
    page.write(R"(<span class="number long">{}</span>)", html_escaped(period_in_words(*facts.week_start, page.say)));
  if (facts.state != report_state::unknown)
    write_chip(page, "", page.said(states[static_cast<std::size_t>(facts.state)]));
  if (!facts.missing_days.empty())
    write_chip(page, "warn", fmt::format("{}: {}", page.said(phrase::missing_days), facts.missing_days.size()));
  if (facts.is_stale)
    write_chip(page, "warn", page.said(phrase::stale));
}

void write_header(html_page &page) {
  const report_facts &facts = page.facts;
  const bool is_named = !facts.shop_name.empty();
  page.write(R"(<header><p class="eyebrow">{}{}{}</p>)", is_named ? page.said(phrase::report_title) : "",
             is_named && !facts.week_label.empty() ? " · " : "", html_escaped(facts.week_label));
  page.write(R"(<h1><bdi>{}</bdi></h1><div class="facts">)",
             is_named ? html_escaped(facts.shop_name) : page.said(phrase::report_title));
  write_state(page);
  page.write("</div></header>");
}

// A tick, an exclamation mark or a question mark in a disc.
void write_verdict_sign(html_page &page, bool is_clear, bool is_unknown) {
  page.write(R"(<svg viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="20"/><path d="{}"/></svg>)",
             is_clear     ? "M12 21l6 6 11-13"
             : is_unknown ? "M15 16a5 5 0 1 1 7 4.600q-2 1-2 3.400M20 29v.1"
                          : "M20 11v11M20 29v.1");
}

void write_verdict(html_page &page) {
  const verdict said = verdict_of(page.facts);
  const bool is_clear = said.text == phrase::verdict_clear, is_unknown = said.text == phrase::verdict_unknown;
  page.write(R"(<div class="verdict {}">)", is_clear ? "good" : is_unknown ? "none" : said.criticals ? "bad" : "warn");
  write_verdict_sign(page, is_clear, is_unknown);
  page.write("<div><p>{}</p>", page.said(said.text));
  if (is_clear)
    page.write("<p>{}</p>", page.said(phrase::no_issues));
  if (!page.facts.invalid.empty())
    page.write("<p>{}: {}</p>", page.said(phrase::invalid), html_escaped(page.facts.invalid));
  if (said.most_expensive)
    page.write(R"(<p>{}: {}, <b class="number long">{}</b></p>)", page.said(phrase::most_expensive),
               html_escaped(page.say.issue(said.most_expensive->code)),
               html_escaped(money_in_words(said.most_expensive->impact, page.facts, page.say)));
  if (page.facts.is_stale)
    page.write(R"(<p class="small">{}</p>)", page.said(phrase::stale_note));
  page.write("</div></div>");
}

std::string weekly_chart(const html_page &page, report_metric which, const week_figures &usual) {
  std::vector<chart_point> points;
  for (const week_figures &week : page.facts.weeks) {
    const figure_text value = value_of(which, week);
    const std::string start = week.start ? date_in_words(*week.start, page.say) : "";
    points.push_back({value ? std::optional(number_of(*value)) : std::nullopt,
                      start + ": " + figure_in_words(which, value, page.facts, page.say)});
  }
  const figure_text average = value_of(which, usual);
  return line_chart(std::string(page.say[definition_of(which).name]), points,
                    average ? std::optional(number_of(*average)) : std::nullopt);
}

// The figure that leads the page: profit, where it is known.
report_metric leading_metric(const report_facts &facts) {
  return value_of(report_metric::net_profit, facts.weeks.back()) ? report_metric::net_profit : report_metric::revenue;
}

std::string_view change_class(report_metric which, int direction) {
  const metric_sense more = definition_of(which).more;
  if (more == metric_sense::neither || direction == 0)
    return "neither";
  return (direction > 0) == (more == metric_sense::good) ? "good" : "bad";
}

void write_figure(html_page &page, report_metric which, bool is_leading) {
  const auto &weeks = page.facts.weeks;
  const week_figures &now = weeks.back();
  const figure_text value = value_of(which, now);
  const std::string text = html_escaped(figure_in_words(which, value, page.facts, page.say));
  page.write(R"(<div class="card{}"><dt>{}</dt><dd class="value {}{}">{}</dd>)", is_leading ? " lead" : "",
             page.said(definition_of(which).name), number_class(text), value && is_negative(*value) ? " negative" : "",
             text);
  if (weeks.size() > 1) {
    const week_figures &before = weeks[weeks.size() - 2];
    page.write(R"(<dd class="before">)");
    if (const metric_change change = change_of(which, before, now, page.say); !change.text.empty())
      page.write(R"(<span class="change {} number">{}</span> )", change_class(which, change.direction),
                 html_escaped(change.text));
    const std::string old = html_escaped(figure_in_words(which, value_of(which, before), page.facts, page.say));
    page.write(R"(<span>{} <span class="{}">{}</span></span></dd>)", page.said(phrase::last_week), number_class(old),
               old);
    if (is_leading)
      page.write(R"(<dd class="chart">{}</dd>)", weekly_chart(page, which, usual_week(page.facts)));
  }
  page.write("</div>");
}

void write_figures(html_page &page) {
  if (page.facts.weeks.empty())
    return;
  page.write(R"(<section><h2>{}</h2><dl class="figures">)", page.said(phrase::key_figures));
  const report_metric leading = leading_metric(page.facts);
  write_figure(page, leading, true);
  for (const report_metric each : key_metrics)
    if (each != leading)
      write_figure(page, each, false);
  page.write("</dl></section>");
}

std::string step_name(const html_page &page, const bridge &shown, const bridge_step &step) {
  if (!step.driver.empty())
    return html_escaped(page.say.driver(step.driver));
  const bool is_first = &step == &shown.steps.front();
  return page.said(!is_first                      ? phrase::this_week
                   : page.facts.compared->is_mean ? phrase::usual_week
                                                  : phrase::week_before);
}

void write_bridge(html_page &page) {
  const std::optional<bridge> shown = bridge_of(page.facts);
  if (!shown)
    return;
  page.write(R"(<section><h2>{}</h2><div class="card"><ol class="bridge">)",
             page.said(shown->is_profit ? phrase::bridge_profit : phrase::bridge_revenue));
  const std::vector<std::string> bars = bridge_bars(*shown);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const bridge_step &step = shown->steps[i];
    const bool is_end = step.driver.empty();
    const std::string amount =
        is_end ? money_in_words(step.amount, page.facts, page.say) : signed_money(step.amount, page.facts, page.say);
    page.write(R"(<li{}><span>{}</span><span class="amount number long{}">{}</span>{}</li>)",
               is_end ? R"( class="end")" : "", step_name(page, *shown, step),
               is_negative(step.amount) ? " negative" : "", html_escaped(amount), bars[i]);
  }
  page.write(R"(</ol></div><p class="note">{}</p></section>)", page.said(phrase::bridge_note));
}

void write_trend(html_page &page, report_metric which, const week_figures &usual) {
  const figure_text now = value_of(which, page.facts.weeks.back()), average = value_of(which, usual);
  const std::string text = html_escaped(figure_in_words(which, now, page.facts, page.say));
  page.write(
      R"(<div class="card"><h3>{}</h3><p class="value {}">{}</p>{}<p>{} <span class="number long">{}</span></p></div>)",
      page.said(definition_of(which).name), number_class(text), text, weekly_chart(page, which, usual),
      page.said(phrase::average), html_escaped(figure_in_words(which, average, page.facts, page.say)));
}

bool is_known(report_metric which, const report_facts &facts) {
  return std::any_of(facts.weeks.begin(), facts.weeks.end(),
                     [&](const week_figures &week) { return value_of(which, week).has_value(); });
}

void write_trends(html_page &page) {
  if (page.facts.weeks.size() < 2)
    return;
  const week_figures usual = usual_week(page.facts);
  page.write("<section><h2>{}", page.said(phrase::trends));
  if (const auto first = page.facts.weeks.front().start, last = page.facts.weeks.back().start; first && last)
    page.write("<small>{} – {}</small>", date_in_words(*first, page.say), date_in_words(*last, page.say));
  page.write(R"(</h2><div class="trends">)");
  for (const report_metric each : metrics)
    if (each != leading_metric(page.facts) && is_known(each, page.facts))
      write_trend(page, each, usual);
  page.write("</div></section>");
}

void write_data(html_page &page) {
  const std::vector<data_note> notes = data_notes(page.facts, page.say);
  if (notes.empty())
    return;
  page.write(R"(<section class="data"><h2>{}</h2><dl class="card">)", page.said(phrase::data));
  for (const auto &[name, text, are_titles] : notes)
    page.write("<div{}><dt>{}</dt><dd>{}</dd></div>", are_titles ? R"( class="wide")" : "", page.said(name),
               html_escaped(text));
  page.write("</dl></section>");
}

} // namespace

std::string html_page::said(phrase which) const { return html_escaped(say[which]); }

// A no-break space and a symbol have several bytes, which is near enough.
std::string_view number_class(std::string_view text) {
  constexpr std::size_t narrow = 10, wide = 17;
  return text.size() > wide ? "number long" : text.size() > narrow ? "number wide" : "number";
}

std::string html_report(const report_facts &facts, const phrase_book &say) {
  html_page page{facts, say};
  write_head(page);
  write_header(page);
  write_verdict(page);
  write_figures(page);
  write_goal(page);
  write_issues(page);
  write_gone_issues(page);
  write_ads(page);
  write_bridge(page);
  write_trends(page);
  write_data(page);
  page.write("<footer>{}</footer></main></body></html>\n", page.said(phrase::footer));
  return page.html;
}

} // namespace upkeep::report
