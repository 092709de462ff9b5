#include "core/report/report.hpp"

#include "core/fault.hpp"
#include "core/report/html/page.hpp"
#include "core/report/markdown.hpp"

#include <fmt/format.h>

namespace upkeep::report {

report_format report_format_of(std::string_view name) {
  if (name == "markdown")
    return report_format::markdown;
  if (name == "html")
    return report_format::html;
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("unknown report format: \"{}\"", name),
              .hint = "Use markdown or html."};
}

std::string weekly_report(const json &row, report_format format, const phrase_book &say) {
  const report_facts facts = read_report_facts(row);
  return format == report_format::html ? html_report(facts, say) : markdown_report(facts, say);
}

} // namespace upkeep::report
