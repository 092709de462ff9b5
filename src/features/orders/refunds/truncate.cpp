#include "features/orders/refunds/truncate.hpp"

#include "features/catalogue.hpp"
#include "features/empty_tables/emptied_tables.hpp"
#include "features/orders/refunds/unlocked.hpp"
#include "features/orders/stock/settle/settle_lines.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::fragment;
using pg::sql;

namespace {

// The condition that a row of `alias` is in none of the tables.
fragment but_for(const std::vector<Oid> &tables, const char *alias) {
  std::vector<fragment> list;
  for (const Oid each : tables)
    list.push_back(fragment(std::to_string(each)));
  return sql("{alias}.tableoid [<>] ALL (ARRAY[{tables}]::pg_catalog.oid[])", "alias"_is = fragment(alias),
             "tables"_is = pg::joined(list));
}

// Writes the sum over the refunds that stay into a column of those rows that lose one.
void keep_rest(const order_refunds &of, const fragment &table, const char *alias, const total_column &column,
               const std::string &summed, const fragment &is_of, const fragment &gone, const fragment &stays) {
  pg::execute(sql(R"sql(
    UPDATE {table} {alias}
    SET {column} = COALESCE((SELECT pg_catalog.sum(r.{summed}::pg_catalog.numeric) FROM {refunds} r
                             WHERE {is_of} AND {stays}), 0)
    WHERE EXISTS (SELECT FROM {gone} r WHERE {is_of})
  )sql",
                  "table"_is = table, "alias"_is = fragment(alias), "column"_is = pg::identifier{column.name},
                  "summed"_is = pg::identifier{summed}, "refunds"_is = of.refunds_name, "is_of"_is = is_of,
                  "stays"_is = stays, "gone"_is = gone));
}

void settle_stock(const refund_plan &plan, Oid table, const fragment &gone, const std::vector<Oid> &truncated) {
  if (!plan.stock || pg::is_paused(pg::pausable::stock) ||
      (is_emptied(plan.stock->lines) && is_emptied(plan.stock->products)))
    return;
  stock_tables tables = *plan.stock;
  tables.refunds = tables.refunds->without(truncated);
  tables.statements.reset();
  // Lines that go with their refunds give back what they have taken by themselves.
  const auto rows = [&] {
    return sql(R"sql((
      SELECT l.* FROM {lines} l
      WHERE {stays} AND EXISTS (SELECT FROM {gone} r WHERE {is_of} AND r.{restock} IS NOT NULL)) i
    )sql",
               "stays"_is = but_for(truncated, "l"), "lines"_is = tables.lines_rows, "gone"_is = gone,
               "is_of"_is = plan.of.is_of_line, "restock"_is = pg::identifier{*plan.of.restock});
  };
  pg::as_user(tables.owner, SECURITY_NOFORCE_RLS,
              [&] { settle_lines(tables, "truncated", rows, {}, is_emptied(table)); });
}

} // namespace

void settle_truncated_refunds(const TriggerData &trigger, const std::vector<Oid> &truncated) {
  pg::refuse_truncating_shards(RelationGetRelid(trigger.tg_relation), order_refunds_feature.name);
  const std::shared_ptr<const refund_plan> plan = refund_plan_of(trigger);
  const order_refunds &of = plan->of;
  const Oid table = RelationGetRelid(trigger.tg_relation);
  const fragment gone = pg::own_rows_of(table), stays = but_for(truncated, "r");
  pg::with_spi([&] {
    of.as_owner([&] {
      if (!is_emptied(table))
        require_unlocked(
            *plan, sql("EXISTS (SELECT FROM {gone} r WHERE {is_of})", "gone"_is = gone, "is_of"_is = of.is_of_order),
            {}, {}, "its refunds cannot be truncated", false);
      const pg::marked_statement marked(pg::own_statement::refund);
      if (of.refunded && !is_emptied(of.link.orders))
        keep_rest(of, of.link.orders_name, "o", *of.refunded, of.amount.name, of.is_of_order, gone, stays);
      if (of.refunded_quantity && !is_emptied(of.link.lines))
        keep_rest(of, of.link.lines_name, "l", *of.refunded_quantity, of.quantity, of.is_of_line, gone, stays);
    });
    settle_stock(*plan, table, gone, truncated);
  });
}

} // namespace upkeep::orders
