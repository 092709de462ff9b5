// upkeep.enable_order_snapshots and disable_order_snapshots: the row trigger that captures products.
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/snapshots/line_plan.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "postgres/sql/arguments.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const char *verb = "enable order_snapshots";

std::vector<std::string> arguments_of(const pg::arguments &given, Oid products) {
  trigger_arguments arguments;
  arguments.add("products", pg::qualified(products))
      .add("product_column", given.name(2, "product_column"), "product_id")
      .add("product_key", given.name(3, "product_key"), "id")
      .add("order_column", given.name(4, "order_column"), "order_id")
      .add("price_column", given.name(5, "price_column"), "price_snapshot")
      .add("product_price", given.name(6, "product_price"), "price")
      .add("snapshot_column", given.name(7, "snapshot_column"), "product_snapshot");
  if (const auto fields = given.optional_names(8, "snapshot_fields"))
    arguments.add("snapshot_fields", pg::join_names(*fields));
  arguments.add("active_column", given.optional_name(9))
      .add("mode", given.string(10, "mode"), snapshot_choices[0])
      .add("tenant_column", given.optional_name(11));
  return arguments.list();
}

void notice_unless_unique(const line_plan &plan, Oid products) {
  if (OidIsValid(plan.by.index) || call([=] { return get_rel_relkind(products); }) == RELKIND_PARTITIONED_TABLE)
    return;
  call([&] {
    ereport(NOTICE, errmsg("table \"%s\" has no unique index by which a product is found", plan.products_table.c_str()),
            errhint("Make the products' key unique: without an index each lookup reads the whole table."));
  });
}

// A column that nobody thought of is seen here, and not in the orders of a customer.
void notice_fields(const line_plan &plan, const std::vector<option> &options, Oid products) {
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

// What a line may do without.
constexpr optional_column optional_columns[] = {
    {"order_column", "order_id"}, {"price_column", "price_snapshot"}, {"snapshot_column", "product_snapshot"}};

void enable(Oid order_items, Oid products, std::vector<std::string> arguments) {
  pg::require_own_table(order_items, verb);
  if (order_items == products)
    throw fault{
        .sqlstate = sqlstate::invalid_object_definition,
        .message = fmt::format("table \"{}\" cannot be both the lines and their products", pg::table_name(order_items)),
        .hint = "Pass the table of the lines, and that of the products."};
  pg::require_own_table(products, verb, AccessShareLock);
  pg::with_relation(order_items, [&](Relation lines) {
    arguments = with_names(lines, arguments, order_snapshots_feature, optional_columns);
    // Resolving finds every mistake before the table is touched.
    auto plan = resolve_order_line(parse_options(order_snapshots_feature, arguments), lines);
    if (plan->snapshot.number && !find_option(parse_options(order_snapshots_feature, arguments), "snapshot_fields")) {
      arguments.push_back(fmt::format("without={}", private_name_parts));
      plan = resolve_order_line(parse_options(order_snapshots_feature, arguments), lines);
    }
    notice_unless_unique(*plan, products);
    notice_fields(*plan, parse_options(order_snapshots_feature, arguments), products);
  });
  create_row_trigger(order_items, order_line_trigger, "BEFORE INSERT OR UPDATE OR DELETE", order_snapshots_feature,
                     arguments);
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

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_order_snapshots(order_items, products, product_column, product_key, order_column, price_column,
// product_price, snapshot_column, snapshot_fields, active_column, mode, tenant_column): replaces what was enabled
// before. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P17, 428C9.
UPKEEP_FUNCTION(upkeep_enable_order_snapshots) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid order_items = given.table(0, "order_items"), products = given.table(1, "products");
    const std::vector<std::string> arguments = arguments_of(given, products);
    enabling(fcinfo, [&] { enable(order_items, products, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_order_snapshots(order_items, products): drops the triggers, if they capture these products where any
// are given; a NOTICE where there are none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_snapshots) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid order_items = given.table(0, "order_items");
    const auto products = given.optional_table(1);
    pg::with_spi([&] { disable(order_items, products); });
    return Datum(0);
  });
}
