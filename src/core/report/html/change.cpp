// What changed the profit, as bars from the usual week to this one.
#include "core/report/bridge.hpp"
#include "core/report/figures.hpp"
#include "core/report/html/charts.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/html/page.hpp"

namespace upkeep::report {

namespace {

std::string step_name(const html_page &page, const bridge &shown, const bridge_step &step) {
  if (!step.driver.empty())
    return html_escaped(page.say.driver(step.driver));
  const bool is_first = &step == &shown.steps.front();
  return page.said(!is_first                      ? phrase::this_week
                   : page.facts.compared->is_mean ? phrase::usual_week
                                                  : phrase::week_before);
}

void write_step(html_page &page, const bridge &shown, const bridge_step &step, const std::string &bar) {
  const bool is_end = step.driver.empty();
  const std::string amount =
      is_end ? money_in_words(step.amount, page.facts, page.say) : signed_money(step.amount, page.facts, page.say);
  page.write(R"(<li{}><span>{}</span><span class="amount number long{}">{}</span>{}</li>)",
             is_end ? R"( class="end")" : "", step_name(page, shown, step), is_negative(step.amount) ? " negative" : "",
             html_escaped(amount), bar);
}

} // namespace

bool has_bridge(const report_facts &facts) { return bridge_of(facts).has_value(); }

void write_bridge(html_page &page) {
  const std::optional<bridge> shown = bridge_of(page.facts);
  if (!shown)
    return;
  page.write(R"(<section id="{}"><h2>{}</h2><div class="card"><ol class="bridge">)", change_anchor,
             page.said(shown->is_profit ? phrase::bridge_profit : phrase::bridge_revenue));
  const std::vector<std::string> bars = bridge_bars(*shown);
  for (std::size_t i = 0; i < bars.size(); ++i)
    write_step(page, *shown, shown->steps[i], bars[i]);
  const std::string axis = bridge_axis(
      *shown, [&](double value) { return money_in_words(fmt::format("{:.0f}", value), page.facts, page.say); });
  page.write(R"(<li class="axis" aria-hidden="true">{}</li></ol></div>)", axis);
  page.write(R"(<p class="note">{}</p></section>)", page.said(phrase::bridge_note));
}

} // namespace upkeep::report
