// The report as markdown that reads well in a terminal as it is.
#pragma once

#include "core/report/report_facts.hpp"
#include "core/report/report_phrases.hpp"

#include <string>

namespace upkeep {

std::string markdown_report(const report_facts &facts, const phrase_book &say);

} // namespace upkeep
