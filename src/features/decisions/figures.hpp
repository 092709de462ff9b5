// Numbers between SQL and the decisions of core.
#pragma once

#include "core/decisions/numeric_input.hpp"
#include "postgres/sql/result_set.hpp"

namespace upkeep::decisions {

// The arguments of a function, in order: numeric, integer, bigint. NULL is nothing.
optional_number number_argument(FunctionCallInfo call_info, int index);
optional_count integer_argument(FunctionCallInfo call_info, int index);
optional_count bigint_argument(FunctionCallInfo call_info, int index);

// A value, not NULL, of a type of which pg::is_number says true.
numeric_input number_from(Datum value, Oid base_type);

// What core says in plain notation, as numeric; and as integer, which it does not exceed.
pg::result_set::nullable numeric_result(const std::optional<std::string> &plain);
pg::result_set::nullable integer_result(const optional_count &value);

} // namespace upkeep::decisions
