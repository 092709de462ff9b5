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

void write_issues(html_page &page);
void write_gone_issues(html_page &page);
void write_goal(html_page &page);
void write_ads(html_page &page);

} // namespace upkeep::report
