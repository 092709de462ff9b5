// From the arguments of an order_line trigger to a plan for its table.
#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/orders/snapshots/line_plan.hpp"
#include "features/orders/snapshots/returns/returned_lines.hpp"
#include "features/registry.hpp"
#include "postgres/column_info.hpp"
#include "postgres/rows/unique_key.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const char *enable_name = "enable_order_snapshots";

const FormData_pg_attribute &attribute_of(Relation table, AttrNumber column) {
  return *TupleDescAttr(RelationGetDescr(table), column - 1);
}

line_column describe_column(Relation lines, AttrNumber number) {
  if (number == InvalidAttrNumber)
    return {};
  const pg::column_info column(lines, number);
  return {column.number, column.type, column.domain, column.length, column.by_value, column.name};
}

void require_writable(Relation lines, const line_column &column) {
  if (column.number)
    pg::column_info(lines, column.number).require_writable("What is captured needs a column that can be written.");
}

// The columns of price and snapshot: there may be one of them only.
void find_captured(Relation lines, const option_list &options, line_plan &plan) {
  plan.price = describe_column(lines, column_option(lines, options, "price_column"));
  plan.snapshot = describe_column(lines, column_option(lines, options, "snapshot_column"));
  if (!plan.price.number && !plan.snapshot.number)
    throw fault{
        .sqlstate = sqlstate::undefined_column,
        .message = fmt::format("table \"{}\" has no column to capture a price or a snapshot in", pg::table_name(lines)),
        .detail = "There is neither a column \"price_snapshot\" nor a column for the snapshot.",
        .hint = "Name them as price_column and snapshot_column."};
  require_writable(lines, plan.price);
  require_writable(lines, plan.snapshot);
  if (plan.snapshot.number && plan.snapshot.type != JSONBOID && plan.snapshot.type != JSONOID)
    pg::column_info(lines, plan.snapshot.number)
        .refuse_type("cannot hold a snapshot", "Use jsonb, or json, which keeps the order of the fields.");
  plan.snapshot_is_json = plan.snapshot.type == JSONOID;
}

pg::column_info require_price(Relation table, AttrNumber number) {
  pg::column_info column(table, number);
  column.require_number("Prices are numeric, bigint, integer or smallint, or a domain over one of them.");
  return column;
}

void find_pricing(Relation lines, Relation products, const option_list &options, line_plan &plan) {
  if (!plan.price.number)
    return;
  price_rule &rule = plan.pricing;
  rule.source = column_option(products, options, "product_price");
  const pg::column_info source = require_price(products, rule.source), target = require_price(lines, plan.price.number);
  rule.source_type = source.type;
  rule.target_type = target.type;
  rule.is_direct = source.type == target.type &&
                   (target.type != NUMERICOID || target.modifier < VARHDRSZ || target.modifier == source.modifier);
  if (target.type == NUMERICOID) {
    const number_type column = pg::number_type_of(NUMERICOID, target.modifier).value();
    rule.precision = column.is_bounded ? column.precision : 0;
    rule.scale = column.scale;
  }
  plan.price_type = target.type_name();
  plan.product_price = text_option(options, "product_price");
}

// Columns that a snapshot leaves out unless they are named: what is derived or large.
bool is_no_field(const FormData_pg_attribute &attribute, const std::string &stock_column) {
  if (attribute.attisdropped || attribute.attgenerated || stock_column == NameStr(attribute.attname))
    return true;
  const Oid base = call([&] { return getBaseType(attribute.atttypid); });
  return base == BYTEAOID || base == TSVECTOROID;
}

// And what is nobody else's business.
std::vector<std::string> private_parts(const option_list &options) { return pg::list_option(options, "without"); }

bool is_private(const FormData_pg_attribute &attribute, const std::vector<std::string> &parts) {
  std::string name = NameStr(attribute.attname);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char letter) { return pg_ascii_tolower(letter); });
  return std::any_of(parts.begin(), parts.end(),
                     [&](const std::string &part) { return name.find(part) != std::string::npos; });
}

