// The report as one HTML page: no script, nothing loaded from elsewhere, all data escaped.
#pragma once

#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <fmt/format.h>
#include <string>

namespace upkeep::report {

std::string html_report(const report_facts &facts, const phrase_book &say);

// A page being written.
struct html_page {
  const report_facts &facts;
  const phrase_book &say;
  std::string html = {};

  // Arguments are HTML: texts have gone through html_escaped.
  template <class... Arguments> void write(fmt::format_string<Arguments...> format, Arguments &&...arguments) {
    html += fmt::format(format, std::forward<Arguments>(arguments)...);
  }
  std::string said(phrase which) const;
};

// The CSS classes of a number: smaller, and on several lines at last, where it would not fit in a narrow card.
std::string_view number_class(std::string_view text);

// What links of the page lead to.
inline constexpr std::string_view figures_anchor = "figures", issues_anchor = "issues", more_anchor = "more",
                                  ads_anchor = "ads", change_anchor = "change", trends_anchor = "trends",
                                  data_anchor = "data";
std::string issue_anchor(std::size_t number);

void write_header(html_page &page);
void write_verdict(html_page &page);
void write_history(html_page &page);
void write_figures(html_page &page);
void write_trends(html_page &page);
void write_issues(html_page &page);
void write_gone_issues(html_page &page);
void write_goal(html_page &page);
void write_ads(html_page &page);
void write_bridge(html_page &page);
bool has_bridge(const report_facts &facts);

} // namespace upkeep::report
