// upkeep.enable_order_lock and disable_order_lock: statement triggers on both tables, a row trigger on the orders.
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/lock/order_lock_rules.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

namespace {

constexpr const statement_event *lines_events[] = {&on_insert, &on_update, &on_delete, &before_truncate};
constexpr const statement_event *orders_events[] = {&on_delete, &before_truncate};

void enable(Oid orders, Oid lines, trigger_arguments arguments) {
  require_pair(orders, lines, order_lock_feature);
  pg::with_relation(orders, [&](Relation target) {
    arguments.append_usual_columns(target, column_of::orders);
    pg::with_relation(lines, [&](Relation relation) {
      const order_lock_rules rules = resolve_lock(arguments.options(), target, relation);
      pg::key_set(relation, rules.link.columns, enable_order_lock_name);
      pg::require_unique_key(target, rules.link.keys, "an order");
      if (rules.status_column)
        fit_labels(target, *rules.status_column, arguments,
                   {"locked_statuses", usual_list(order_lock_feature, "locked_statuses")}, !rules.paid_column);
      require_correct_role(rules);
    });
  });
  const std::vector<std::string> of_orders = arguments.with("order_items", lines).list();
  create_row_trigger(orders, order_lock_trigger, "BEFORE UPDATE", order_lock_feature, of_orders);
  create_statement_triggers(orders, order_lock_trigger, orders_events, order_lock_feature, of_orders);
  create_statement_triggers(lines, order_lock_trigger, lines_events, order_lock_feature,
                            arguments.with("orders", orders).list());
}

Datum enable_from(FunctionCallInfo fcinfo) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = table_argument(given, order_lock_feature, "orders");
    const Oid lines = table_argument(given, order_lock_feature, "order_items");
    const trigger_arguments arguments(order_lock_feature, given);
    enabling(fcinfo, order_lock_feature, [&] { enable(orders, lines, arguments); });
    return Datum(0);
  });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_order_lock(orders, order_items, order_column, order_key, paid_column, status_column, locked_statuses,
// frozen_columns, tenant_column, open_columns, correct_role): replaces what was enabled before. Errors: 22004, 22023,
// 42501, 42703, 42704, 42710, 42804, 42809, 42P10, 42P17.
UPKEEP_FUNCTION(upkeep_enable_order_lock_with_open_columns) { return enable_from(fcinfo); }

// The same without open_columns and correct_role, as the SQL of 0.3.0 to 0.8.0 declares it.
UPKEEP_FUNCTION(upkeep_enable_order_lock) { return enable_from(fcinfo); }

// upkeep.disable_order_lock(orders, order_items): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_lock) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = given.table(0, "orders");
    const std::optional<Oid> lines = given.optional_table(1);
    pg::with_spi([&] { drop_pair_triggers(orders, lines, order_lock_feature); });
    return Datum(0);
  });
}
