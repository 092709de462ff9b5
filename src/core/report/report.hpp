// The weekly report: a page for the shop's owner from a row of weekly_diagnostics.
#pragma once

#include "core/report/phrase_book.hpp"
#include "core/text/json.hpp"

#include <string>
#include <string_view>

namespace upkeep::report {

enum class report_format : unsigned char { markdown, html, email };
// Throws fault 22023 where there is no such format.
report_format report_format_of(std::string_view name);

// `row`: an object with the keys of weekly_diagnostics and, if there are any, shop_name, links (URLs by week_start) and
// action_items (their rows); keys that are missing or malformed are left out of the report. Issues are shown with what
// the row's user_responses answer now. Throws fault 22023 where it is not an object.
std::string weekly_report(const json &row, report_format format, const phrase_book &say);

} // namespace upkeep::report
