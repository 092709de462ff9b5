// upkeep.enable_order_snapshots and disable_order_snapshots: the row trigger that captures products.
#include "core/options/option_list.hpp"
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/snapshots/line_plan.hpp"
#include "features/orders/snapshots/returns/return_columns.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const char *verb = "enable order_snapshots";
constexpr const statement_event *returns_events[] = {&on_insert, &on_update, &on_delete};

void notice_unless_unique(const line_plan &plan, Oid products) {
  if (OidIsValid(plan.by.index) || call([=] { return get_rel_relkind(products); }) == RELKIND_PARTITIONED_TABLE)
    return;
  call([&] {
    ereport(NOTICE, errmsg("table \"%s\" has no unique index by which a product is found", plan.products_table.c_str()),
            errhint("Make the products' key unique: without an index each lookup reads the whole table."));
  });
}

// A column that nobody thought of is seen here, and not in the orders of a customer.
void notice_fields(const line_plan &plan, const option_list &options, Oid products) {
  if (plan.fields.empty())
    return;
  std::vector<AttrNumber> columns;
  for (const pg::json_field &field : plan.fields)
    columns.push_back(field.column);
  std::sort(columns.begin(), columns.end());
  std::vector<std::string> held, left_out;
  pg::with_relation(products, [&](Relation relation) {
    for (const AttrNumber column : columns)
      held.emplace_back(NameStr(TupleDescAttr(RelationGetDescr(relation), column - 1)->attname));
    left_out = left_out_by_name(options, relation);
  });
  const std::string fields = joined(held, ", ");
  const std::string others = left_out.empty() ? "none" : joined(left_out, ", ");
  call([&] {
    ereport(NOTICE, errmsg("snapshots of \"%s\" hold: %s", plan.products_table.c_str(), fields.c_str()),
            errdetail("Left out by name: %s.", others.c_str()));
  });
}

void notice_unless_indexed(const return_columns &columns, Relation lines) {
  const pg::parameter parameters[] = {
      pg::parameter::oid(RelationGetRelid(lines)),
      pg::parameter::text(columns.returns),
      {INT2OID, Int16GetDatum(pg::find_column(RelationGetDescr(lines), columns.returns))},
      {INT2OID, Int16GetDatum(pg::find_column(RelationGetDescr(lines), columns.naming().front()))}};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT FROM pg_index i
    WHERE i.indrelid = $1 AND i.indisvalid AND (i.indkey[0] = $3 OR (i.indkey[0] = $4 AND i.indkey[1] = $3))
      AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', $2))
  )sql"),
                                     parameters);
  if (found.count() > 0)
    return;
  const std::string table = pg::qualified(RelationGetRelid(lines)), column = pg::quoted(columns.returns);
  call([&] {
    ereport(NOTICE,
            errmsg("table \"%s\" has no index on (%s): each return reads all of it", RelationGetRelationName(lines),
                   column.c_str()),
            errhint("CREATE INDEX ON %s (%s) WHERE %s IS NOT NULL;", table.c_str(), column.c_str(), column.c_str()));
  });
}

// Whether lines named those that they return until now.
bool has_statement_triggers(Oid lines) {
  return std::ranges::any_of(managed_triggers(lines), [](const managed_trigger &each) {
    return each.feature == &order_snapshots_feature && !TRIGGER_FOR_ROW(each.type);
  });
}

void enable(Oid order_items, Oid products, trigger_arguments arguments) {
  pg::require_own_table(order_items, verb);
  if (order_items == products)
    throw fault{
        .sqlstate = sqlstate::invalid_object_definition,
        .message = fmt::format("table \"{}\" cannot be both the lines and their products", pg::table_name(order_items)),
        .hint = "Pass the table of the lines, and that of the products."};
  pg::require_own_table(products, verb, AccessShareLock);
  std::optional<return_columns> returns;
  pg::with_relation(order_items, [&](Relation lines) {
    arguments.append_usual_columns(lines, column_of::own);
    // Resolving finds every mistake before the table is touched.
    auto plan = resolve_order_line(arguments.options(), lines);
    if (plan->snapshot.number && !find_option(arguments.options(), "snapshot_fields")) {
      arguments.append("without", rule_of(order_snapshots_feature, "without").usual_argument());
      plan = resolve_order_line(arguments.options(), lines);
    }
    returns = resolve_returns(arguments.options(), lines);
    if (returns)
      require_key(*returns, lines);
    notice_unless_unique(*plan, products);
    notice_fields(*plan, arguments.options(), products);
    if (returns)
      notice_unless_indexed(*returns, lines);
  });
  if (!returns && has_statement_triggers(order_items))
    drop_triggers_of_tree(order_items, order_snapshots_feature);
  create_row_trigger(order_items, order_line_trigger, "BEFORE INSERT OR UPDATE OR DELETE", order_snapshots_feature,
                     arguments.list());
  if (returns)
    create_statement_triggers(order_items, order_line_trigger, returns_events, order_snapshots_feature,
                              arguments.list());
}

// Whether the lines' trigger captures these products.
bool captures(Oid order_items, Oid products) {
  bool found = false;
  pg::with_relation(order_items, [&](Relation lines) {
    if (const Trigger *own = trigger_of(lines, order_snapshots_feature)) {
      const auto options = pg::trigger_options(*own, order_snapshots_feature);
      const std::string *name = find_option(options, "products");
      found = name && pg::find_sibling(*name, order_items) == products;
    }
  });
  return found;
}

void disable(Oid order_items, std::optional<Oid> products) {
  pg::require_own_table(order_items, "disable order_snapshots");
  if ((products && !captures(order_items, *products)) || !drop_triggers_of_tree(order_items, order_snapshots_feature))
    call([=] { ereport(NOTICE, errmsg("order_snapshots is not enabled on \"%s\"", get_rel_name(order_items))); });
}

Datum enable_from(FunctionCallInfo fcinfo) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid order_items = target_argument(given, order_snapshots_feature);
    const Oid products = table_argument(given, order_snapshots_feature, "products");
    trigger_arguments arguments(order_snapshots_feature, given);
    arguments.set("products", products);
    enabling(fcinfo, order_snapshots_feature, [&] { enable(order_items, products, arguments); });
    return Datum(0);
  });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_order_snapshots(order_items, products, product_column, product_key, order_column, price_column,
// product_price, snapshot_column, snapshot_fields, active_column, mode, tenant_column, returns_column,
// quantity_column): replaces what was enabled before. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10,
// 42P17, 428C9.
UPKEEP_FUNCTION(upkeep_enable_order_snapshots_with_returns) { return enable_from(fcinfo); }

// The same without returns_column and quantity_column, as the SQL of 0.3.0 to 0.8.0 declares it.
UPKEEP_FUNCTION(upkeep_enable_order_snapshots) { return enable_from(fcinfo); }

// upkeep.disable_order_snapshots(order_items, products): drops the triggers, if they capture these products where any
// are given; a NOTICE where there are none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_snapshots) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid order_items = target_argument(given, order_snapshots_feature);
    const auto products = given.optional_table(1);
    pg::with_spi([&] { disable(order_items, products); });
    return Datum(0);
  });
}
