#include "features/orders/refunds/overdrawn.hpp"

#include "postgres/rows/key_match.hpp"
#include "postgres/sql/sql.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::fragment;
using pg::sql;

namespace {

fragment only_first(bool all) { return fragment(all ? "" : "LIMIT 1"); }

// r.a, r.b: the columns that say what a refund is of, each once.
fragment keys_of_refund(const order_refunds &of) {
  std::vector<std::string> columns = of.line_columns;
  for (const std::string &column : of.order_columns)
    if (std::ranges::count(columns, column) == 0)
      columns.push_back(column);
  return pg::columns_of("r", columns);
}

} // namespace

fragment overdrawn_lines(const order_refunds &of, Relation refunds, Relation orders, Relation lines,
                         const fragment &condition, bool all) {
  const auto worth = [&](const fragment &of_line) {
    return sql("CASE WHEN l.{key} IS NOT NULL THEN {worth} ELSE 0 END", "key"_is = pg::identifier{of.line_keys.back()},
               "worth"_is = of_line);
  };
  return sql(R"sql(
    SELECT {order}, pg_catalog.to_jsonb(s.{line})::pg_catalog.text,
      (CASE WHEN w.upkeep_gone [>] w.upkeep_sold THEN w.upkeep_sold ELSE w.upkeep_worth END)::pg_catalog.text,
      (CASE WHEN w.upkeep_gone [>] w.upkeep_sold THEN w.upkeep_gone ELSE s.upkeep_amount END)::pg_catalog.text,
      {order_key}
    FROM (SELECT {keys}, COALESCE(pg_catalog.sum(r.{quantity}::pg_catalog.numeric), 0) AS upkeep_pieces,
            COALESCE(pg_catalog.sum(r.{amount}::pg_catalog.numeric), 0) AS upkeep_amount
          FROM {refunds} r
          WHERE {condition}
          GROUP BY {keys}) s
    JOIN {orders} o ON {same_order}
    LEFT JOIN {lines} l ON {same_line} AND {order_of_line}
    CROSS JOIN LATERAL (SELECT {sold} AS upkeep_sold, {worth} AS upkeep_worth, {gone} AS upkeep_gone) w
    WHERE s.{line} IS NOT NULL
      AND (s.upkeep_pieces [>] 0 AND w.upkeep_gone [>] w.upkeep_sold
           OR s.upkeep_amount [>] 0 AND s.upkeep_amount [>] w.upkeep_worth)
    ORDER BY {order_keys}, s.{line}
    {first}
  )sql",
             "order"_is = of.order_as_json(), "line"_is = pg::identifier{of.line_columns.back()},
             "order_key"_is = of.link.key_text(), "keys"_is = keys_of_refund(of),
             "quantity"_is = pg::identifier{of.quantity}, "amount"_is = pg::identifier{of.amount.name},
             "refunds"_is = of.refunds_name, "condition"_is = condition, "orders"_is = of.link.orders_name,
             "same_order"_is =
                 pg::equal_keys(orders, "o", of.link.keys, refunds, "s", of.order_columns, enable_order_refunds_name),
             "lines"_is = of.link.lines_name,
             "same_line"_is =
                 pg::equal_keys(lines, "l", of.line_keys, refunds, "s", of.line_columns, enable_order_refunds_name),
             "order_of_line"_is =
                 pg::equal_keys(lines, "l", of.link.columns, orders, "o", of.link.keys, enable_order_refunds_name),
             "gone"_is = of.gone(sql("s.upkeep_pieces")), "sold"_is = worth(of.sold),
             "worth"_is = worth(of.totals.line_amount(order_totals::on_null::stays)),
             "order_keys"_is = of.link.key_list(), "first"_is = only_first(all));
}

fragment overdrawn_orders(const order_refunds &of, const fragment &condition, bool all) {
  return sql(R"sql(
    SELECT {order}, 'null', o.{total}::pg_catalog.numeric::pg_catalog.text, s.upkeep_amount::pg_catalog.text, {key}
    FROM {orders} o
    CROSS JOIN LATERAL (SELECT {refunded} AS upkeep_amount) s
    WHERE {condition} AND s.upkeep_amount [>] 0 AND s.upkeep_amount [>] o.{total}::pg_catalog.numeric
    ORDER BY {keys}
    {first}
  )sql",
             "order"_is = of.order_as_json(), "total"_is = pg::identifier{of.totals.total.name},
             "key"_is = of.link.key_text(), "orders"_is = of.link.orders_name, "refunded"_is = of.amount_of_order,
             "condition"_is = condition, "keys"_is = of.link.key_list(), "first"_is = only_first(all));
}

} // namespace upkeep::orders