std::vector<AttrNumber> named_fields(Relation products, const std::string &list) {
  std::vector<AttrNumber> columns;
  for (const std::string &name : pg::split_names(list, "option \"snapshot_fields\""))
    columns.push_back(pg::require_column(products, name, enable_name));
  if (columns.empty())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "snapshot_fields is empty",
                .hint =
                    "Name the columns of the products, pass NULL for all, or snapshot_column => '' for no snapshot."};
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::vector<AttrNumber> usual_fields(Relation lines, Relation products, const std::vector<std::string> &parts) {
  const Trigger *stock = trigger_of(lines, stock_feature);
  const std::string stock_column =
      text_option(stock ? pg::trigger_options(*stock, stock_feature) : option_list{&stock_feature, {}}, "stock_column");
  std::vector<AttrNumber> columns;
  for (int i = 0; i < RelationGetDescr(products)->natts; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(products), i);
    if (!is_no_field(attribute, stock_column) && !is_private(attribute, parts))
      columns.push_back(attribute.attnum);
  }
  return columns;
}

// In the order of the products' columns; for jsonb as that sorts them anyway, which saves it the sorting.
std::vector<AttrNumber> find_fields(Relation lines, Relation products, const option_list &options, bool as_json) {
  const std::string *given = find_option(options, "snapshot_fields");
  std::vector<AttrNumber> columns =
      given ? named_fields(products, *given) : usual_fields(lines, products, private_parts(options));
  const auto name_of = [&](AttrNumber column) {
    return std::string_view(NameStr(attribute_of(products, column).attname));
  };
  if (!as_json)
    std::sort(columns.begin(), columns.end(), [&](AttrNumber a, AttrNumber b) {
      const std::string_view left = name_of(a), right = name_of(b);
      return left.size() != right.size() ? left.size() < right.size() : left < right;
    });
  return columns;
}

void require_same_key(Relation lines, const line_column &column, Relation products, AttrNumber key) {
  const Oid type = call([&] { return getBaseType(attribute_of(products, key).atttypid); });
  if (!pg::have_common_equality(type, column.type))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format(
                    "column \"{}\" has type {} in \"{}\" and \"{}\" has type {} in \"{}\", which cannot be compared "
                    "as keys",
                    column.name, type_of(lines, column.number), pg::table_name(lines),
                    NameStr(attribute_of(products, key).attname), type_of(products, key), pg::table_name(products)),
                .hint = "Give both columns the same type."};
}

// How a product is found by the key of a line, and the tenant's where there is one.
void find_key(Relation lines, Relation products, const option_list &options, line_plan &plan) {
  const AttrNumber key = column_option(products, options, "product_key");
  require_same_key(lines, plan.product, products, key);
  std::vector<pg::key_part> parts{{key, plan.product.type}};
  if (plan.tenant.number) {
    const AttrNumber tenant = pg::require_column(products, plan.tenant.name, enable_name);
    require_same_key(lines, plan.tenant, products, tenant);
    parts.push_back({tenant, plan.tenant.type});
  }
  plan.by = call([&] { return pg::find_unique_key(products, parts.data(), static_cast<int>(parts.size())); });

  std::vector<pg::fragment> conditions;
  std::vector<Oid> types;
  for (const auto &part : parts) {
    const FormData_pg_attribute &attribute = attribute_of(products, part.column);
    const pg::key_equality equality = pg::equality_of(attribute.atttypid, part.value_type);
    types.push_back(part.value_type);
    conditions.push_back(pg::sql("p.{key} {equals} ${number}{cast}",
                                 "key"_is = pg::identifier{NameStr(attribute.attname)}, "equals"_is = equality.equals,
                                 "number"_is = types.size(), "cast"_is = equality.cast));
  }
  // The whole row, whatever its columns are called.
  plan.query = std::make_unique<pg::saved_query>(
      pg::sql("SELECT COALESCE(p.*) FROM {products} p WHERE {conditions} LIMIT 2",
              "products"_is = pg::own_rows_of(plan.products), "conditions"_is = pg::joined(conditions, " AND ")),
      types);
}

