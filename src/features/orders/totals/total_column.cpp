#include "features/orders/totals/total_column.hpp"

#include "postgres/sql/sql.hpp"

namespace upkeep::orders {

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

} // namespace upkeep::orders
