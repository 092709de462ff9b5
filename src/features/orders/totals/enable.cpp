// upkeep.enable_order_totals and disable_order_totals: statement triggers on the lines, a row trigger on the orders.
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/totals/currency.hpp"
#include "features/orders/totals/order_totals.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const statement_event *lines_events[] = {&on_insert, &on_update, &on_delete, &after_truncate};

// Two tables of lines would overwrite each other's sums.
void require_no_other_lines(Oid orders, Oid lines) {
  const std::optional<Oid> now = lines_named_by(orders, order_totals_feature);
  if (now && *now != lines && orders_named_by(*now, order_totals_feature) == orders)
    throw fault{.sqlstate = sqlstate::duplicate_object,
                .message = fmt::format("the totals of \"{}\" are already the sums of \"{}\"", pg::table_name(orders),
                                       pg::table_name(*now)),
                .hint =
                    fmt::format("Call upkeep.disable_order_totals({}) first.", pg::literals({pg::qualified(orders)}))};
}

void notice_unless_indexed(const order_totals &totals, Relation lines) {
  const auto number = [&](const std::string &column) {
    return pg::parameter{INT2OID, Int16GetDatum(pg::find_column(RelationGetDescr(lines), column))};
  };
  const std::vector<std::string> &columns = totals.link.columns;
  const pg::parameter parameters[] = {pg::parameter::oid(totals.link.lines), number(columns.back()),
                                      number(columns.front())};
  const pg::rows found = pg::execute(pg::sql(R"sql(
        SELECT FROM pg_index i
        WHERE i.indrelid = $1 AND i.indisvalid AND i.indpred IS NULL
          AND (i.indkey[0] = $2 OR (i.indkey[0] = $3 AND i.indkey[1] = $2))
      )sql"),
                                     parameters);
  if (found.count() > 0)
    return;
  const std::string table = pg::qualified(totals.link.lines), list = pg::join_names(columns);
  call([&] {
    ereport(NOTICE,
            errmsg("table \"%s\" has no index on (%s): each change reads all of it", RelationGetRelationName(lines),
                   list.c_str()),
            errhint("CREATE INDEX ON %s (%s);", table.c_str(), list.c_str()));
  });
}

void notice_orders(const order_link &link) {
  std::uint64_t count = 0;
  link.as_owner(SECURITY_RESTRICTED_OPERATION, [&] {
    count = pg::execute(pg::sql("SELECT FROM {orders} LIMIT 1", "orders"_is = link.orders_name)).count();
  });
  if (count == 0)
    return;
  const std::string tables = pg::literals({link.orders_name, link.lines_name});
  call([&] {
    ereport(NOTICE, errmsg("existing orders of \"%s\" keep their totals", get_rel_name(link.orders)),
            errhint("CALL upkeep.repair_order_totals(%s);", tables.c_str()));
  });
}

bool has_trigger(Oid table, const char *name) {
  return OidIsValid(call([=] { return get_trigger_oid(table, name, true); }));
}

// Of all orders, locked ones too; their totals stay.
void fill_sums(const order_totals &totals, Relation orders, Relation lines) {
  const order_link &link = totals.link;
  const bool is_self = call([&] { return GetUserId() == link.owner; });
  link.as_owner(is_self ? 0 : SECURITY_RESTRICTED_OPERATION, [&] {
    const pg::marked_statement marked(pg::own_statement::quiet);
    pg::execute(pg::sql(
        R"sql(
      UPDATE {orders} o
      SET {column} = n.upkeep_sum
      FROM {orders} x
      LEFT JOIN (SELECT {columns}, {sum} AS upkeep_sum FROM {lines} l GROUP BY {columns}) s ON {same_keys}
      CROSS JOIN LATERAL (SELECT COALESCE(s.upkeep_sum, 0) AS upkeep_sum) n
      WHERE {same_order} AND {differs}
    )sql",
        "orders"_is = link.orders_name, "column"_is = pg::identifier{totals.lines_total->name},
        "columns"_is = pg::columns_of("l", link.columns), "sum"_is = totals.sum(order_totals::on_null::raises),
        "lines"_is = link.lines_name,
        "same_keys"_is = pg::equal_keys(orders, "x", link.keys, lines, "s", link.columns, enable_order_totals_name),
        "same_order"_is = pg::equal_keys(orders, "o", link.keys, orders, "x", link.keys, enable_order_totals_name),
        "differs"_is = totals.lines_total->differs(pg::sql("n.upkeep_sum"))));
  });
}

void enable(Oid orders, Oid lines, trigger_arguments arguments) {
  require_pair(orders, lines, order_totals_feature);
  require_no_other_lines(orders, lines);
  order_totals totals;
  pg::with_relation(orders, [&](Relation target) {
    pg::with_relation(lines, [&](Relation relation) {
      arguments.append_usual_columns(relation, column_of::lines);
      totals = resolve_totals(arguments.options(), target, relation);
      pg::key_set(relation, totals.link.columns, enable_order_totals_name);
      pg::require_unique_key(target, totals.link.keys, "an order");
      if (totals.currency)
        require_one_currency_type(totals, target, relation);
    });
  });
  create_row_trigger(orders, order_total_trigger, "BEFORE INSERT OR UPDATE", order_totals_feature,
                     arguments.with("order_items", lines).list());
  const trigger_arguments of_lines = arguments.with("orders", orders);
  if (totals.currency)
    create_row_trigger(lines, order_total_trigger, "BEFORE INSERT", order_totals_feature, of_lines.list());
  else if (has_trigger(lines, order_total_trigger))
    drop_triggers_of_tree(lines, order_totals_feature);
  create_statement_triggers(lines, order_total_trigger, lines_events, order_totals_feature, of_lines.list());
  pg::with_relation(lines, [&](Relation relation) {
    notice_unless_indexed(totals, relation);
    if (totals.lines_total)
      pg::with_relation(orders, [&](Relation target) { fill_sums(totals, target, relation); });
  });
  notice_orders(totals.link);
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_order_totals(orders, order_items, order_column, order_key, total_column, quantity_column, price_column,
// tenant_column, line_formula, total_formula, lines_column, currency_column): replaces what was enabled before, and
// fills the lines_column. Errors: 22003, 22004, 42501, 42601, 42703, 42710, 42804, 42809, 42P10, 42P17, 428C9, 54001.
UPKEEP_FUNCTION(upkeep_enable_order_totals) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = table_argument(given, order_totals_feature, "orders");
    const Oid lines = table_argument(given, order_totals_feature, "order_items");
    const trigger_arguments arguments(order_totals_feature, given);
    enabling(fcinfo, order_totals_feature, [&] { enable(orders, lines, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_order_totals(orders, order_items): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_totals) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = given.table(0, "orders");
    const std::optional<Oid> lines = given.optional_table(1);
    pg::with_spi([&] { drop_pair_triggers(orders, lines, order_totals_feature); });
    return Datum(0);
  });
}
