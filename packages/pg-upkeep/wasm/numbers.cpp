#include "packages/pg-upkeep/wasm/numbers.hpp"

#include "core/fault.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace upkeep::wasm {

namespace {

[[noreturn]] void not_of_type(std::string_view type, const std::string &given) {
  throw fault{.sqlstate = sqlstate::invalid_text_representation,
              .message = fmt::format("invalid input syntax for type {}: \"{}\"", type, given),
              .hint = "Pass a number, a bigint, or a string that holds one."};
}

[[noreturn]] void is_null(std::string_view name) {
  throw fault{.sqlstate = sqlstate::null_value_not_allowed,
              .message = fmt::format("argument \"{}\" must not be null", name),
              .hint = "Pass a value."};
}

// NULL where it is null; else what is written.
std::optional<std::string> written(const json &value, std::string_view type) {
  if (value.is_null())
    return std::nullopt;
  if (value.type() != json::kind::number && value.type() != json::kind::string)
    not_of_type(type, value.dump());
  return value.text();
}

decisions::optional_count whole_number(const json &value, std::string_view type, std::int64_t least,
                                       std::int64_t most) {
  const std::optional<std::string> given = written(value, type);
  if (!given)
    return std::nullopt;
  const std::optional<std::string> plain = plain_notation(*given);
  if (!plain || plain->find('.') != std::string::npos)
    not_of_type(type, *given);
  std::int64_t whole = 0;
  const auto read = std::from_chars(plain->data(), plain->data() + plain->size(), whole);
  if (read.ec != std::errc() || whole < least || whole > most)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("value \"{}\" is out of range for type {}", *given, type),
                .hint = "Pass a smaller number."};
  return whole;
}

bool is_special(std::string_view given) { return given == "NaN" || given == "Infinity" || given == "-Infinity"; }

} // namespace

std::string numeric_text(std::string_view given) {
  const decisions::numeric_input read = decisions::numeric_input::of(given);
  if (!is_special(given) && !plain_notation(given))
    not_of_type("numeric", std::string(given));
  return read.text;
}

decisions::optional_number numeric_of(const json &value) {
  const std::optional<std::string> given = written(value, "numeric");
  return given ? decisions::optional_number(decisions::numeric_input::of(numeric_text(*given))) : std::nullopt;
}

decisions::optional_count bigint_of(const json &value) { return whole_number(value, "bigint", INT64_MIN, INT64_MAX); }
decisions::optional_count integer_of(const json &value) { return whole_number(value, "integer", INT32_MIN, INT32_MAX); }

std::optional<day_number> day_of(const json &value) {
  if (value.is_null())
    return std::nullopt;
  const std::optional<day_number> day = day_from(value.text());
  if (!day)
    throw fault{.sqlstate = sqlstate::datetime_field_overflow,
                .message = fmt::format("this is not a date: {}", value.dump()),
                .hint = "Pass a string such as \"2026-11-09\"."};
  return day;
}

std::optional<std::string> text_of(const json &value) { return written(value, "text"); }

day_number require_day(const json &arguments, std::string_view name) {
  const std::optional<day_number> day = day_of(arguments[name]);
  if (!day)
    is_null(name);
  return *day;
}

std::string require_text(const json &arguments, std::string_view name) {
  const std::optional<std::string> text = text_of(arguments[name]);
  if (!text)
    is_null(name);
  return *text;
}

} // namespace upkeep::wasm
