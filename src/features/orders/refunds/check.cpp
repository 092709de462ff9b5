#include "features/orders/refunds/check.hpp"

#include "features/catalogue.hpp"
#include "features/check.hpp"
#include "features/orders/refunds/overdrawn.hpp"
#include "features/orders/refunds/put_right.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

pg::result_set::nullable number(const pg::rows &found, std::uint64_t row, int column) {
  pg::result_set::nullable value;
  value.value = found.value(row, column, value.is_null);
  return value;
}

// Of rows (order_key, finding, stored, expected).
void add(const fragment &query, pg::result_set &result) {
  const pg::rows found = pg::execute(query);
  for (std::uint64_t row = 0; row < found.count(); ++row)
    result.add(found.text(row, 1).value_or(""), found.text(row, 2).value_or(""), number(found, row, 3),
               number(found, row, 4));
}

void check_kept(const order_refunds &of, pg::result_set &result) {
  const auto check = [&](const fragment &table, const char *alias, const total_column &column, const fragment &refunded,
                         const fragment &key, const fragment &finding, const fragment &order) {
    add(sql(R"sql(
      SELECT {key}, {finding}, {alias}.{column}::pg_catalog.numeric, s.upkeep_sum
      FROM {table} {alias}
      CROSS JOIN LATERAL (SELECT {refunded} AS upkeep_sum) s
      WHERE {alias}.{column} IS NULL OR {alias}.{column}::pg_catalog.numeric [<>] s.upkeep_sum
      ORDER BY {order}
    )sql",
            "key"_is = key, "finding"_is = finding, "alias"_is = fragment(alias),
            "column"_is = pg::identifier{column.name}, "table"_is = table, "refunded"_is = refunded,
            "order"_is = order),
        result);
  };
  if (of.refunded)
    check(of.link.orders_name, "o", *of.refunded, of.amount_of_order, of.link.key_text(),
          pg::literal{of.refunded->name + " is not the sum of its refunds"}, of.link.key_list());
  if (of.refunded_quantity)
    check(of.link.lines_name, "l", *of.refunded_quantity, of.pieces.all(),
          sql("pg_catalog.concat_ws(', ', {columns})", "columns"_is = pg::columns_of("l", of.link.columns)),
          sql("'line ' [||] {line} [||] {differs}", "line"_is = of.line_as_json(),
              "differs"_is = pg::literal{" has another " + of.refunded_quantity->name + " than its refunds"}),
          pg::columns_of("l", of.line_keys));
}

void check_limits(const order_refunds &of, Relation refunds, Relation orders, Relation lines, pg::result_set &result) {
  const auto check = [&](const fragment &overdrawn, const fragment &finding) {
    add(sql(R"sql(
      SELECT q.order_key, {finding}, q.refunded::pg_catalog.numeric, q.sold::pg_catalog.numeric
      FROM ({overdrawn}) q(upkeep_order, line, sold, refunded, order_key)
    )sql",
            "finding"_is = finding, "overdrawn"_is = overdrawn),
        result);
  };
  check(overdrawn_lines(of, refunds, orders, lines, sql("true"), true),
        sql("'more was refunded of line ' [||] q.line [||] ' than it was worth'"));
  check(overdrawn_orders(of, sql("true"), true), sql("'more was refunded than its total'"));
}

// What a trigger names instead of its own table.
std::vector<Oid> others_of(const managed_trigger &trigger) {
  std::vector<Oid> tables;
  try {
    const option_list options = parse_options(order_refunds_feature, trigger.arguments);
    for (const char *option : {"refunds", "orders", "order_items"})
      if (const std::string *name = find_option(options, option))
        if (const std::optional<Oid> table = pg::find_sibling(*name, trigger.table))
          tables.push_back(*table);
  } catch (const fault &) {
    // It is said where its options are read.
  }
  return tables;
}

} // namespace

void check_refunds(Relation orders, Relation lines, pg::result_set &result) {
  const std::optional<order_refunds> of = refunds_of(orders, lines);
  if (!of)
    return;
  pg::as_user(of->link.owner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
    check_kept(*of, result);
    pg::with_relation(of->refunds, [&](Relation refunds) { check_limits(*of, refunds, orders, lines, result); });
  });
}

void check_refund_tables(const trigger_list &triggers, finding_list &into) {
  std::vector<std::pair<Oid, Oid>> seen;
  for (const managed_trigger &trigger : triggers) {
    if (trigger.feature != &order_refunds_feature || trigger.is_clone || pg::topmost(trigger.table) != trigger.table)
      continue;
    for (const Oid other : others_of(trigger)) {
      const std::pair<Oid, Oid> pair{trigger.table, other};
      if (std::ranges::count(seen, pair) > 0)
        continue;
      seen.push_back(pair);
      const auto names_back = [&](const managed_trigger &each) {
        const std::vector<Oid> named = others_of(each);
        return each.feature == &order_refunds_feature && std::ranges::count(named, trigger.table) > 0;
      };
      if (std::ranges::none_of(triggers.of(other), names_back))
        into.add(other, order_refunds_feature,
                 fmt::format("lacks the triggers that go with those of {}", pg::qualified(trigger.table)),
                 enable_again(trigger));
    }
  }
}

} // namespace upkeep::orders
