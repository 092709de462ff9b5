// Numbers between PostgreSQL's types and core's: smallint, integer, bigint, numeric, and domains over them.
#pragma once

#include "core/numeric/decimal.hpp"
#include "core/numeric/number_type.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::pg {

inline bool is_integer(Oid base_type) { return base_type == INT2OID || base_type == INT4OID || base_type == INT8OID; }
inline bool is_number(Oid base_type) { return is_integer(base_type) || base_type == NUMERICOID; }

enum class number_kind { finite, nan, infinity };

// Reads a value, not NULL, of one of these base types. May raise and may allocate in the current memory context, where
// the text of a long number lives.
number_kind read_number(Datum value, Oid base_type, decimal &into);

// 22003 for what is not finite; `what` names the column.
[[noreturn]] void not_finite(number_kind kind, const std::string &what, const std::string &detail = {});

// What a column of that type can hold; nullopt where it is not a number.
std::optional<number_type> number_type_of(Oid base_type, std::int32_t modifier);

// A numeric from plain notation, in the current memory context. Raises 22003 where it cannot be one.
Datum numeric_from(const char *plain);
// A number of one of the types as a numeric. May raise.
Datum to_numeric(Datum value, Oid base_type);
// Whether a number has the value that is written in plain notation.
bool equals_number(Datum value, Oid base_type, const std::string &plain);

} // namespace upkeep::pg
