// Which shops a run visits, in the order of their keys.
#include "features/diagnostics/run/statements.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"

#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

using pg::fragment;
using pg::sql;

// The condition that a row of `alias` is within the range.
fragment in_range(const run_tables &tables, const run_table &table, const char *alias, shop_range range) {
  if (range == shop_range::all)
    return sql("{alias}.shop_id IS NOT NULL", "alias"_is = fragment(alias));
  const fragment given = sql("CAST($1 AS {shop_type})", "shop_type"_is = tables.shop_type_name);
  if (range == shop_range::only)
    return tables.of_shop(table, alias, given);
  const pg::key_order order = pg::order_of(table.type("shop_id"), tables.shop_type);
  return sql("{alias}.shop_id {greater} {given}{cast}", "alias"_is = fragment(alias), "greater"_is = order.greater,
             "given"_is = given, "cast"_is = order.cast);
}

// WITH: the shops that have records, from an index step by step, where there is one.
fragment recorded_shops(const run_tables &tables, shop_range range) {
  const fragment condition = in_range(tables, tables.records, "d", range);
  if (!tables.are_records_indexed || range == shop_range::only)
    return sql(R"sql(
      WITH recorded(shop) AS (
        SELECT DISTINCT d.shop_id FROM {records} d WHERE {in_range} ORDER BY d.shop_id
      )
    )sql",
               "records"_is = pg::table{tables.records.oid}, "in_range"_is = condition);
  const Oid type = tables.records.type("shop_id");
  return sql(R"sql(
    WITH RECURSIVE recorded(shop) AS (
      (SELECT d.shop_id FROM {records} d WHERE {in_range} ORDER BY d.shop_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.shop_id FROM {records} d WHERE d.shop_id {greater} r.shop ORDER BY d.shop_id LIMIT 1)
      FROM recorded r
      WHERE r.shop IS NOT NULL
    )
  )sql",
             "records"_is = pg::table{tables.records.oid}, "in_range"_is = condition,
             "greater"_is = pg::order_of(type, type).greater);
}

// SELECT: the shops that have settings, and those that have records, each `limited`.
fragment all_shops(const run_tables &tables, shop_range range, const fragment &limited) {
  return sql(R"sql(
    (SELECT DISTINCT s.shop_id AS shop FROM {settings} s WHERE {in_range} ORDER BY s.shop_id {limited})
    UNION
    (SELECT r.shop::{shop_type} FROM recorded r WHERE r.shop IS NOT NULL {limited})
  )sql",
             "settings"_is = pg::table{tables.settings.oid},
             "in_range"_is = in_range(tables, tables.settings, "s", range), "limited"_is = limited,
             "shop_type"_is = tables.shop_type_name);
}

// Columns of shop_settings that mean something else than the setting of that name: a run gathers events and refunds
// itself, and what has another form than a setting was somebody's own before there was one.
std::string foreign_columns(const run_table &settings) {
  std::string names = "events,refund_days";
  if (settings.has("closed_weekdays"))
    if (const Oid type = settings.type("closed_weekdays");
        type != JSONBOID && pg::category_of(type) != TYPCATEGORY_ARRAY)
      names += ",closed_weekdays";
  if (settings.has("language"))
    if (const char category = pg::category_of(settings.type("language"));
        category != TYPCATEGORY_STRING && category != TYPCATEGORY_ENUM)
      names += ",language";
  return names;
}

// The settings of a shop k, from its row s of shop_settings.
fragment own_settings(const run_tables &tables) {
  return sql(R"sql(
    COALESCE(pg_catalog.to_jsonb(s.*) [-] {foreign}::pg_catalog.text[],
             pg_catalog.jsonb_build_object('shop_id', k.shop))
  )sql",
             "foreign"_is = pg::literal{fmt::format("{{{}}}", foreign_columns(tables.settings))});
}

// What the shop itself says, in its row h of shops, where its settings do not.
fragment inherited_settings(const run_tables &tables) {
  std::vector<fragment> members;
  for (const char *each : {"currency", "timezone"})
    if (tables.shops && tables.shops->has(each))
      members.push_back(sql("{key}, COALESCE({own} [->>] {key}, h.{column}::pg_catalog.text)",
                            "key"_is = pg::literal{each}, "own"_is = own_settings(tables),
                            "column"_is = pg::identifier{each}));
  if (members.empty())
    return {};
  return sql("[||] pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object({members}))",
             "members"_is = pg::joined(members));
}

fragment shops_join(const run_tables &tables) {
  if (!tables.shops)
    return {};
  const pg::key_equality equality = pg::equality_of(tables.shop_type, tables.shop_type);
  return sql("LEFT JOIN {shops} h ON h.id {equals} k.shop{cast}", "shops"_is = pg::table{tables.shops->oid},
             "equals"_is = equality.equals, "cast"_is = equality.cast);
}

} // namespace

fragment count_shops_sql(const run_tables &tables) {
  return sql("{recorded} SELECT pg_catalog.count(*) FROM ({shops}) k",
             "recorded"_is = recorded_shops(tables, shop_range::all),
             "shops"_is = all_shops(tables, shop_range::all, {}));
}

fragment next_shops_sql(const run_tables &tables, shop_range range) {
  return sql(R"sql(
    {recorded}
    SELECT DISTINCT ON (k.shop) k.shop, k.shop::pg_catalog.text, {own_settings} {inherited}
    FROM (SELECT u.shop FROM ({shops}) u ORDER BY u.shop LIMIT $2) k
    LEFT JOIN {settings} s ON {of_shop}
    {shops_join}
    ORDER BY k.shop, 3
  )sql",
             "recorded"_is = recorded_shops(tables, range), "own_settings"_is = own_settings(tables),
             "inherited"_is = inherited_settings(tables), "shops"_is = all_shops(tables, range, fragment("LIMIT $2")),
             "settings"_is = pg::table{tables.settings.oid},
             "of_shop"_is = tables.of_shop(tables.settings, "s", "k.shop"), "shops_join"_is = shops_join(tables));
}

} // namespace upkeep::diagnostics
