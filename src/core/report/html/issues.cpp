// The cards of issues.
#include "core/report/issues.hpp"
#include "core/report/figures.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/html/page.hpp"

namespace upkeep::report {

namespace {

void write_cost(html_page &page, const reported_issue &issue) {
  const std::string cost = html_escaped(cost_of(issue, page.facts, page.say));
  if (!cost.empty())
    page.write(R"(<p class="cost {}"><span>{}</span>{}</p>)", number_class(cost), page.said(cost_name(issue)), cost);
}

void write_actions(html_page &page, const shown_issue &shown) {
  if (shown.actions.empty())
    return;
  page.write(R"(<div><h4>{}</h4><ul class="todo">)", page.said(phrase::what_to_do));
  for (const auto &[action, is_done] : shown.actions)
    page.write("<li{}><span>{}</span> {}</li>", is_done ? R"( class="done")" : "", is_done ? "\u2611" : "\u2610",
               html_escaped(page.say.action(action)));
  page.write("</ul></div>");
}

void write_drivers(html_page &page, const reported_issue &issue) {
  if (issue.drivers.empty())
    return;
  page.write(R"(<div><h4>{}</h4><dl class="drivers">)", page.said(phrase::drivers));
  for (const issue_driver &each : issue.drivers)
    page.write(R"(<div><dt>{}</dt><dd class="number{}">{}</dd></div>)", html_escaped(page.say.driver(each.driver)),
               is_negative(each.amount) ? " negative" : "",
               html_escaped(signed_money(each.amount, page.facts, page.say)));
  page.write("</dl></div>");
}

void write_answer(html_page &page, const issue_response &response) {
  page.write(R"(<p class="answer"><b>{}:</b> {})", page.said(phrase::your_answer),
             html_escaped(answer_of(response, page.say)));
  if (!response.note.empty())
    page.write(" – <bdi>{}</bdi>", html_escaped(response.note));
  page.write("</p>");
}

void write_issue_header(html_page &page, const reported_issue &issue) {
  page.write(R"(<header><h3>{}</h3><span class="chip {}">{}</span>)", html_escaped(page.say.issue(issue.code)),
             issue.is_critical ? "bad" : "warn", page.said(issue.is_critical ? phrase::critical : phrase::warning));
  if (const std::string_view state = state_of(issue, page.say); !state.empty())
    page.write(R"(<span class="chip plain">{}</span>)", html_escaped(state));
  page.write("</header>");
}

// What is worth knowing apart from message, cost and actions.
void write_more(html_page &page, const reported_issue &issue) {
  if (issue.drivers.empty() && !issue.is_uncertain && !issue.response)
    return;
  page.write(R"(<div class="more">)");
  write_drivers(page, issue);
  if (issue.is_uncertain)
    page.write(R"(<p class="small muted">{}</p>)", page.said(phrase::low_confidence));
  if (issue.response)
    write_answer(page, *issue.response);
  page.write("</div>");
}

void write_issue(html_page &page, const shown_issue &shown) {
  const reported_issue &issue = *shown.issue;
  page.write(R"(<li id="{}"><article class="card issue"><div>)", issue_anchor(shown.number));
  write_issue_header(page, issue);
  if (const std::string message = message_of(issue, page.facts, page.say); !message.empty())
    page.write("<p>{}</p>", html_escaped(message));
  page.write("</div>");
  if (!cost_of(issue, page.facts, page.say).empty() || !shown.actions.empty()) {
    page.write(R"(<div class="side">)");
    write_cost(page, issue);
    write_actions(page, shown);
    page.write("</div>");
  }
  write_more(page, issue);
  page.write("</article></li>");
}

void write_list(html_page &page, const std::vector<shown_issue> &issues) {
  page.write(R"(<ul class="issues">)");
  for (const shown_issue &each : issues)
    write_issue(page, each);
  page.write("</ul>");
}

void write_folded(html_page &page, phrase title, std::string_view anchor, const std::vector<shown_issue> &issues) {
  if (issues.empty())
    return;
  page.write(R"(<details id="{}"><summary>{}: {}</summary>)", anchor, page.said(title), issues.size());
  write_list(page, issues);
  page.write("</details>");
}

} // namespace

void write_issues(html_page &page) {
  const issue_list list = arrange_issues(page.facts);
  if (list.full.empty() && list.dismissed.empty())
    return;
  page.write(R"(<section id="{}"><h2>{}</h2>)", issues_anchor, page.said(phrase::issues));
  if (!list.full.empty())
    write_list(page, list.full);
  write_folded(page, phrase::more_issues, more_anchor, list.more);
  write_folded(page, phrase::dismissed_issues, "dismissed", list.dismissed);
  page.write("</section>");
}

void write_gone_issues(html_page &page) {
  const issue_list list = arrange_issues(page.facts);
  if (list.gone.empty())
    return;
  page.write(R"(<section><h2>{}</h2><ul class="card">)", page.said(phrase::gone));
  for (const reported_issue *each : list.gone)
    page.write("<li>{}</li>", html_escaped(page.say.issue(each->code)));
  page.write("</ul></section>");
}

} // namespace upkeep::report
