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

void notice_unless_reached(const order_status_plan &plan) {
  if (!plan.moves.reaches(plan.paid_status))
    call([&] {
      ereport(NOTICE, errmsg("no transition leads to the paid_status \"%s\"", plan.paid_status.c_str()),
              errhint("Pass the status that says that an order is paid as paid_status, or add a transition to it."));
    });
}

void enable(Oid orders, trigger_arguments arguments) {
  pg::require_own_table(orders, "enable order_status");
  order_status_plan plan;
  // Resolving finds every mistake before the table is touched.
  pg::with_relation(orders, [&](Relation relation) {
    const option_list options = arguments.append_usual_columns(relation, column_of::own).options();
    plan = resolve_order_status(options, relation);
    require_statuses(options, plan, relation);
  });
  create_row_trigger(orders, order_status_trigger, "BEFORE INSERT OR UPDATE", order_status_feature, arguments.list());
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
    const Oid orders = target_argument(given, order_status_feature);
    const trigger_arguments arguments(order_status_feature, given);
    enabling(fcinfo, order_status_feature, [&] { enable(orders, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_order_status(orders): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_status) {
  return pg::entry([=] {
    const Oid orders = target_argument(pg::arguments(fcinfo), order_status_feature);
    pg::with_spi([&] { disable(orders); });
    return Datum(0);
  });
}
