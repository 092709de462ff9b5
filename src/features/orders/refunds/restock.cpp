#include "features/orders/refunds/restock.hpp"

#include "features/catalogue.hpp"
#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"

namespace upkeep::orders {

using pg::fragment;
using pg::sql;

namespace {

// In the column of the lines.
void write_restocked(const stock_tables &tables) {
  const pg::marked_statement marked(pg::own_statement::quiet);
  execute_latest(sql("UPDATE {lines} i SET {taken} = {wanted} WHERE {restocked} [>] 0 AND i.{taken} [>] {wanted}",
                     "lines"_is = tables.lines_rows, "taken"_is = *tables.taken, "wanted"_is = tables.wanted(),
                     "restocked"_is = tables.refunds->restocked()));
}

stock_lines restocked_lines(const stock_tables &tables) {
  const pg::rows found = execute_latest(
      sql("SELECT pg_catalog.array_agg({line}), pg_catalog.array_agg({wanted}) FROM {lines} i WHERE {restocked} [>] 0",
          "line"_is = tables.line.of("i"), "wanted"_is = tables.wanted(), "lines"_is = tables.lines_rows,
          "restocked"_is = tables.refunds->restocked()));
  return {array_in(found, 1, TEXTOID), no_array(TEXTOID), array_in(found, 2, NUMERICOID)};
}

void write_memory(const stock_tables &tables, const stock_lines &restocked) {
  const pg::parameter parameters[] = {
      {REGCLASSOID, ObjectIdGetDatum(tables.lines)}, restocked.lines, restocked.quantities};
  with_memory([&] {
    execute_latest(sql(R"sql(
      UPDATE upkeep.stock_taken t SET quantity = w.quantity
      FROM ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) w(line, quantity)
      WHERE t.order_items [=] $1 AND t.line [=] w.line AND t.quantity [>] w.quantity
    )sql"),
                   parameters);
  });
}

} // namespace

void remember_restocked(Oid lines) {
  pg::with_relation(lines, [&](Relation relation) {
    std::vector<pg::planned_table> locked;
    const std::optional<stock_tables> tables = stock_of_refunds(relation, locked);
    if (!tables || !tables->refunds)
      return;
    stock_lines restocked;
    pg::as_user(tables->owner, SECURITY_NOFORCE_RLS | SECURITY_RESTRICTED_OPERATION, [&] {
      if (tables->taken)
        write_restocked(*tables);
      else
        restocked = restocked_lines(*tables);
    });
    if (!tables->taken)
      write_memory(*tables, restocked);
  });
}

std::optional<stock_tables> stock_of_refunds(Relation lines, std::vector<pg::planned_table> &planned) {
  const Trigger *trigger = trigger_of(lines, stock_feature);
  if (!trigger)
    return std::nullopt;
  const option_list options = pg::trigger_options(*trigger, stock_feature);
  const auto other = [&](const char *option) {
    const Oid table = other_table(options, option, lines, RowExclusiveLock);
    planned.push_back({table, RowExclusiveLock});
    return table;
  };
  const Oid products = other("products");
  const std::optional<Oid> orders = find_option(options, "orders") ? std::optional(other("orders")) : std::nullopt;
  stock_tables tables = resolve_stock(options, RelationGetRelid(lines), products, orders);
  tables.statements = std::make_shared<stock_statements>();
  return tables;
}

} // namespace upkeep::orders
