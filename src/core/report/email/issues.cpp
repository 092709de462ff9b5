// The issues of an e-mail, three in full and the rest as a short list; and the ads.
#include "core/report/issues.hpp"
#include "core/report/ads.hpp"
#include "core/report/email/mail_page.hpp"
#include "core/report/figures.hpp"
#include "core/report/html/markup.hpp"

namespace upkeep::report {

namespace {

std::string cost_line(mail_page &page, const reported_issue &issue) {
  const std::string cost = cost_of(issue, page.facts, page.say);
  return cost.empty() ? "" : fmt::format("{}: <b>{}</b>", page.said(cost_name(issue)), page.name(cost));
}

std::string severity(mail_page &page, const reported_issue &issue) {
  return coloured(page.said(issue.is_critical ? phrase::critical : phrase::warning),
                  issue.is_critical ? bad.ink : warn.ink, true);
}

void write_mail_actions(mail_page &page, const shown_issue &shown) {
  if (shown.actions.empty())
    return;
  page.row(page.said(phrase::what_to_do), 13, quiet, "10px 16px 2px 16px");
  for (std::size_t i = 0; i < page.shown(shown.actions.size()); ++i) {
    const auto &[action, is_done] = shown.actions[i];
    page.row(fmt::format("{}&nbsp; {}", is_done ? "\u2611" : "\u2610", page.name(page.say.action(action))), 15,
             is_done ? quiet : plain, "2px 16px");
  }
}

void write_mail_drivers(mail_page &page, const reported_issue &issue) {
  if (issue.drivers.empty())
    return;
  std::string drivers;
  for (std::size_t i = 0; i < page.shown(issue.drivers.size()); ++i)
    drivers += fmt::format("<br>{}: {}", page.name(page.say.driver(issue.drivers[i].driver)),
                           coloured(page.name(signed_money(issue.drivers[i].amount, page.facts, page.say)),
                                    is_negative(issue.drivers[i].amount) ? bad.ink : plain.ink));
  page.row(page.said(phrase::drivers) + drivers, 13, quiet, "10px 16px 0 16px");
}

std::string answer_line(mail_page &page, const issue_response &response) {
  return fmt::format("<b>{}:</b> {}{}{}", page.said(phrase::your_answer), page.name(answer_of(response, page.say)),
                     response.note.empty() ? "" : " – ", page.text(response.note));
}

void write_mail_issue(mail_page &page, const shown_issue &shown) {
  const reported_issue &issue = *shown.issue;
  page.write(R"(<tr><td style="padding:0 0 12px 0">)");
  page.begin_table(fmt::format("border:1px solid {}", line_colour));
  page.row(fmt::format(R"(<h3 style="margin:0;font-size:16px;line-height:22px;font-weight:bold">{}</h3>)",
                       page.name(page.say.issue(issue.code))),
           16, plain, "14px 16px 0 16px", true);
  const std::string_view state = state_of(issue, page.say);
  page.row(severity(page, issue) + (state.empty() ? "" : " · " + page.name(state)), 13, quiet, "2px 16px 4px 16px");
  if (const std::string message = message_of(issue, page.facts, page.say); !message.empty())
    page.row(page.text(message), 15, plain, "4px 16px");
  if (const std::string cost = cost_line(page, issue); !cost.empty())
    page.row(cost, 15, plain, "4px 16px");
  write_mail_actions(page, shown);
  write_mail_drivers(page, issue);
  if (issue.is_uncertain)
    page.row(page.said(phrase::low_confidence), 13, quiet, "8px 16px 0 16px");
  if (issue.response) {
    page.row("&nbsp;", 8, plain, "0");
    page.row(answer_line(page, *issue.response), 14, answer, "10px 16px");
  }
  page.row("&nbsp;", 8, plain, "0");
  page.end_table();
  page.write("</td></tr>");
}

// A line for each, with its actions and answer.
void write_mail_list(mail_page &page, phrase title, const std::vector<shown_issue> &issues) {
  if (issues.empty())
    return;
  page.row(fmt::format("{}: {}", page.said(title), issues.size()), 15, plain, "8px 0 4px 0", true);
  for (std::size_t i = 0; i < page.shown(issues.size()); ++i) {
    const reported_issue &issue = *issues[i].issue;
    std::string line =
        fmt::format("{} · {}", severity(page, issue), coloured(page.name(page.say.issue(issue.code)), plain.ink, true));
    if (const std::string cost = cost_line(page, issue); !cost.empty())
      line += "<br>" + cost;
    for (const auto &[action, is_done] : issues[i].actions)
      line += fmt::format("<br>{}&nbsp; {}", is_done ? "\u2611" : "\u2610", page.name(page.say.action(action)));
    if (issue.response)
      line += "<br>" + answer_line(page, *issue.response);
    page.row(line, 14, quiet, "4px 0");
  }
}

void write_mail_ad(mail_page &page, const reported_ad &ad) {
  std::string line = coloured(page.name(name_of(ad)), plain.ink, true);
  const char *separator = "<br>";
  for (const auto &[name, text] : figures_of(ad, page.facts, page.say)) {
    line += fmt::format("{}{} {}", separator, page.said(name), coloured(page.name(text), plain.ink));
    separator = " · ";
  }
  if (const std::string reason = reason_of(ad, page.say); !reason.empty())
    line += "<br>" + page.text(reason);
  page.row(line, 14, quiet, "4px 0 4px 0");
}

} // namespace

void write_mail_issues(mail_page &page) {
  const issue_list list = arrange_issues(page.facts);
  if (!list.full.empty() || !list.dismissed.empty())
    page.heading(phrase::issues);
  for (const shown_issue &each : list.full)
    write_mail_issue(page, each);
  write_mail_list(page, phrase::more_issues, list.more);
  write_mail_list(page, phrase::dismissed_issues, list.dismissed);
  if (list.gone.empty())
    return;
  page.heading(phrase::gone);
  for (std::size_t i = 0; i < page.shown(list.gone.size()); ++i)
    page.row("✓&nbsp; " + page.name(page.say.issue(list.gone[i]->code)), 14, plain, "2px 0");
}

void write_mail_ads(mail_page &page) {
  const std::vector<ad_group> groups = ad_groups(page.facts);
  if (groups.empty())
    return;
  page.heading(phrase::ads);
  for (const ad_group &group : groups) {
    const std::string_view ink = group.kind == "scale" ? good.ink : group.kind == "kill" ? bad.ink : plain.ink;
    page.row(page.said(group.name), 15, {ink, plain.ground}, "6px 0 0 0", true);
    for (std::size_t i = 0; i < page.shown(group.ads.size()); ++i)
      write_mail_ad(page, *group.ads[i]);
  }
}

} // namespace upkeep::report
