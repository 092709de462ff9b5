#include "features/orders/number/greatest_number.hpp"

#include "core/orders/counted_numbers.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// The number of a row, NULL where its column holds none of ours. $1 is the prefix. The table's columns are only
// compared as text.
fragment number_of(const order_number_column &column, const order_number_settings &settings, std::int64_t most) {
  const pg::identifier name{settings.column};
  if (!column.is_text())
    return sql("CASE WHEN {column}::pg_catalog.int8 [<=] {most} AND $1 [=] '' THEN {column}::pg_catalog.int8 END",
               "column"_is = name, "most"_is = most);
  return sql(R"sql(
    CASE WHEN pg_catalog.starts_with({column}::pg_catalog.text, $1) AND {digits} [~] '^[0-9]{1,19}$'
         THEN CASE WHEN {digits}::pg_catalog.numeric [<=] {most} THEN {digits}::pg_catalog.int8 END END
  )sql",
             "column"_is = name, "most"_is = most,
             "digits"_is =
                 sql("pg_catalog.substr({column}::pg_catalog.text, pg_catalog.length($1) [+] 1)", "column"_is = name));
}

fragment tenant_column(const order_number_settings &settings, const tenant_of_order &tenant) {
  return sql("{tenant}::{type}", "tenant"_is = pg::identifier{settings.tenant.value()},
             "type"_is = pg::type_as_sql(tenant.type == VARCHAROID ? TEXTOID : tenant.type));
}

std::optional<std::int64_t> number_in(const pg::rows &found) {
  bool is_null = false;
  const Datum number = found.value(0, 1, is_null);
  return is_null ? std::nullopt : std::optional(DatumGetInt64(number));
}

pg::parameter copied(const pg::rows &found, int column, Oid element) {
  pg::parameter array{call([=] { return get_array_type(element); }), 0};
  array.value = found.value(0, column, array.is_null);
  if (!array.is_null)
    array.value = call([&] { return datumCopy(array.value, false, -1); });
  return array;
}

} // namespace

std::optional<std::int64_t> greatest_number(Oid orders, const order_number_column &column,
                                            const order_number_settings &settings, std::int64_t most) {
  const pg::parameter parameters[] = {pg::parameter::text(settings.prefix)};
  return number_in(pg::execute(sql("SELECT pg_catalog.max({number}) FROM {orders}",
                                   "number"_is = number_of(column, settings, most), "orders"_is = pg::table{orders}),
                               parameters, pg::snapshot::latest));
}

std::int64_t greatest_counted(Oid orders, const order_number_column &column, const order_number_settings &settings,
                              const tenant_of_order &tenant, Datum value, bool is_null) {
  if (tenant.column == InvalidAttrNumber)
    return greatest_number(orders, column, settings, most_counted).value_or(0);
  const pg::parameter parameters[] = {pg::parameter::text(settings.prefix),
                                      {tenant.type == VARCHAROID ? TEXTOID : tenant.type, value, is_null}};
  const fragment own = tenant_column(settings, tenant);
  return number_in(
             pg::execute(sql("SELECT pg_catalog.max({number}) FROM {orders} WHERE {has_tenant}",
                             "number"_is = number_of(column, settings, most_counted), "orders"_is = pg::table{orders},
                             "has_tenant"_is = is_null ? sql("{own} IS NULL AND $2 IS NULL", "own"_is = own)
                                                       : sql("{own} [=] $2", "own"_is = own)),
                         parameters, pg::snapshot::latest))
      .value_or(0);
}

counted_tenants all_greatest_counted(Oid orders, const order_number_column &column,
                                     const order_number_settings &settings, const tenant_of_order &tenant) {
  const pg::parameter parameters[] = {pg::parameter::text(settings.prefix)};
  const fragment own = tenant.column == InvalidAttrNumber ? fragment() : tenant_column(settings, tenant);
  const pg::rows found = pg::execute(sql(R"sql(
        SELECT pg_catalog.array_agg(t.tenant), pg_catalog.array_agg(t.number)
        FROM (SELECT pg_catalog.jsonb_build_array({own})::pg_catalog.text AS tenant, pg_catalog.max({number}) AS number
              FROM {orders}
              GROUP BY 1) t
        WHERE t.number IS NOT NULL
      )sql",
                                         "own"_is = own, "number"_is = number_of(column, settings, most_counted),
                                         "orders"_is = pg::table{orders}),
                                     parameters, pg::snapshot::latest);
  return {copied(found, 1, TEXTOID), copied(found, 2, INT8OID)};
}

} // namespace upkeep::orders
