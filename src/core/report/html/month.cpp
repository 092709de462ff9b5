// The way to the month's goal, and the cards of ads.
#include "core/report/ads.hpp"
#include "core/report/figures.hpp"
#include "core/report/html/charts.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/html/page.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

std::string goal_title(const html_page &page, const month_goal &goal) {
  return fmt::format("{} {}: {}", page.say[phrase::goal], goal.month,
                     page.say[goal.is_profit ? phrase::net_profit : phrase::revenue]);
}

void write_month_chart(html_page &page, const month_goal &goal) {
  std::vector<chart_point> days;
  for (std::size_t i = 0; i < goal.path.size(); ++i) {
    const figure_text &amount = goal.path[i];
    const std::string date = date_in_words(goal.first + static_cast<day_number>(i), page.say);
    const std::string text = amount ? money_in_words(amount, page.facts, page.say) : "";
    days.push_back(
        {amount ? std::optional(number_of(*amount)) : std::nullopt, amount ? date + ": " + text : date, text});
  }
  const std::string goal_text =
      fmt::format("{}: {}", page.say[phrase::goal_target], money_in_words(goal.target, page.facts, page.say));
  page.write(R"({}<p class="span"><span>{}</span><span>{}</span></p>)",
             month_chart(goal_title(page, goal), days, goal.days_elapsed, {number_of(goal.target), "", goal_text}),
             date_in_words(goal.first, page.say),
             date_in_words(goal.first + static_cast<day_number>(goal.path.size()) - 1, page.say));
}

void write_ad(html_page &page, const reported_ad &ad) {
  page.write("<li><h4><bdi>{}</bdi></h4><dl>", html_escaped(name_of(ad)));
  for (const auto &[name, text] : figures_of(ad, page.facts, page.say))
    page.write(R"(<div><dt>{}</dt><dd class="number long">{}</dd></div>)", page.said(name), html_escaped(text));
  page.write("</dl>");
  if (const std::string reason = reason_of(ad, page.say); !reason.empty())
    page.write("<p>{}</p>", html_escaped(reason));
  page.write("</li>");
}

} // namespace

void write_goal(html_page &page) {
  if (!page.facts.goal)
    return;
  const month_goal &goal = *page.facts.goal;
  page.write(R"(<section><h2>{}<small>{}</small></h2><div class="card goal">)", page.said(phrase::goal_pace),
             html_escaped(goal_title(page, goal)));
  if (!goal.path.empty())
    write_month_chart(page, goal);
  struct part {
    phrase name;
    std::string_view kind;
    const std::string *amount;
  };
  const part parts[] = {{phrase::goal_so_far, "so-far", &goal.so_far},
                        {phrase::goal_projected, "projected", &goal.projected},
                        {phrase::goal_target, "target", &goal.target}};
  page.write("<dl>");
  for (const auto &[name, kind, amount] : parts)
    page.write(R"(<div><dt class="{}">{}</dt><dd class="number long">{}</dd></div>)", kind, page.said(name),
               html_escaped(money_in_words(*amount, page.facts, page.say)));
  page.write("</dl></div>");
  // Diagnoses of older versions do not have the days: the line between the ends follows no weekdays.
  if (!goal.path.empty() && std::ranges::all_of(goal.path, [](const figure_text &each) { return each.has_value(); }))
    page.write(R"(<p class="note">{}</p>)", page.said(phrase::goal_note));
  page.write("</section>");
}

void write_ads(html_page &page) {
  const std::vector<ad_group> groups = ad_groups(page.facts);
  if (groups.empty())
    return;
  page.write(R"(<section id="{}"><h2>{}</h2><div class="ads">)", ads_anchor, page.said(phrase::ads));
  for (const ad_group &group : groups) {
    page.write(R"(<div class="card {}"><h3>{}</h3><ul>)", group.kind, page.said(group.name));
    for (const reported_ad *ad : group.ads)
      write_ad(page, *ad);
    page.write("</ul></div>");
  }
  page.write("</div></section>");
}

} // namespace upkeep::report
