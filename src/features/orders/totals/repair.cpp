// upkeep.repair_order_totals: corrects wrong totals, except those of locked orders.
#include "features/catalogue.hpp"
#include "features/orders/lock/order_lock_rules.hpp"
#include "features/orders/refunds/put_right.hpp"
#include "features/orders/totals/order_totals.hpp"
#include "features/registry.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/executor/procedure.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

constexpr std::uint64_t max_warnings = 10;

// The condition that an order o is locked, by the trigger that the orders have.
pg::fragment locked_condition(Relation orders, Relation lines) {
  const Trigger *trigger = trigger_of(orders, order_lock_feature);
  if (!trigger)
    return pg::sql("false");
  return resolve_lock(pg::trigger_options(*trigger, order_lock_feature), orders, lines).is_locked();
}

void warn_of_locked(const order_totals &totals, Relation orders, Relation lines, const pg::fragment &locked) {
  const order_link &link = totals.link;
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT {key}, o.{total}::text, t.upkeep_total::text
    {from_wrong_orders} AND {total_differs} AND {is_locked}
    ORDER BY {keys}
  )sql",
                                             "key"_is = link.key_text(), "total"_is = pg::identifier{totals.total.name},
                                             "from_wrong_orders"_is = totals.wrong_orders(orders, lines),
                                             "total_differs"_is = totals.total.differs(pg::sql("t.upkeep_total")),
                                             "is_locked"_is = locked, "keys"_is = link.key_list()));
  const char *due = totals.total_formula ? "it should be" : "its lines sum up to";
  const auto name = pg::table_name(link.orders);
  for (std::uint64_t row = 0; row < std::min(found.count(), max_warnings); ++row) {
    const std::string key = found.text(row, 1).value_or(""), total = found.text(row, 2).value_or("NULL"),
                      sum = found.text(row, 3).value_or("NULL");
    call([&] {
      ereport(WARNING, errcode(MAKE_SQLSTATE('U', 'K', '0', '0', '3')),
              errmsg("order \"%s\" of \"%s\" is locked: its total stays %s, though %s %s", key.c_str(), name.c_str(),
                     total.c_str(), due, sum.c_str()));
    });
  }
  if (found.count() > max_warnings)
    call([&] {
      ereport(WARNING, errcode(MAKE_SQLSTATE('U', 'K', '0', '0', '3')),
              errmsg("and " UINT64_FORMAT " more locked orders of \"%s\" have another total than their lines",
                     found.count() - max_warnings, name.c_str()));
    });
}

void require_enabled(Oid orders, Oid lines) {
  pg::require_own_table(orders, "repair totals", RowExclusiveLock);
  pg::require_own_table(lines, "repair totals", AccessShareLock);
  if (orders_named_by(lines, order_totals_feature) != orders)
    throw fault{.sqlstate = sqlstate::undefined_object,
                .message = fmt::format("order totals are not enabled for \"{}\" and \"{}\"", pg::table_name(orders),
                                       pg::table_name(lines)),
                .hint = "Call upkeep.enable_order_totals() first."};
}

void repair(Oid orders, Oid lines) {
  std::uint64_t count = 0, of_refunds = 0;
  pg::with_relation(orders, [&](Relation target) {
    pg::with_relation(lines, [&](Relation relation) {
      const Trigger &trigger = *trigger_of(relation, order_totals_feature);
      const order_totals totals = resolve_totals(pg::trigger_options(trigger, order_totals_feature), target, relation);
      const pg::fragment locked = locked_condition(target, relation);
      // For somebody else, a superuser say, nothing that the owner left on the tables may run as the caller.
      const bool is_self = call([&] { return GetUserId() == totals.link.owner; });
      const int level = call([] { return NewGUCNestLevel(); });
      totals.link.as_owner(is_self ? 0 : SECURITY_RESTRICTED_OPERATION, [&] {
        count = put_totals_right(totals, target, relation, locked);
        warn_of_locked(totals, target, relation, locked);
        if (const std::optional<order_refunds> refunds = refunds_of(target, relation))
          of_refunds = put_refunds_right(*refunds);
      });
      call([=] { AtEOXact_GUC(false, level); });
    });
  });
  call([&] { ereport(NOTICE, errmsg("repaired " UINT64_FORMAT " totals of \"%s\"", count, get_rel_name(orders))); });
  if (of_refunds)
    call([&] {
      ereport(NOTICE, errmsg("repaired what " UINT64_FORMAT " rows of \"%s\" and \"%s\" keep of their refunds",
                             of_refunds, get_rel_name(orders), get_rel_name(lines)));
    });
}

// Each shard where it lies.
void repair_shards(Oid orders, Oid lines) {
  pg::run_on_shards(orders, lines, pg::sql("CALL upkeep.repair_order_totals(%1$L, %2$L)"));
  const std::string name = pg::table_name(orders);
  call([&] {
    ereport(NOTICE, errmsg("repaired the totals of \"%s\" in its shards", name.c_str()),
            errhint("Locked orders keep theirs: upkeep.check_orders tells which differ."));
  });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// CALL upkeep.repair_order_totals(orders, order_items): all at once, in the caller's transaction; of distributed tables
// a transaction a shard, so it cannot run in a transaction block (2D000). Errors: 22003, 22004, 42501, 42703, 42704,
// 42804.
UPKEEP_FUNCTION(upkeep_repair_order_totals) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = given.table(0, "orders"), lines = given.table(1, "order_items");
    pg::with_spi([&] {
      require_enabled(orders, lines);
      if (!pg::has_shards(orders))
        return repair(orders, lines);
      pg::require_no_block_around_shards("upkeep.repair_order_totals");
      repair_shards(orders, lines);
    });
    return Datum(0);
  });
}
