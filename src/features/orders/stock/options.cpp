// From the arguments of a stock trigger to SQL for its tables.
#include "features/catalogue.hpp"
#include "features/orders/order_link.hpp"
#include "features/orders/snapshots/returns/returned_pieces.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/column_info.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *enable_name = "enable_stock";

std::vector<std::string> require_primary_key(Relation lines) {
  std::vector<std::string> names = pg::primary_key(lines);
  if (names.empty())
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("table \"{}\" has no primary key", pg::table_name(lines)),
                .hint = "What a line has taken is remembered by its primary key: add one."};
  return names;
}

pg::column_info require_info(Relation table, const std::string &name) {
  return {table, pg::require_column(table, name, enable_name)};
}

number_type require_number(const pg::column_info &column) {
  column.require_number("Use smallint, integer, bigint or numeric.");
  return pg::number_type_of(column.type, column.modifier).value();
}

// Whether a column holds the values of another without rounding them.
bool holds_fractions(const number_type &column, const number_type &values) {
  return (column.type == number_type::numeric && !column.is_bounded) ||
         (values.is_bounded && values.scale <= column.scale);
}

// The column of the stock, or of what is taken of it: it holds the fractions of the quantity, and can be written.
number_type require_stock_column(const pg::column_info &column, const pg::column_info &quantity) {
  const number_type type = require_number(column);
  if (!holds_fractions(type, require_number(quantity)))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message =
                    fmt::format("column \"{}\" of table \"{}\" is {}, which does not hold the fractions of \"{}\", {}",
                                column.name, column.table, column.type_name(), quantity.name, quantity.type_name()),
                .hint = "Make it numeric with the scale of the quantity, or the quantity an integer."};
  column.require_not_generated("Stock is kept in columns that can be written.");
  return type;
}

// The condition that a row has the key that a line refers to.
fragment same_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation lines,
                   const std::string &line, const std::vector<std::string> &columns) {
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const AttrNumber number = pg::require_column(target, keys[i], enable_name);
    pg::require_column(lines, columns[i], enable_name);
    const Oid type = TupleDescAttr(RelationGetDescr(target), number - 1)->atttypid;
    if (call([=] { return get_typtype(getBaseType(type)); }) == TYPTYPE_ENUM) {
      // The operators of enums do not take domains over them.
      const pg::key_equality equality = pg::equality_of(type, TEXTOID);
      conditions.push_back(sql("{key}{cast} {equals} {column}{cast}", "key"_is = pg::columns_of(alias, {keys[i]}),
                               "cast"_is = equality.cast, "equals"_is = equality.equals,
                               "column"_is = pg::columns_of(line, {columns[i]})));
    } else
      conditions.push_back(pg::equal_keys(target, alias, {keys[i]}, lines, line, {columns[i]}, enable_name));
  }
  return pg::joined(conditions, " AND ");
}

void require_taken_column(const stock_tables &tables) {
  if (!tables.taken && (pg::has_shards(tables.lines) || pg::is_shard(tables.lines)))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("cannot remember what the lines of distributed table \"{}\" have taken",
                                       pg::table_name(tables.lines)),
                .detail = "What a node remembers is not there any more when a shard has moved to another.",
                .hint = "Add an integer column to the lines, and name it: taken_column => 'taken'."};
}

void resolve_lines(Relation lines, const option_list &options, const std::optional<std::string> &tenant,
                   stock_tables &tables) {
  tables.owner = lines->rd_rel->relowner;
  pg::require_role_of(tables.owner, tables.products, pg::owner_of(tables.products));
  tables.lines_rows = pg::own_rows_of(tables.lines);
  tables.line_columns = require_primary_key(lines);
  tables.line = stock_key(lines, tables.line_columns);
  tables.product_columns = with_tenant(tenant, text_option(options, "product_column"));
  const std::string quantity = text_option(options, "quantity_column");
  const pg::column_info quantity_column = require_info(lines, quantity);
  require_number(quantity_column);
  tables.quantity = pg::identifier{quantity};
  if (const std::string *taken = find_option(options, "taken_column")) {
    require_stock_column(require_info(lines, *taken), quantity_column);
    tables.taken = pg::identifier{*taken};
  }
  require_taken_column(tables);
}

void resolve_products(Relation products, Relation lines, const option_list &options,
                      const std::optional<std::string> &tenant, stock_tables &tables) {
  const std::vector<std::string> key = with_tenant(tenant, text_option(options, "product_key"));
  tables.products_rows = pg::own_rows_of(tables.products);
  tables.product = stock_key(products, key);
  tables.product_key = key;
  tables.product_of_line = same_keys(products, "p", key, lines, "i", tables.product_columns);
  const std::string stock = text_option(options, "stock_column");
  const std::string quantity = text_option(options, "quantity_column");
  tables.stock = pg::identifier{stock};
  tables.stock_type = require_stock_column(require_info(products, stock), require_info(lines, quantity));
}