// Where lines name those that they return. A partition's lines return any of the whole table.
void find_returns(Relation lines, const option_list &options, line_plan &plan) {
  plan.returns = describe_column(lines, column_option(lines, options, "returns_column"));
  if (!plan.returns.number)
    return;
  plan.quantity = describe_column(lines, column_option(lines, options, "quantity_column"));
  const Oid whole = plan.root;
  call([=] { LockRelationOid(whole, AccessShareLock); });
  pg::require_role_of(lines->rd_rel->relowner, whole, pg::owner_of(whole));
  pg::with_relation(whole, [&](Relation all) {
    plan.returned = std::make_shared<const returned_lines>(resolve_returns(options, all).value(), plan, all, lines);
  });
}

} // namespace

std::vector<std::string> left_out_by_name(const option_list &options, Relation products) {
  std::vector<std::string> names;
  if (find_option(options, "snapshot_fields"))
    return names;
  const std::vector<std::string> parts = private_parts(options);
  for (int i = 0; i < RelationGetDescr(products)->natts; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(products), i);
    if (!attribute.attisdropped && is_private(attribute, parts))
      names.emplace_back(NameStr(attribute.attname));
  }
  return names;
}

std::shared_ptr<const line_plan> resolve_order_line(const option_list &options, Relation lines) {
  const auto plan = std::make_shared<line_plan>();
  plan->mode = choice_option<snapshot_mode>(options, "mode");
  plan->product = describe_column(lines, column_option(lines, options, "product_column"));
  plan->order = describe_column(lines, column_option(lines, options, "order_column"));
  plan->tenant = describe_column(lines, column_option(lines, options, "tenant_column"));
  find_captured(lines, options, *plan);
  plan->products = other_table(options, "products", lines, AccessShareLock);
  plan->owner = pg::owner_of(plan->products);
  plan->root = pg::topmost(RelationGetRelid(lines));
  plan->table = pg::table_name(lines);
  plan->column_count = RelationGetDescr(lines)->natts;
  plan->product_field = call([&] { return pg::json_field_of(plan->product.number, plan->product.type); });
  pg::with_relation(plan->products, [&](Relation products) {
    plan->products_table = pg::table_name(products);
    find_pricing(lines, products, options, *plan);
    find_key(lines, products, options, *plan);
    plan->active = column_option(products, options, "active_column");
    if (plan->active) {
      plan->active_column = text_option(options, "active_column");
      if (call([&] { return getBaseType(attribute_of(products, plan->active).atttypid); }) != BOOLOID)
        throw fault{.sqlstate = sqlstate::type_mismatch,
                    .message = fmt::format("column \"{}\" of table \"{}\" has type {}, not boolean",
                                           plan->active_column, plan->products_table, type_of(products, plan->active)),
                    .hint = "Name a boolean column as active_column."};
    }
    if (plan->snapshot.number || find_option(options, "snapshot_fields"))
      for (const AttrNumber column : find_fields(lines, products, options, plan->snapshot_is_json))
        plan->fields.push_back(
            call([&] { return pg::json_field_of(column, attribute_of(products, column).atttypid); }));
    if (!plan->snapshot.number)
      plan->fields.clear();
  });
  find_returns(lines, options, *plan);
  return plan;
}

std::shared_ptr<const line_plan> plan_of_line(const Trigger &trigger, Relation lines) {
  auto plan = pg::session_plan<line_plan>(trigger, [&] {
    auto made = resolve_order_line(pg::trigger_options(trigger, order_snapshots_feature), lines);
    pg::resolved_plan<line_plan> plan{made, {{RelationGetRelid(lines)}, {made->products, AccessShareLock}}};
    if (made->returned && made->root != RelationGetRelid(lines))
      plan.tables.push_back({made->root, AccessShareLock});
    return plan;
  });
  // A role can have lost its rights since.
  pg::require_role_of(lines->rd_rel->relowner, plan->products, plan->owner);
  return plan;
}

} // namespace upkeep::orders
