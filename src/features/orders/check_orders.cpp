// upkeep.check_orders: where totals, lines and stock have drifted apart.
#include "features/orders/check_orders.hpp"

#include "features/catalogue.hpp"
#include "features/orders/refunds/check.hpp"
#include "features/orders/totals/order_totals.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *enable_order_snapshots_name = "enable_order_snapshots";

// The options of the feature's trigger on a table; nullopt where it has none.
std::optional<option_list> options_on(Relation table, const feature_rule &feature) {
  const Trigger *trigger = trigger_of(table, feature);
  return trigger ? std::optional(pg::trigger_options(*trigger, feature)) : std::nullopt;
}

void check_totals(const order_totals &totals, Relation orders, Relation lines, pg::result_set &result) {
  const auto check = [&](const total_column &column, const fragment &expected, const std::string &finding) {
    add_findings(sql(R"sql(
    SELECT {key}, o.{column}::numeric, {expected}
    {from_wrong_orders} AND {differs}
    ORDER BY {keys}
  )sql",
                     "key"_is = totals.link.key_text(), "column"_is = pg::identifier{column.name},
                     "expected"_is = expected, "from_wrong_orders"_is = totals.wrong_orders(orders, lines),
                     "differs"_is = column.differs(expected), "keys"_is = totals.link.key_list()),
                 finding, result);
  };
  if (totals.lines_total)
    check(*totals.lines_total, sql("n.upkeep_sum"),
          fmt::format("{} is not the sum of its lines", totals.lines_total->name));
  check(totals.total, sql("t.upkeep_total"),
        totals.total_formula ? "total is not what its formula gives" : "total is not the sum of its lines");
}

// Where orders and their keys are found is said by the totals or the lock, else by the snapshots, and the key of the
// orders is as usual.
option_list link_options(Relation lines, Oid orders, const option_list &snapshots) {
  for (const feature_rule *feature : {&order_totals_feature, &order_lock_feature})
    if (orders_named_by(RelationGetRelid(lines), *feature) == orders)
      return *options_on(lines, *feature);
  option_list options{&order_totals_feature, {}};
  for (const char *name : {"order_column", "tenant_column"})
    if (const std::string *given = find_option(snapshots, name))
      options.given.push_back({&rule_of(order_totals_feature, name), *given});
  return options;
}

void check_lines(const option_list &snapshots, Relation orders, Relation lines, pg::result_set &result) {
  const order_link link = resolve_link(link_options(lines, RelationGetRelid(orders), snapshots), orders, lines,
                                       enable_order_snapshots_name);
  const auto price = column_name_option(lines, snapshots, "price_column");
  const fragment columns = pg::columns_of("l", link.columns);
  if (price)
    add_findings(sql(R"sql(
      SELECT concat_ws(', ', {columns}), NULL::numeric, NULL::numeric
      FROM {lines} l
      WHERE l.{price} IS NULL
      ORDER BY {columns}
    )sql",
                     "columns"_is = columns, "lines"_is = link.lines_name, "price"_is = pg::identifier{*price}),
                 "line without a price", result);
  std::vector<fragment> given;
  for (const std::string &column : link.columns)
    given.push_back(sql("{column} IS NOT NULL", "column"_is = pg::columns_of("l", {column})));
  add_findings(sql(R"sql(
      SELECT concat_ws(', ', {columns}), NULL::numeric, NULL::numeric
      FROM {lines} l
      WHERE {given} AND NOT EXISTS (SELECT FROM {orders} o WHERE {same_keys})
      ORDER BY {columns}
    )sql",
                   "columns"_is = columns, "lines"_is = link.lines_name, "given"_is = pg::joined(given, " AND "),
                   "orders"_is = link.orders_name,
                   "same_keys"_is =
                       pg::equal_keys(orders, "o", link.keys, lines, "l", link.columns, enable_order_snapshots_name)),
               "line without an order", result);
  check_returns(link, lines, result);
}

bool is_anything_kept(Oid orders, Oid order_items) {
  bool is_kept = orders_named_by(order_items, order_totals_feature) == orders;
  pg::with_relation(order_items, [&](Relation lines) {
    is_kept |= trigger_of(lines, order_snapshots_feature) || trigger_of(lines, stock_feature);
  });
  return is_kept;
}

void check(Oid orders, Oid order_items, pg::result_set &result) {
  pg::with_relation(orders, [&](Relation target) {
    pg::with_relation(order_items, [&](Relation lines) {
      const auto as_owner = [&](auto &&body) {
        pg::as_user(target->rd_rel->relowner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, body);
      };
      if (orders_named_by(order_items, order_totals_feature) == orders) {
        const order_totals totals = resolve_totals(*options_on(lines, order_totals_feature), target, lines);
        as_owner([&] { check_totals(totals, target, lines, result); });
      }
      if (const auto snapshots = options_on(lines, order_snapshots_feature))
        as_owner([&] { check_lines(*snapshots, target, lines, result); });
      check_refunds(target, lines, result);
    });
  });
  check_stock(orders, order_items, result);
}

// What is committed in each shard.
void check_shards(Oid orders, Oid order_items, pg::result_set &result) {
  result.add(pg::rows_of_shards(
      orders,
      sql("SELECT * FROM upkeep.check_orders(%L, {lines})", "lines"_is = pg::in_command(pg::qualified(order_items))),
      fragment("order_key text, finding text, stored numeric, expected numeric")));
}

void require_kept(Oid orders, Oid order_items) {
  if (!is_anything_kept(orders, order_items))
    throw fault{.sqlstate = sqlstate::undefined_object,
                .message = fmt::format("nothing is kept for \"{}\" and \"{}\"", pg::table_name(orders),
                                       pg::table_name(order_items)),
                .hint = "Call upkeep.enable_order_totals(), enable_order_snapshots() or enable_stock() first."};
}

// The lines, or beside a shard of the orders those of them that lie there.
Oid lines_beside(Oid order_items, Oid orders) {
  const std::optional<Oid> found = pg::beside_shard(order_items, orders);
  if (!found || (!pg::is_shard(orders) && !pg::lies_beside(order_items, orders)))
    pg::refuse_apart(order_items, pg::logical_table(orders));
  return *found;
}

} // namespace

void add_findings(const fragment &query, const std::string &finding, pg::result_set &result) {
  const pg::rows found = pg::execute(query);
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    pg::result_set::nullable stored, expected;
    stored.value = found.value(row, 2, stored.is_null);
    expected.value = found.value(row, 3, expected.is_null);
    result.add(found.text(row, 1).value_or(""), finding, stored, expected);
  }
}

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.check_orders(orders, order_items) RETURNS TABLE (order_key text, finding text, stored numeric, expected
// numeric): no rows where everything is right. Reads as the tables' owner, changes nothing. Errors: 22004, 42501,
// 42703, 42704, 42804.
UPKEEP_FUNCTION(upkeep_check_orders) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = given.table(0, "orders"), named_lines = given.table(1, "order_items");
    pg::result_set result(fcinfo);
    pg::with_spi([&] {
      const Oid order_items = lines_beside(named_lines, orders);
      pg::require_own_table(orders, "check orders", AccessShareLock);
      pg::require_own_table(order_items, "check orders", AccessShareLock);
      require_kept(orders, order_items);
      pg::has_shards(orders) ? check_shards(orders, order_items, result) : check(orders, order_items, result);
    });
    return Datum(0);
  });
}
