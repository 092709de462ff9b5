// The cards of key figures, and the charts of each figure over the weeks.
#include "core/report/figures.hpp"
#include "core/report/html/charts.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/html/page.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

// The key figures, besides the one that leads.
constexpr report_metric key_metrics[] = {report_metric::net_profit, report_metric::revenue, report_metric::ad_spend,
                                         report_metric::orders,     report_metric::leads,   report_metric::cvr,
                                         report_metric::roas};

std::string weekly_chart(const html_page &page, report_metric which, const week_figures &usual) {
  std::vector<chart_point> points;
  for (const week_figures &week : page.facts.weeks) {
    const figure_text value = value_of(which, week);
    const std::string start = week.start ? date_in_words(*week.start, page.say) : "",
                      text = figure_in_words(which, value, page.facts, page.say);
    points.push_back({value ? std::optional(number_of(*value)) : std::nullopt, start + ": " + text, text});
  }
  const figure_text average = value_of(which, usual);
  std::optional<chart_point> mean;
  if (average)
    mean = {number_of(*average), "", figure_in_words(which, average, page.facts, page.say)};
  return line_chart(std::string(page.say[definition_of(which).name]), points, mean);
}

// The figure that leads the page: profit, where it is known.
report_metric leading_metric(const week_figures &week) {
  return value_of(report_metric::net_profit, week) ? report_metric::net_profit : report_metric::revenue;
}

std::string_view change_class(report_metric which, int direction) {
  const metric_sense more = definition_of(which).more;
  if (more == metric_sense::neither || direction == 0)
    return "neither";
  return (direction > 0) == (more == metric_sense::good) ? "good" : "bad";
}

void write_figure(html_page &page, report_metric which, const compared_weeks &weeks, bool is_leading) {
  const figure_text value = value_of(which, weeks.after);
  const std::string text = html_escaped(figure_in_words(which, value, page.facts, page.say));
  page.write(R"(<div class="card{}"><dt>{}</dt><dd class="value {}{}">{}</dd>)", is_leading ? " lead" : "",
             page.said(definition_of(which).name), number_class(text), value && is_negative(*value) ? " negative" : "",
             text);
  if (weeks.against != baseline::none) {
    page.write(R"(<dd class="before">)");
    if (const metric_change change = change_of(which, weeks.before, weeks.after, page.say); !change.text.empty())
      page.write(R"(<span class="change {} number">{}</span> )", change_class(which, change.direction),
                 html_escaped(change.text));
    if (const figure_text before = value_of(which, weeks.before)) {
      const std::string old = html_escaped(figure_in_words(which, before, page.facts, page.say));
      page.write(R"(<span>{} <span class="{}">{}</span></span>)", page.said(name_of(weeks.against)), number_class(old),
                 old);
    }
    page.write("</dd>");
    if (is_leading && page.facts.weeks.size() > 1)
      page.write(R"(<dd class="chart">{}</dd>)", weekly_chart(page, which, usual_week(page.facts)));
  }
  page.write("</div>");
}

void write_trend(html_page &page, report_metric which, const week_figures &usual) {
  const figure_text now = value_of(which, page.facts.weeks.back()), average = value_of(which, usual);
  const std::string text = html_escaped(figure_in_words(which, now, page.facts, page.say));
  page.write(
      R"(<div class="card"><h3>{}</h3><p class="value {}">{}</p>{}<p>{} <span class="number long">{}</span></p></div>)",
      page.said(definition_of(which).name), number_class(text), text, weekly_chart(page, which, usual),
      page.said(phrase::usual_week), html_escaped(figure_in_words(which, average, page.facts, page.say)));
}

bool is_known(report_metric which, const report_facts &facts) {
  return std::any_of(facts.weeks.begin(), facts.weeks.end(),
                     [&](const week_figures &week) { return value_of(which, week).has_value(); });
}

} // namespace

void write_figures(html_page &page) {
  if (page.facts.weeks.empty() && !page.facts.compared)
    return;
  page.write(R"(<section id="{}"><h2>{}</h2><dl class="figures">)", figures_anchor, page.said(phrase::key_figures));
  const compared_weeks weeks = compare_weeks(page.facts);
  const report_metric leading = leading_metric(weeks.after);
  write_figure(page, leading, weeks, true);
  for (const report_metric each : key_metrics)
    if (each != leading)
      write_figure(page, each, weeks, false);
  page.write("</dl>");
  if (const std::string days = compared_days_in_words(page.facts, page.say); !days.empty())
    page.write(R"(<p class="note">{}: {}</p>)", page.said(phrase::compared_days), html_escaped(days));
  page.write("</section>");
}

void write_trends(html_page &page) {
  if (page.facts.weeks.size() < 2)
    return;
  const week_figures usual = usual_week(page.facts);
  page.write(R"(<section id="{}"><h2>{})", trends_anchor, page.said(phrase::trends));
  if (const auto first = page.facts.weeks.front().start, last = page.facts.weeks.back().start; first && last)
    page.write("<small>{}</small>", html_escaped(period_in_words(*first, *last, page.say)));
  page.write(R"(</h2><div class="trends">)");
  for (const report_metric each : metrics)
    if (each != leading_metric(page.facts.weeks.back()) && is_known(each, page.facts))
      write_trend(page, each, usual);
  page.write("</div></section>");
}

} // namespace upkeep::report
