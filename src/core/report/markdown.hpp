// The report as markdown that reads well in a terminal as it is.
#pragma once

#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <string>

namespace upkeep::report {

std::string markdown_report(const report_facts &facts, const phrase_book &say);

} // namespace upkeep::report
