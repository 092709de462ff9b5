// Data in HTML and in markdown: whatever a text holds, it stays text.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::report {

// For text and for quoted attributes.
std::string html_escaped(std::string_view text);
// For a place within a line of CommonMark or GitHub's markdown, table cells too.
std::string markdown_escaped(std::string_view text);

} // namespace upkeep::report
