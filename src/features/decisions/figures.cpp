#include "features/decisions/figures.hpp"

#include "postgres/values/number.hpp"

namespace upkeep::decisions {

using pg::call;

numeric_input number_from(Datum value, Oid base_type) {
  return numeric_input::of(pg::string_from(
      [=] { return DatumGetCString(DirectFunctionCall1(numeric_out, pg::to_numeric(value, base_type))); }));
}

optional_number number_argument(FunctionCallInfo call_info, int index) {
  const NullableDatum &given = call_info->args[index];
  return given.isnull ? std::nullopt : optional_number(number_from(given.value, NUMERICOID));
}

optional_count integer_argument(FunctionCallInfo call_info, int index) {
  const NullableDatum &given = call_info->args[index];
  return given.isnull ? std::nullopt : optional_count(DatumGetInt32(given.value));
}

optional_count bigint_argument(FunctionCallInfo call_info, int index) {
  const NullableDatum &given = call_info->args[index];
  return given.isnull ? std::nullopt : optional_count(DatumGetInt64(given.value));
}

pg::result_set::nullable numeric_result(const std::optional<std::string> &plain) {
  if (!plain)
    return {};
  return {call([&] { return pg::numeric_from(plain->c_str()); }), false};
}

pg::result_set::nullable integer_result(const optional_count &value) {
  return value ? pg::result_set::nullable{Int32GetDatum(static_cast<std::int32_t>(*value)), false}
               : pg::result_set::nullable{};
}

} // namespace upkeep::decisions
