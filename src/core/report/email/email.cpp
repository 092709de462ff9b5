#include "core/report/email/email.hpp"

#include "core/report/email/mail_page.hpp"
#include "core/report/headline.hpp"
#include "core/report/html/markup.hpp"
#include "core/report/issues.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

// What programs show beside the subject. It is the headline, and the verdict where there is none.
std::string preheader(mail_page &page) {
  const std::optional<headline> said = headline_of(page.facts, page.say);
  if (!said)
    return page.said(verdict_of(page.facts).text);
  std::string text = page.text(said->sentence());
  if (!said->cause.empty())
    text += fmt::format(". {}: {}", page.said(phrase::main_cause), page.text(said->cause));
  return text;
}

void write_mail_head(mail_page &page) {
  std::string title = page.said(phrase::report_title);
  for (const std::string &part : {page.facts.week_label, page.facts.shop_name})
    if (!part.empty())
      title += " · " + page.name(part);
  page.write(R"(<!DOCTYPE html>
<html lang="{0}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">)"
             R"(<meta name="color-scheme" content="light dark"><meta name="format-detection" )"
             R"(content="telephone=no,date=no,address=no,email=no,url=no"><title>{1}</title></head>)"
             R"(<body bgcolor="{2}" style="margin:0;padding:0;background-color:{2}">)"
             R"(<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;color:{3}">{4}</div>)",
             page.name(page.say.tag()), title, on_page.ground, plain.ink, preheader(page));
}

std::string written(const report_facts &facts, const phrase_book &say, const mail_limits &limits) {
  mail_page page{facts, say, limits};
  write_mail_head(page);
  page.write(R"(<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="{0}" )"
             R"(style="width:100%;background-color:{0}"><tr><td align="center" style="padding:16px 8px">)"
             R"(<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="{1}" )"
             R"(style="width:100%;max-width:640px;table-layout:fixed;background-color:{1};border-radius:12px">)"
             R"(<tr><td align="left" style="padding:24px 20px">)",
             on_page.ground, plain.ground);
  page.begin_table();
  write_mail_top(page);
  write_mail_figures(page);
  write_mail_goal(page);
  write_mail_issues(page);
  write_mail_weeks(page);
  write_mail_ads(page);
  write_mail_change(page);
  write_mail_data(page);
  page.end_table();
  page.write("</td></tr></table>");
  page.begin_table("max-width:640px");
  if (page.is_shortened)
    page.row(page.said(phrase::shortened), 12, on_page, "12px 20px 0 20px");
  page.row(page.said(phrase::footer), 12, on_page, "12px 20px");
  page.end_table();
  page.write("</td></tr></table></body></html>\n");
  return page.html;
}

} // namespace

std::string email_report(const report_facts &facts, const phrase_book &say) {
  // The last of them fits, whatever the texts are.
  constexpr mail_limits attempts[] = {{700, 160, 12, 2000}, {240, 80, 6, 300}, {50, 30, 2, 0}};
  std::string mail;
  for (const mail_limits &limits : attempts)
    if (mail = written(facts, say, limits); mail.size() <= longest_email)
      break;
  return mail;
}

} // namespace upkeep::report
