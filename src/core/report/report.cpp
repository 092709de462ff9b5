#include "core/report/report.hpp"

#include "core/diagnostics/document/responses.hpp"
#include "core/fault.hpp"
#include "core/report/email/email.hpp"
#include "core/report/html/page.hpp"
#include "core/report/markdown.hpp"

#include <fmt/format.h>

namespace upkeep::report {

report_format report_format_of(std::string_view name) {
  if (name == "markdown")
    return report_format::markdown;
  if (name == "html")
    return report_format::html;
  if (name == "email")
    return report_format::email;
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("unknown report format: \"{}\"", name),
              .hint = "Use markdown, html or email."};
}

std::string weekly_report(const json &row, report_format format, const phrase_book &say) {
  const json nothing,
      issues = diagnostics::overlay_responses({row["issues"], row["user_responses"], row["facts"], nothing, nothing});
  const report_facts facts = read_report_facts(row, issues);
  switch (format) {
  case report_format::html:
    return html_report(facts, say);
  case report_format::email:
    return email_report(facts, say);
  case report_format::markdown:
    break;
  }
  return markdown_report(facts, say);
}

} // namespace upkeep::report
