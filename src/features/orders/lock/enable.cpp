// upkeep.enable_order_lock and disable_order_lock: statement triggers on both tables, a row trigger on the orders.
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/lock/order_lock_rules.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/arguments.hpp"

namespace upkeep::orders {

namespace {

constexpr const statement_event *lines_events[] = {&on_insert, &on_update, &on_delete, &before_truncate};
constexpr const statement_event *orders_events[] = {&on_delete, &before_truncate};

trigger_arguments read_request(const pg::arguments &given) {
  trigger_arguments request;
  request.add("order_column", given.name(2, "order_column"), "order_id")
      .add("order_key", given.name(3, "order_key"), "id")
      .add("paid_column", given.name(4, "paid_column"), "payment_completed_at")
      .add("status_column", given.name(5, "status_column"), "status")
      .add_list("locked_statuses", given_list(given.optional_strings(6, "locked_statuses"), "locked_statuses"),
                usual_locked_statuses())
      .add_list("frozen_columns", given_list(given.optional_names(7, "frozen_columns"), "frozen_columns"),
                usual_frozen_columns())
      .add("tenant_column", given.optional_name(8));
  return request;
}

constexpr optional_column optional_columns[] = {{"paid_column", "payment_completed_at"}, {"status_column", "status"}};

// What is frozen where the caller leaves it to the default: those columns that the orders have.
std::vector<std::string> with_usual_frozen(Relation orders, std::vector<std::string> request) {
  if (find_option(parse_options(order_lock_feature, request), "frozen_columns"))
    return request;
  std::vector<std::string> frozen = usual_frozen_columns();
  std::erase_if(frozen, [&](const std::string &column) { return !pg::find_column(RelationGetDescr(orders), column); });
  request.push_back("frozen_columns=" + pg::join_names(frozen));
  return request;
}

void enable(Oid orders, Oid lines, std::vector<std::string> request) {
  require_pair(orders, lines, order_lock_feature);
  pg::with_relation(orders, [&](Relation target) {
    request = with_usual_frozen(target, with_names(target, request, order_lock_feature, optional_columns));
    pg::with_relation(lines, [&](Relation relation) {
      const order_lock_rules rules = resolve_lock(parse_options(order_lock_feature, request), target, relation);
      pg::key_set(relation, rules.link.columns, enable_order_lock_name);
      pg::require_unique_key(target, rules.link.keys, "an order");
      if (rules.status_column)
        request = with_labels(target, *rules.status_column, request, order_lock_feature,
                              {"locked_statuses", usual_locked_statuses()}, !rules.paid_column);
    });
  });
  const std::vector<std::string> arguments = behind("order_items", lines, request);
  create_row_trigger(orders, order_lock_trigger, "BEFORE UPDATE", order_lock_feature, arguments);
  create_statement_triggers(orders, order_lock_trigger, orders_events, order_lock_feature, arguments);
  create_statement_triggers(lines, order_lock_trigger, lines_events, order_lock_feature,
                            behind("orders", orders, request));
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_order_lock(orders, order_items, order_column, order_key, paid_column, status_column, locked_statuses,
// frozen_columns, tenant_column): replaces what was enabled before. Errors: 22004, 22023, 42501, 42703, 42710, 42804,
// 42809, 42P10, 42P17.
UPKEEP_FUNCTION(upkeep_enable_order_lock) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = given.table(0, "orders"), lines = given.table(1, "order_items");
    const trigger_arguments request = read_request(given);
    enabling(fcinfo, [&] { enable(orders, lines, request.list()); });
    return Datum(0);
  });
}

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
