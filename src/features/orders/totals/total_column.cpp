#include "features/orders/totals/total_column.hpp"

#include "postgres/sql/sql.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

std::optional<int> scale_of(Oid base_type, std::int32_t modifier) {
  if (base_type != NUMERICOID)
    return 0;
  if (modifier < VARHDRSZ)
    return std::nullopt;
  return (((modifier - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
}

fragment total_column::sql_type() const {
  switch (base_type) {
  case INT2OID:
    return sql("pg_catalog.int2");
  case INT4OID:
    return sql("pg_catalog.int4");
  case INT8OID:
    return sql("pg_catalog.int8");
  default:
    return scale() ? sql("pg_catalog.numeric({precision},{scale})",
                         "precision"_is = (modifier - VARHDRSZ) >> 16 & 0xffff, "scale"_is = *scale())
                   : sql("pg_catalog.numeric");
  }
}

std::optional<int> total_column::scale() const { return scale_of(base_type, modifier); }

fragment total_column::differs(const fragment &amount) const {
  return sql("(o.{column} IS NULL OR ({amount}) IS NULL OR o.{column}::pg_catalog.numeric [<>] {amount})",
             "column"_is = pg::identifier{name}, "amount"_is = amount);
}

std::optional<Datum> total_column::stored(Datum number) const {
  const auto is_less = [](Datum a, Datum b) {
    return call([=] { return DatumGetBool(DirectFunctionCall2(numeric_lt, a, b)); });
  };
  const auto integer = [](std::int64_t value) {
    return call([=] { return NumericGetDatum(int64_to_numeric(value)); });
  };
  const auto is_between = [&](std::int64_t least, std::int64_t greatest) {
    return !is_less(number, integer(least)) && !is_less(integer(greatest), number);
  };
  const bool is_finite =
      call([=] { return !numeric_is_nan(DatumGetNumeric(number)) && !numeric_is_inf(DatumGetNumeric(number)); });
  if (!is_finite)
    return std::nullopt;
  switch (base_type) {
  case INT2OID:
    if (!is_between(PG_INT16_MIN, PG_INT16_MAX))
      return std::nullopt;
    return call([=] { return DirectFunctionCall1(numeric_int2, number); });
  case INT4OID:
    if (!is_between(PG_INT32_MIN, PG_INT32_MAX))
      return std::nullopt;
    return call([=] { return DirectFunctionCall1(numeric_int4, number); });
  case INT8OID:
    if (!is_between(PG_INT64_MIN, PG_INT64_MAX))
      return std::nullopt;
    return call([=] { return DirectFunctionCall1(numeric_int8, number); });
  default:
    break;
  }
  if (!scale())
    return number;
  const std::string bound = fmt::format("1e{}", ((modifier - VARHDRSZ) >> 16 & 0xffff) - *scale());
  const Datum limit = call([&] { return pg::numeric_from(bound.c_str()); });
  if (!is_less(call([=] { return DirectFunctionCall1(numeric_abs, number); }), limit))
    return std::nullopt;
  return call([=, this] { return DirectFunctionCall2(numeric, number, Int32GetDatum(modifier)); });
}

fragment total_column::holds(const fragment &sum) const {
  const auto below = [&](const std::string &bound) {
    return sql("(pg_catalog.abs({sum}) [<] {bound}::pg_catalog.numeric)", "sum"_is = sum,
               "bound"_is = pg::literal{bound});
  };
  const auto between = [&](std::int64_t least, std::int64_t greatest) {
    return sql("({sum} [>=] {least}::pg_catalog.numeric AND {sum} [<=] {greatest}::pg_catalog.numeric)", "sum"_is = sum,
               "least"_is = pg::literal{std::to_string(least)}, "greatest"_is = pg::literal{std::to_string(greatest)});
  };
  switch (base_type) {
  case INT2OID:
    return between(PG_INT16_MIN, PG_INT16_MAX);
  case INT4OID:
    return between(PG_INT32_MIN, PG_INT32_MAX);
  case INT8OID:
    return between(PG_INT64_MIN, PG_INT64_MAX);
  default:
    return below(scale() ? fmt::format("1e{}", ((modifier - VARHDRSZ) >> 16 & 0xffff) - *scale()) : "Infinity");
  }
}

pg::column_info require_summand(Relation table, AttrNumber number) {
  pg::column_info column(table, number);
  if (!pg::is_number(column.type))
    column.refuse_type("is not a number that a total can be made of",
                       "Use numeric, bigint, integer or smallint, or a domain over one of them.");
  return column;
}

total_column resolve_total_column(Relation table, AttrNumber number) {
  const pg::column_info column = require_summand(table, number);
  column.require_not_generated("A total needs a column that can be written.");
  return {column.name, column.number, column.type, column.domain, column.modifier, column.type_name()};
}

} // namespace upkeep::orders
