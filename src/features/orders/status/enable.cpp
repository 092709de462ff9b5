// upkeep.enable_order_status and disable_order_status.
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/status/order_status_plan.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

std::vector<std::string> read_request(const pg::arguments &given) {
  const std::optional<Datum> transitions = given.optional_value(1);
  if (!transitions)
    given.string(1, "transitions");
  trigger_arguments arguments;
  arguments
      .add("transitions",
           pg::string_from([&] { return DatumGetCString(DirectFunctionCall1(jsonb_out, *transitions)); }))
      .add("status_column", given.name(2, "status_column"), "status")
      .add("paid_status", given.string(3, "paid_status"), usual_paid_status)
      .add("paid_column", given.name(4, "paid_column"), "payment_completed_at")
      .add("tenant_column", given.optional_name(5));
  return arguments.list();
}

constexpr optional_column optional_columns[] = {{"paid_column", "payment_completed_at"}};

void notice_unless_reached(const order_status_plan &plan) {
  if (!plan.moves.reaches(plan.paid_status))
    call([&] {
      ereport(NOTICE, errmsg("no transition leads to the paid_status \"%s\"", plan.paid_status.c_str()),
              errhint("Pass the status that says that an order is paid as paid_status, or add a transition to it."));
    });
}

void enable(Oid orders, std::vector<std::string> arguments) {
  pg::require_own_table(orders, "enable order_status");
  order_status_plan plan;
  // Resolving finds every mistake before the table is touched.
  pg::with_relation(orders, [&](Relation relation) {
    arguments = with_names(relation, arguments, order_status_feature, optional_columns);
    const std::vector<option> options = parse_options(order_status_feature, arguments);
    plan = resolve_order_status(options, relation);
    require_statuses(options, plan, relation);
  });
  create_row_trigger(orders, order_status_trigger, "BEFORE INSERT OR UPDATE", order_status_feature, arguments);
  notice_unless_reached(plan);
}

void disable(Oid orders) {
  pg::require_own_table(orders, "disable order_status");
  if (!drop_triggers_of_tree(orders, order_status_feature))
    call([=] { ereport(NOTICE, errmsg("order_status is not enabled on \"%s\"", get_rel_name(orders))); });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_order_status(orders, transitions, status_column, paid_status, paid_column, tenant_column): replaces the
// options where it is enabled already. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 428C9.
UPKEEP_FUNCTION(upkeep_enable_order_status) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = given.table(0, "orders");
    const std::vector<std::string> arguments = read_request(given);
    enabling(fcinfo, [&] { enable(orders, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_order_status(orders): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_status) {
  return pg::entry([=] {
    const Oid orders = pg::arguments(fcinfo).table(0, "orders");
    pg::with_spi([&] { disable(orders); });
    return Datum(0);
  });
}
