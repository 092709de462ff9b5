#include "features/orders/refunds/put_right.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::fragment;
using pg::sql;

namespace {

std::uint64_t write(const fragment &table, const char *alias, const total_column &column, const fragment &refunded) {
  pg::execute(sql(R"sql(
    UPDATE {table} {alias}
    SET {column} = {refunded}
    WHERE {alias}.{column} IS NULL OR {alias}.{column}::pg_catalog.numeric [<>] {refunded}
  )sql",
                  "table"_is = table, "alias"_is = fragment(alias), "column"_is = pg::identifier{column.name},
                  "refunded"_is = refunded));
  return SPI_processed;
}

} // namespace

std::uint64_t put_refunds_right(const order_refunds &of) {
  const pg::marked_statement marked(pg::own_statement::refund);
  std::uint64_t count = 0;
  if (of.refunded)
    count += write(of.link.orders_name, "o", *of.refunded, of.amount_of_order);
  if (of.refunded_quantity)
    count += write(of.link.lines_name, "l", *of.refunded_quantity, of.pieces.all());
  return count;
}

std::optional<order_refunds> refunds_of(Relation orders, Relation lines) {
  const Trigger *trigger = trigger_of(lines, order_refunds_feature);
  if (!trigger || orders_named_by(RelationGetRelid(lines), order_refunds_feature) != RelationGetRelid(orders))
    return std::nullopt;
  const option_list options = pg::trigger_options(*trigger, order_refunds_feature);
  std::optional<order_refunds> found;
  pg::with_relation(other_table(options, "refunds", lines, AccessShareLock),
                    [&](Relation refunds) { found.emplace(options, refunds, orders, lines); });
  return found;
}

} // namespace upkeep::orders
