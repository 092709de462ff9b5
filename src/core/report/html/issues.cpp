// The cards of issues.
#include "core/report/issues.hpp"
#include "core/report/figures.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/html/page.hpp"

namespace upkeep::report {

namespace {

bool has_cost(const reported_issue &issue) { return issue.impact && number_of(*issue.impact) > 0; }

void write_cost(html_page &page, const reported_issue &issue) {
  if (!has_cost(issue))
    return;
  const std::string cost = html_escaped(money_in_words(issue.impact, page.facts, page.say));
  page.write(R"(<p class="cost {}"><span>{}</span>{}</p>)", number_class(cost), page.said(phrase::cost), cost);
}

void write_actions(html_page &page, const reported_issue &issue) {
  if (issue.actions.empty())
    return;
  page.write(R"(<div><h4>{}</h4><ul class="todo">)", page.said(phrase::what_to_do));
  for (const std::string &action : issue.actions)
    page.write("<li>{}</li>", html_escaped(page.say.action(action)));
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

void write_header(html_page &page, const reported_issue &issue) {
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

void write_issue(html_page &page, const reported_issue &issue) {
  page.write(R"(<li><article class="card issue"><div>)");
  write_header(page, issue);
  if (const std::string message = message_of(issue, page.facts, page.say); !message.empty())
    page.write("<p>{}</p>", html_escaped(message));
  page.write("</div>");
  if (has_cost(issue) || !issue.actions.empty()) {
    page.write(R"(<div class="side">)");
    write_cost(page, issue);
    write_actions(page, issue);
    page.write("</div>");
  }
  write_more(page, issue);
  page.write("</article></li>");
}

} // namespace

void write_issues(html_page &page) {
  const auto fired = fired_issues(page.facts);
  if (fired.empty())
    return;
  page.write(R"(<section><h2>{}</h2><ul class="issues">)", page.said(phrase::issues));
  for (const reported_issue *each : fired)
    write_issue(page, *each);
  page.write("</ul></section>");
}

void write_gone_issues(html_page &page) {
  const auto gone = gone_issues(page.facts);
  if (gone.empty())
    return;
  page.write(R"(<section><h2>{}</h2><ul class="card">)", page.said(phrase::gone));
  for (const reported_issue *each : gone)
    page.write("<li>{}</li>", html_escaped(page.say.issue(each->code)));
  page.write("</ul></section>");
}

} // namespace upkeep::report
