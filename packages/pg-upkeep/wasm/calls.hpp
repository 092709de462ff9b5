// What JavaScript can call: the functions of schema upkeep that are pure computation.
#pragma once

#include "core/text/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upkeep::wasm {

// Each takes an object with the arguments by their SQL names, and returns what the function of that name returns: an
// object for a row, an array of them for rows; numerics and documents as strings, which hold what PostgreSQL writes.
// Throws fault where the SQL function raises an error.
json diagnose(const json &arguments);
json merge_issues(const json &arguments);
json answered_issues(const json &arguments);
json weekly_report(const json &arguments);
json week_start(const json &arguments);
json week_label(const json &arguments);
json explain_change(const json &arguments);
json ad_decision(const json &arguments);
json simulate_growth(const json &arguments);
json fit_elasticity(const json &arguments);
json unit_economics(const json &arguments);
json goal_pace(const json &arguments);

// A row's columns.
json text_or_null(const std::optional<std::string> &text);

// The function of that name; nullptr where there is none.
json (*function_named(std::string_view name))(const json &);

// A member of the arguments that is a document: a value, or a string that holds it as JSON.
json document_in(const json &arguments, std::string_view name);

} // namespace upkeep::wasm
