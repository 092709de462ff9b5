// The figures of an e-mail: beside the usual week, the month's goal, and what changed the profit.
#include "core/report/figures.hpp"
#include "core/report/bridge.hpp"
#include "core/report/email/mail_page.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/issues.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

std::string_view change_ink(report_metric which, int direction) {
  const metric_sense more = definition_of(which).more;
  if (more == metric_sense::neither || direction == 0)
    return plain.ink;
  return (direction > 0) == (more == metric_sense::good) ? good.ink : bad.ink;
}

void write_mail_figure(mail_page &page, report_metric which, const compared_weeks &weeks) {
  const auto in_words = [&](const week_figures &week) {
    return page.name(figure_in_words(which, value_of(which, week), page.facts, page.say));
  };
  std::string value = "<b>" + in_words(weeks.after) + "</b>";
  if (const metric_change change = change_of(which, weeks.before, weeks.after, page.say);
      weeks.against != baseline::none && !change.text.empty())
    value += "<br>" + coloured(html_escaped(change.text), change_ink(which, change.direction), true);
  std::string name = page.said(definition_of(which).name);
  if (weeks.against != baseline::none)
    name += "<br>" + coloured(page.said(name_of(weeks.against)) + " " + in_words(weeks.before), quiet.ink);
  page.write(R"(<tr><td width="54%" valign="top" style="{0};border-bottom:1px solid {2}">{3}</td>)"
             R"(<td width="46%" valign="top" align="right" style="{1};border-bottom:1px solid {2}">{4}</td></tr>)",
             cell_style(14, plain, "8px 8px 8px 0"), cell_style(15, plain, "8px 0"), line_colour, name, value);
}

struct bar_scale {
  double low = 0, high = 0;

  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double operator()(double value) const { return high > low ? (value - low) / (high - low) * 100 : 0; }
};

} // namespace

void write_mail_figures(mail_page &page) {
  if (page.facts.weeks.empty() && !page.facts.compared)
    return;
  const compared_weeks weeks = compare_weeks(page.facts);
  page.heading(phrase::key_figures);
  page.write(R"(<tr><td style="padding:0">)");
  page.begin_table();
  for (const report_metric each : metrics)
    if (value_of(each, weeks.after) || value_of(each, weeks.before))
      write_mail_figure(page, each, weeks);
  page.end_table();
  page.write("</td></tr>");
}

void write_mail_goal(mail_page &page) {
  if (!page.facts.goal)
    return;
  const month_goal &goal = *page.facts.goal;
  page.heading(phrase::goal_pace);
  page.row(fmt::format("{} {}: {}", page.said(phrase::goal), page.name(goal.month),
                       page.said(goal.is_profit ? phrase::net_profit : phrase::revenue)),
           14, quiet, "0 0 4px 0");
  struct part {
    phrase name;
    const std::string *amount;
    std::string_view colour;
  };
  const part parts[] = {{phrase::goal_so_far, &goal.so_far, soft.ink},
                        {phrase::goal_projected, &goal.projected, soft.ink},
                        {phrase::goal_target, &goal.target, good.ink}};
  bar_scale values;
  for (const part &each : parts)
    values.take(number_of(*each.amount));
  page.write(R"(<tr><td style="padding:0">)");
  for (const auto &[name, amount, colour] : parts) {
    page.begin_table();
    page.pair(page.said(name), page.name(money_in_words(*amount, page.facts, page.say)), true);
    page.end_table();
    write_bar(page, values(0), values(number_of(*amount)), colour);
  }
  page.write("</td></tr>");
}

void write_mail_change(mail_page &page) {
  const std::optional<bridge> shown = bridge_of(page.facts);
  if (!shown)
    return;
  page.heading(shown->is_profit ? phrase::bridge_profit : phrase::bridge_revenue);
  bar_scale values;
  for (const bridge_step &step : shown->steps) {
    values.take(step.from);
    values.take(step.to);
  }
  page.write(R"(<tr><td style="padding:0">)");
  for (const bridge_step &step : shown->steps) {
    const bool is_end = step.driver.empty(), is_first = &step == &shown->steps.front();
    const phrase end = !is_first                      ? phrase::this_week
                       : page.facts.compared->is_mean ? phrase::usual_week
                                                      : phrase::week_before;
    const std::string amount =
        is_end ? money_in_words(step.amount, page.facts, page.say) : signed_money(step.amount, page.facts, page.say);
    page.begin_table();
    page.pair(is_end ? page.said(end) : page.name(page.say.driver(step.driver)), page.name(amount), is_end);
    page.end_table();
    write_bar(page, values(step.from), values(step.to), is_end ? soft.ink : step.to < step.from ? bad.ink : good.ink);
  }
  page.write("</td></tr>");
  page.row(page.said(phrase::bridge_note), 12, quiet, "8px 0 0 0");
}

void write_mail_data(mail_page &page) {
  const std::vector<data_note> notes = data_notes(page.facts, page.say);
  if (notes.empty())
    return;
  page.heading(phrase::data);
  for (const data_note &note : notes)
    page.row(page.said(note.name) + ": " + coloured(page.text(note.text), plain.ink), 13, quiet, "2px 0");
}

} // namespace upkeep::report
