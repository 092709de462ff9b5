// What check_orders says of return lines.
#include "features/orders/check_orders.hpp"

#include "features/orders/snapshots/returns/return_columns.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::orders {

using pg::fragment;

namespace {

constexpr const char *enable = "enable_order_snapshots";

// Of alias r, what was returned of each line; l is that line, where it is there.
fragment returned(const return_columns &columns, Relation lines) {
  return pg::sql(R"sql(
    (SELECT {naming}, [-] pg_catalog.sum(r.{quantity}::pg_catalog.numeric) AS upkeep_pieces
     FROM {lines} r
     WHERE r.{returns} IS NOT NULL AND r.{quantity} [<] 0
     GROUP BY {naming}) r
    LEFT JOIN {lines} l ON {same_line}
  )sql",
                 "naming"_is = pg::columns_of("r", columns.naming()), "quantity"_is = pg::identifier{columns.quantity},
                 "lines"_is = pg::own_rows_of(RelationGetRelid(lines)), "returns"_is = pg::identifier{columns.returns},
                 "same_line"_is = pg::equal_keys(lines, "l", columns.found_by(), lines, "r", columns.naming(), enable));
}

} // namespace

void check_returns(const order_link &link, Relation lines, pg::result_set &result) {
  const std::optional<return_columns> columns = returns_of(lines);
  if (!columns || !columns->key)
    return;
  const auto order_of = [&](const char *alias) {
    return pg::sql("pg_catalog.concat_ws(', ', {columns})", "columns"_is = pg::columns_of(alias, link.columns));
  };
  const pg::identifier quantity{columns->quantity};
  add_findings(pg::sql(R"sql(
    SELECT {order}, r.upkeep_pieces, GREATEST(l.{quantity}, 0)::pg_catalog.numeric
    FROM {returned}
    WHERE l.{key} IS NOT NULL AND r.upkeep_pieces [>] GREATEST(l.{quantity}, 0)
    ORDER BY {order}, {naming}
  )sql",
                       "order"_is = order_of("l"), "quantity"_is = quantity, "returned"_is = returned(*columns, lines),
                       "key"_is = pg::identifier{*columns->key}, "naming"_is = pg::columns_of("r", columns->naming())),
               "more of a line returned than sold", result);
  add_findings(
      pg::sql(R"sql(
    SELECT {order}, NULL::pg_catalog.numeric, NULL::pg_catalog.numeric
    FROM {lines} r
    WHERE r.{returns} IS NOT NULL AND NOT EXISTS (SELECT FROM {lines} l WHERE {same_line})
    ORDER BY {order}, {naming}
  )sql",
              "order"_is = order_of("r"), "lines"_is = pg::own_rows_of(RelationGetRelid(lines)),
              "returns"_is = pg::identifier{columns->returns},
              "same_line"_is = pg::equal_keys(lines, "l", columns->found_by(), lines, "r", columns->naming(), enable),
              "naming"_is = pg::columns_of("r", columns->naming())),
      "return of a line that is not there", result);
}

} // namespace upkeep::orders
