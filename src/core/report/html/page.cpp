#include "core/report/html/page.hpp"

#include "core/report/html/markup.hpp"
#include "core/report/html/style.hpp"
#include "core/report/issues.hpp"

namespace upkeep::report {

namespace {

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

void write_data(html_page &page) {
  const std::vector<data_note> notes = data_notes(page.facts, page.say);
  if (notes.empty())
    return;
  page.write(R"(<section class="data" id="{}"><h2>{}</h2><dl class="card">)", data_anchor, page.said(phrase::data));
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
  write_history(page);
  write_ads(page);
  write_bridge(page);
  write_trends(page);
  write_data(page);
  page.write("<footer>{}</footer></main></body></html>\n", page.said(phrase::footer));
  return page.html;
}

} // namespace upkeep::report
