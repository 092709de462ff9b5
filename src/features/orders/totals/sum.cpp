// What a total should be, as SQL: the amounts of the lines, and their sum.
#include "features/orders/totals/order_totals.hpp"

#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

pg::column_info require_number(Relation table, AttrNumber number) {
  pg::column_info column(table, number);
  if (!pg::is_number(column.type))
    column.refuse_type("is not a number that a total can be made of",
                       "Use numeric, bigint, integer or smallint, or a domain over one of them.");
  return column;
}

fragment as_numeric(const pg::column_info &column) {
  return sql("l.{column}::pg_catalog.numeric", "column"_is = pg::identifier{column.name});
}

// The sum of the lines l: price times quantity, each rounded where it can have more decimals than the total.
fragment sum_of_lines(const option_list &options, Relation lines, const std::optional<int> &scale) {
  const pg::column_info price = require_number(lines, column_option(lines, options, "price_column"));
  fragment amount = as_numeric(price);
  std::optional<int> decimals = scale_of(price.type, price.modifier);
  if (const AttrNumber number = column_option(lines, options, "quantity_column")) {
    const pg::column_info quantity = require_number(lines, number);
    amount = sql("{price} [*] {quantity}", "price"_is = amount, "quantity"_is = as_numeric(quantity));
    const std::optional<int> more = scale_of(quantity.type, quantity.modifier);
    decimals = decimals && more ? std::optional(std::max(*decimals, 0) + std::max(*more, 0)) : std::nullopt;
  }
  if (scale && (!decimals || *decimals > *scale))
    amount = sql("pg_catalog.round({amount}, {scale})", "amount"_is = amount, "scale"_is = *scale);
  return sql("COALESCE(pg_catalog.sum({amount}), 0)", "amount"_is = amount);
}

} // namespace

fragment order_totals::differs(const fragment &sum) const {
  return sql("(o.{total} IS NULL OR o.{total}::pg_catalog.numeric [<>] {sum})", "total"_is = pg::identifier{total.name},
             "sum"_is = sum);
}

fragment order_totals::wrong_orders(Relation orders, Relation lines) const {
  return sql(R"sql(
    FROM {orders} o
    LEFT JOIN (SELECT {columns}, {sum} AS upkeep_total FROM {lines} l GROUP BY {columns}) s ON {same_keys}
    WHERE {differs}
  )sql",
             "orders"_is = link.orders_name, "columns"_is = pg::columns_of("l", link.columns), "sum"_is = sum,
             "lines"_is = link.lines_name,
             "same_keys"_is =
                 pg::equal_keys(orders, "o", link.keys, lines, "s", link.columns, enable_order_totals_name),
             "differs"_is = differs(sql("COALESCE(s.upkeep_total, 0)")));
}

fragment order_totals::write(Relation orders, Relation lines, Relation from,
                             const std::vector<std::string> &columns) const {
  std::vector<fragment> arrays, names;
  for (const std::string &column : columns) {
    names.push_back(pg::identifier{column});
    arrays.push_back(sql("pg_catalog.unnest(${number})", "number"_is = names.size()));
  }
  // Summed up before the keys are joined: then the planner knows how many orders there are.
  const fragment sums =
      sql(R"sql(
    SELECT k.*, COALESCE(l.upkeep_total, 0) AS upkeep_total
    FROM ROWS FROM ({arrays}) AS k({names})
    LEFT JOIN (SELECT {columns}, {sum} AS upkeep_total FROM {lines} l WHERE {has_key} GROUP BY {columns}) l
      ON {same_keys}
  )sql",
          "arrays"_is = pg::joined(arrays), "names"_is = pg::joined(names),
          "columns"_is = pg::columns_of("l", link.columns), "sum"_is = sum, "lines"_is = link.lines_name,
          "has_key"_is = pg::match_keys(lines, "l", link.columns, from, columns, enable_order_totals_name).condition,
          "same_keys"_is = pg::equal_keys(lines, "l", link.columns, from, "k", columns, enable_order_totals_name));
  return write_sums(sums, pg::equal_keys(orders, "o", link.keys, from, "s", columns, enable_order_totals_name));
}

fragment order_totals::write_one(Relation orders, Relation lines, Relation from,
                                 const std::vector<std::string> &columns) const {
  return write_sums(sql("SELECT {sum} AS upkeep_total FROM {lines} l WHERE {has_key}", "sum"_is = sum,
                        "lines"_is = link.lines_name, "has_key"_is = one_key(lines, "l", link.columns, from, columns)),
                    one_key(orders, "o", link.keys, from, columns));
}

fragment order_totals::write_sums(const fragment &sums, const fragment &condition) const {
  return sql(R"sql(
    WITH written AS (
      UPDATE {orders} o
      SET {total} = CASE WHEN s.upkeep_holds THEN s.upkeep_total ELSE o.{total} END
      FROM (SELECT t.*, {holds} AS upkeep_holds FROM ({sums}) t) s
      WHERE {condition} AND {differs}
      RETURNING CASE WHEN NOT s.upkeep_holds THEN {key} END AS upkeep_key, s.upkeep_total
    )
    SELECT w.upkeep_key, w.upkeep_total::pg_catalog.text FROM written w WHERE w.upkeep_key IS NOT NULL LIMIT 1
  )sql",
             "orders"_is = link.orders_name, "total"_is = pg::identifier{total.name},
             "holds"_is = total.holds(sql("t.upkeep_total")), "sums"_is = sums, "condition"_is = condition,
             "differs"_is = differs(sql("s.upkeep_total")), "key"_is = link.key_text());
}

order_totals resolve_totals(const option_list &options, Relation orders, Relation lines) {
  order_totals totals{resolve_link(options, orders, lines, enable_order_totals_name), {}, {}};
  const pg::column_info column = require_number(orders, column_option(orders, options, "total_column"));
  column.require_not_generated("A total needs a column that can be written.");
  totals.total = {column.name, column.number, column.type, column.domain, column.modifier, column.type_name()};
  totals.sum = sum_of_lines(options, lines, totals.total.scale());
  return totals;
}

void total_out_of_range(const order_totals &totals, const std::string &key, const std::string &sum) {
  const std::string order =
      fmt::format("the total of order \"{}\" of \"{}\"", key, pg::table_name(pg::topmost(totals.link.orders)));
  const bool is_number = sum.find_first_of("Ny") == std::string::npos;
  throw fault{
      .sqlstate = sqlstate::numeric_value_out_of_range,
      .message = is_number ? fmt::format("{} is too large for column \"{}\" of type {}", order, totals.total.name,
                                         totals.total.type_name)
                           : fmt::format("{} is {}", order, sum == "NaN" ? "not a number" : "infinite"),
      .detail = is_number ? fmt::format("It is {}.", sum) : "",
      .hint = is_number ? fmt::format("Give \"{}\" a wider type, or correct the lines of the order.", totals.total.name)
                        : "Correct the prices and quantities of its lines."};
}

} // namespace upkeep::orders
