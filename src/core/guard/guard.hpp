// What a statement would lose, and how the guard says so.
#pragma once

#include "core/tally.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

enum class loss_kind {
  rows,      // a table's
  values,    // a column's
  conversion // of a column's values into another type
};

struct loss {
  loss_kind kind;
  std::string object; // "schema.table" or "schema.table.column", as SQL writes it
  tally count;
  std::string type = {};      // of a conversion: the new type
  std::string instead = {};   // SQL that would keep it: a column that is dropped, and another of its type that comes
  std::string name_then = {}; // what it is called when it is lost, where that is not `object`
};

// "50 rows of public.products", "column public.products.price: 42 of 50 rows have a value".
std::string describe(const loss &what);

// "12 of 50 rows have no value in column public.products.price".
std::string describe_missing(std::string_view column, const tally &count);

// "DROP TABLE would lose 50 rows of public.products"; several are separated by semicolons, no more than eight are
// named.
std::string loss_message(std::string_view command, std::span<const loss> losses);

// What can be pasted to let them go. `schemas` stand for their tables where these are many; none
// where they cannot.
std::string loss_hint(std::span<const loss> losses, std::span<const std::string> schemas);

// The same for what the caller may not confirm, but `owner` may: "role shop".
std::string owner_hint(std::string_view owner, std::span<const loss> losses);

// A name for a hint or an argument: in double quotes where SQL needs them is the caller's matter; quotes are doubled
// here.
std::string as_literal(std::string_view text);

} // namespace upkeep::guard
