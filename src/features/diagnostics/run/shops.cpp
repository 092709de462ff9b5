// Which shops a run visits, in the order of their keys.
#include "features/diagnostics/run/statements.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

// The condition that a row of `alias` is within the range.
std::string in_range(const run_tables &tables, const run_table &table, const char *alias, shop_range range) {
  const std::string given = fmt::format("CAST($1 AS {})", tables.shop_type_name);
  if (range == shop_range::all)
    return fmt::format("{}.shop_id IS NOT NULL", alias);
  if (range == shop_range::only)
    return tables.of_shop(table, alias, given);
  const pg::key_order order = pg::order_of(table.type("shop_id"), tables.shop_type);
  return fmt::format("{}.shop_id {} {}{}", alias, order.greater, given, order.cast);
}

// WITH: the shops that have records, from an index step by step, where there is one.
std::string recorded_shops(const run_tables &tables, shop_range range) {
  const std::string condition = in_range(tables, tables.records, "d", range);
  if (!tables.are_records_indexed || range == shop_range::only)
    return fmt::format("WITH recorded(shop) AS (SELECT DISTINCT d.shop_id FROM {} d WHERE {} ORDER BY d.shop_id)",
                       tables.records.name(), condition);
  const Oid type = tables.records.type("shop_id");
  return fmt::format(
      "WITH RECURSIVE recorded(shop) AS ((SELECT d.shop_id FROM {0} d WHERE {1} ORDER BY d.shop_id LIMIT 1)"
      " UNION ALL SELECT (SELECT d.shop_id FROM {0} d WHERE d.shop_id {2} r.shop ORDER BY d.shop_id LIMIT 1)"
      " FROM recorded r WHERE r.shop IS NOT NULL)",
      tables.records.name(), condition, pg::order_of(type, type).greater);
}

// SELECT: the shops that have settings, and those that have records, each `limited`.
std::string all_shops(const run_tables &tables, shop_range range, const char *limited) {
  return fmt::format("(SELECT DISTINCT s.shop_id AS shop FROM {} s WHERE {} ORDER BY s.shop_id{})"
                     " UNION (SELECT r.shop::{} FROM recorded r WHERE r.shop IS NOT NULL{})",
                     tables.settings.name(), in_range(tables, tables.settings, "s", range), limited,
                     tables.shop_type_name, limited);
}

// What the shop itself says where its settings do not.
constexpr const char *inherited[] = {"currency", "timezone"};

// The settings of a shop k, from its row s of shop_settings and its row h of shops.
std::string settings_of(const run_tables &tables) {
  const char *own = "COALESCE(pg_catalog.to_jsonb(s.*), pg_catalog.jsonb_build_object('shop_id', k.shop))";
  std::string members;
  for (const char *each : inherited)
    if (tables.shops && tables.shops->has(each))
      members += fmt::format("{0}'{1}', COALESCE({2} [->>] '{1}', h.{1}::pg_catalog.text)", members.empty() ? "" : ", ",
                             each, own);
  if (members.empty())
    return own;
  return with_operators(
      fmt::format("{} [||] pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object({}))", own, members));
}

std::string shops_join(const run_tables &tables) {
  if (!tables.shops)
    return {};
  const pg::key_equality equality = pg::equality_of(tables.shop_type, tables.shop_type);
  return fmt::format(" LEFT JOIN {} h ON h.id {} k.shop{}", tables.shops->name(), equality.equals, equality.cast);
}

} // namespace

std::string count_shops_sql(const run_tables &tables) {
  return fmt::format("{} SELECT pg_catalog.count(*) FROM ({}) k", recorded_shops(tables, shop_range::all),
                     all_shops(tables, shop_range::all, ""));
}

std::string next_shops_sql(const run_tables &tables, shop_range range) {
  return fmt::format(
      "{} SELECT DISTINCT ON (k.shop) k.shop, k.shop::pg_catalog.text, {}"
      " FROM (SELECT u.shop FROM ({}) u ORDER BY u.shop LIMIT $2) k LEFT JOIN {} s ON {}{} ORDER BY k.shop, 3",
      recorded_shops(tables, range), settings_of(tables), all_shops(tables, range, " LIMIT $2"), tables.settings.name(),
      tables.of_shop(tables.settings, "s", "k.shop"), shops_join(tables));
}

std::string with_operators(std::string_view sql) {
  constexpr std::string_view characters = "+-*/<>=~!@#%^&|?";
  std::string result;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t end = sql[at] == '[' ? std::min(sql.find_first_not_of(characters, at + 1), sql.size()) : at;
    if (end > at + 1 && end < sql.size() && sql[end] == ']') {
      result += fmt::format("OPERATOR(pg_catalog.{})", sql.substr(at + 1, end - at - 1));
      at = end + 1;
    } else {
      result += sql[at++];
    }
  }
  return result;
}

} // namespace upkeep::diagnostics