void resolve_orders(Relation orders, Relation lines, const option_list &options,
                    const std::optional<std::string> &tenant, stock_tables &tables) {
  pg::require_role_of(tables.owner, *tables.orders, orders->rd_rel->relowner);
  const std::vector<std::string> key = with_tenant(tenant, text_option(options, "order_key"));
  tables.orders_rows = pg::own_rows_of(*tables.orders);
  tables.order = stock_key(orders, key);
  tables.order_columns = with_tenant(tenant, text_option(options, "order_column"));
  tables.order_of_line = same_keys(orders, "o", key, lines, "i", tables.order_columns);
  tables.order_key = key;
  const std::string status = text_option(options, "status_column");
  pg::require_column(orders, status, enable_name);
  tables.status = pg::identifier{status};
  tables.released = sql("ARRAY[{texts}]::pg_catalog.text[]",
                        "texts"_is = fragment(pg::literals(pg::list_option(options, "released"))));
  // What a return gave back, its own order took again if it is released too.
  tables.returned = returned_pieces(
      lines, "i",
      sql("AND NOT EXISTS (SELECT FROM {orders} upkeep_order WHERE {its_order} AND {is_released})",
          "orders"_is = tables.orders_rows,
          "its_order"_is = same_keys(orders, "upkeep_order", key, lines, "upkeep_return", tables.order_columns),
          "is_released"_is = tables.is_released("upkeep_order")));
}

} // namespace

fragment looked_up(const fragment &rows, const char *alias, const fragment &has_key) {
  return sql("SELECT * FROM {rows} {alias} WHERE {has_key} OFFSET 0", "rows"_is = rows, "alias"_is = fragment(alias),
             "has_key"_is = has_key);
}

fragment stock_tables::is_released(const std::string &alias) const {
  return sql("coalesce({alias}.{status}::pg_catalog.text [=] ANY ({released}), false)", "alias"_is = fragment(alias),
             "status"_is = status, "released"_is = released);
}

fragment stock_tables::has_no_product(const std::string &alias) const {
  std::vector<fragment> conditions;
  for (const std::string &column : product_columns)
    conditions.push_back(sql("{column} IS NULL", "column"_is = pg::columns_of(alias, {column})));
  return sql("({conditions})", "conditions"_is = pg::joined(conditions, " OR "));
}

fragment stock_tables::wanted() const {
  const fragment pieces = sql("i.{quantity}::pg_catalog.numeric", "quantity"_is = quantity);
  return refunds ? sql("({pieces} [-] {restocked})", "pieces"_is = pieces, "restocked"_is = refunds->restocked())
                 : pieces;
}

fragment stock_tables::wanted_if_released() const {
  const fragment kept = refunds ? refunds->kept() : sql("0::pg_catalog.numeric");
  return returned ? sql("({kept} [+] {returned})", "kept"_is = kept, "returned"_is = *returned) : kept;
}

fragment stock_tables::is_open() const {
  const fragment not_released =
      orders ? sql("AND NOT EXISTS (SELECT FROM {orders} o WHERE {order_of_line} AND {is_released})",
                   "orders"_is = orders_rows, "order_of_line"_is = order_of_line, "is_released"_is = is_released("o"))
             : fragment();
  const fragment nothing =
      taken ? sql("coalesce(i.{taken}::pg_catalog.numeric, 0) [=] 0", "taken"_is = *taken)
            : sql("NOT EXISTS (SELECT FROM pg_catalog.unnest($1) AS k(line) WHERE k.line [=] {line})",
                  "line"_is = line.of("i"));
  return sql(R"sql(
    {product_of_line} AND p.{stock} IS NOT NULL AND {wanted} [<>] 0
    AND {nothing} {not_released}
  )sql",
             "product_of_line"_is = product_of_line, "stock"_is = stock, "wanted"_is = wanted(), "nothing"_is = nothing,
             "not_released"_is = not_released);
}

fragment stock_tables::with_order() const {
  return orders ? sql("LEFT JOIN {orders} o ON {order_of_line}", "orders"_is = orders_rows,
                      "order_of_line"_is = order_of_line)
                : fragment();
}

fragment stock_tables::and_not_released() const {
  return orders ? sql("AND NOT {is_released}", "is_released"_is = is_released("o")) : fragment();
}

void require_sound_stock(const stock_tables &tables, const option_list &options) {
  pg::with_relation(tables.products,
                    [&](Relation products) { pg::require_unique_key(products, tables.product_key, "a product"); });
  if (tables.orders)
    pg::with_relation(*tables.orders, [&](Relation orders) {
      pg::require_unique_key(orders, tables.order_key, "an order");
      require_labels_still(orders, text_option(options, "status_column"), options, "released", true);
    });
}

bool lines_may_come_first(const stock_tables &tables) {
  bool forbidden = false;
  pg::with_relation(*tables.orders, [&](Relation orders) {
    pg::with_relation(tables.lines, [&](Relation lines) {
      forbidden = forbids_lines_without_order(orders, tables.order_key, lines, tables.order_columns);
    });
  });
  return !forbidden;
}

stock_tables resolve_stock(const option_list &options, Oid lines, Oid products, std::optional<Oid> orders) {
  const std::string *given = find_option(options, "tenant_column");
  const std::optional<std::string> tenant = given ? std::optional(*given) : std::nullopt;
  stock_tables tables{};
  tables.lines = lines;
  tables.products = products;
  tables.orders = orders;
  pg::with_relation(lines, [&](Relation of_lines) {
    resolve_lines(of_lines, options, tenant, tables);
    tables.refunds = refunded_pieces_of(of_lines, "i");
    if (tables.refunds && !tables.refunds->tells_of_stock())
      tables.refunds.reset();
    pg::with_relation(products,
                      [&](Relation relation) { resolve_products(relation, of_lines, options, tenant, tables); });
    if (orders)
      pg::with_relation(*orders,
                        [&](Relation relation) { resolve_orders(relation, of_lines, options, tenant, tables); });
  });
  return tables;
}

} // namespace upkeep::orders
