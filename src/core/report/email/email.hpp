// The report as the HTML of an e-mail: tables and inline styles, which is what mail programs keep. No script, style
// block, SVG, image, class or folded part, and less than what Gmail cuts off.
#pragma once

#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <string>

namespace upkeep::report {

// In bytes; Gmail shows 102 kB.
inline constexpr std::size_t longest_email = 99'000;

std::string email_report(const report_facts &facts, const phrase_book &say);

} // namespace upkeep::report
