// What a client passes for the types of SQL: a JSON number, or a string that holds one; null and what is missing are
// NULL.
#pragma once

#include "core/calendar.hpp"
#include "core/decisions/numeric_input.hpp"
#include "core/text/json.hpp"

#include <string>
#include <string_view>

namespace upkeep::wasm {

// As PostgreSQL writes a numeric that came in so: "1.50e1" is 15.0. Throws 22P02 for what is not a number.
std::string numeric_text(std::string_view given);

// Members of the arguments. Each throws 22P02 where it is of another type, 22003 where it is too large, 22008 for a
// day that is not one of the years 1 to 9999.
decisions::optional_number numeric_of(const json &value);
decisions::optional_count bigint_of(const json &value);
decisions::optional_count integer_of(const json &value);
std::optional<day_number> day_of(const json &value);
std::optional<std::string> text_of(const json &value);

// Throws 22004, naming it, where it is NULL.
day_number require_day(const json &arguments, std::string_view name);
std::string require_text(const json &arguments, std::string_view name);

} // namespace upkeep::wasm
