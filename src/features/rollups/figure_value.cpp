#include "features/rollups/figure_value.hpp"

#include "core/fault.hpp"
#include "postgres/boundary.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

Datum integer_datum(Oid type, std::int64_t number) {
  return type == INT2OID   ? Int16GetDatum(static_cast<std::int16_t>(number))
         : type == INT4OID ? Int32GetDatum(static_cast<std::int32_t>(number))
                           : Int64GetDatum(number);
}

bool is_below(Datum a, Datum b) { return DatumGetBool(DirectFunctionCall2(numeric_lt, a, b)); }
Datum magnitude(Datum number) { return DirectFunctionCall1(numeric_abs, number); }
Datum from_integer(std::int64_t number) { return NumericGetDatum(int64_to_numeric(number)); }

std::optional<Datum> integer_from(const pg::column_info &column, const number_type &type, Datum number) {
  const std::int64_t most = type.greatest_integer();
  const bool fits =
      call([=] { return !is_below(from_integer(most), number) && !is_below(number, from_integer(-most - 1)); });
  if (!fits)
    return std::nullopt;
  return integer_datum(column.type, DatumGetInt64(call([=] { return DirectFunctionCall1(numeric_int8, number); })));
}

} // namespace

std::optional<Datum> stored_number(const pg::column_info &column, Datum number) {
  const number_type type = pg::number_type_of(column.type, column.modifier).value();
  if (type.type != number_type::numeric)
    return integer_from(column, type, number);
  if (!type.is_bounded)
    return number;
  const Datum rounded =
      call([&] { return DirectFunctionCall2(numeric_round, number, Int32GetDatum(int32_t{type.scale})); });
  const std::string bound = fmt::format("1e{}", type.precision - type.scale);
  if (!call([&] { return is_below(magnitude(rounded), pg::numeric_from(bound.c_str())); }))
    return std::nullopt;
  // Brings the zeros at the end, too.
  return call([&] { return DirectFunctionCall2(numeric, rounded, Int32GetDatum(column.modifier)); });
}

std::optional<Datum> stored_integer(const pg::column_info &column, std::int64_t number) {
  const number_type type = pg::number_type_of(column.type, column.modifier).value();
  if (type.type == number_type::numeric)
    return stored_number(column, call([=] { return from_integer(number); }));
  const std::int64_t most = type.greatest_integer();
  if (number > most || number < -most - 1)
    return std::nullopt;
  return integer_datum(column.type, number);
}

void too_large(const pg::column_info &column, std::span<const group_key> keys, const key_value &key,
               const std::string &number) {
  too_large(column, key_text(keys, key), number);
}

void too_large(const pg::column_info &column, const std::string &key, const std::string &number) {
  throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
              .message = fmt::format("figure \"{}\" of \"{}\" for {} is too large", column.name, column.table, key),
              .detail = fmt::format("It would be {}, which {} cannot hold.", number, column.type_name()),
              .hint = fmt::format("Give column \"{}\" a wider type.", column.name)};
}

} // namespace upkeep::rollups
