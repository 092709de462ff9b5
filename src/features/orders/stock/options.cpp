// From the arguments of a stock trigger to SQL for its tables.
#include "features/catalogue.hpp"
#include "features/orders/order_link.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/rows/keys.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const char *enable = "enable_stock";

std::vector<std::string> primary_key(Relation lines) {
  call([=] { RelationGetIndexList(lines); });
  std::vector<std::string> names;
  if (!OidIsValid(lines->rd_pkindex))
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("table \"{}\" has no primary key", RelationGetRelationName(lines)),
                .hint = "What a line has taken is remembered by its primary key: add one."};
  HeapTuple found = call([=] { return SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lines->rd_pkindex)); });
  const FormData_pg_index &index = *reinterpret_cast<Form_pg_index>(GETSTRUCT(found));
  for (int i = 0; i < index.indnkeyatts; ++i)
    names.emplace_back(NameStr(TupleDescAttr(RelationGetDescr(lines), index.indkey.values[i] - 1)->attname));
  call([=] { ReleaseSysCache(found); });
  return names;
}

pg::column_info require_info(Relation table, const std::string &name) {
  return {table, pg::require_column(table, name, enable)};
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

// The comparison that holds for a stock too large for its column, or "".
std::string beyond(const number_type &column) {
  if (column.type != number_type::numeric)
    return fmt::format("OPERATOR(pg_catalog.>) {}", column.greatest_integer());
  return column.is_bounded
             ? fmt::format("OPERATOR(pg_catalog.>=) 1e{}::pg_catalog.numeric", column.precision - column.scale)
             : "";
}

// The condition that a row has the key that a line refers to.
std::string same_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation lines,
                      const std::vector<std::string> &columns) {
  std::string condition;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const AttrNumber number = pg::require_column(target, keys[i], enable);
    pg::require_column(lines, columns[i], enable);
    const Oid type = TupleDescAttr(RelationGetDescr(target), number - 1)->atttypid;
    condition += i ? " AND " : "";
    if (call([=] { return get_typtype(getBaseType(type)); }) == TYPTYPE_ENUM) {
      // The operators of enums do not take domains over them.
      const pg::key_equality equality = pg::equality_of(type, TEXTOID);
      condition += fmt::format("{}.{}{} {} i.{}{}", alias, pg::quoted(keys[i]), equality.cast, equality.equals,
                               pg::quoted(columns[i]), equality.cast);
    } else
      condition += pg::equal_keys(target, alias, {keys[i]}, lines, "i", {columns[i]}, enable);
  }
  return condition;
}

void resolve_lines(Relation lines, const option_list &options, const std::optional<std::string> &tenant,
                   stock_tables &tables) {
  tables.owner = lines->rd_rel->relowner;
  pg::require_role_of(tables.owner, tables.products, pg::owner_of(tables.products));
  tables.lines_rows = pg::own_rows_of(tables.lines);
  tables.line_columns = primary_key(lines);
  tables.line = stock_key(lines, tables.line_columns);
  tables.product_columns = with_tenant(tenant, text_option(options, "product_column"));
  const std::string quantity = text_option(options, "quantity_column");
  const pg::column_info quantity_column = require_info(lines, quantity);
  require_number(quantity_column);
  tables.quantity = pg::quoted(quantity);
  if (const std::string *taken = find_option(options, "taken_column")) {
    require_stock_column(require_info(lines, *taken), quantity_column);
    tables.taken = pg::quoted(*taken);
  }
}

void resolve_products(Relation products, Relation lines, const option_list &options,
                      const std::optional<std::string> &tenant, stock_tables &tables) {
  const std::vector<std::string> key = with_tenant(tenant, text_option(options, "product_key"));
  tables.products_rows = pg::own_rows_of(tables.products);
  tables.product = stock_key(products, key);
  tables.product_key = key;
  tables.product_of_line = same_keys(products, "p", key, lines, tables.product_columns);
  const std::string stock = text_option(options, "stock_column");
  const std::string quantity = text_option(options, "quantity_column");
  tables.stock = pg::quoted(stock);
  tables.stock_beyond = beyond(require_stock_column(require_info(products, stock), require_info(lines, quantity)));
}

void resolve_orders(Relation orders, Relation lines, const option_list &options,
                    const std::optional<std::string> &tenant, stock_tables &tables) {
  pg::require_role_of(tables.owner, *tables.orders, orders->rd_rel->relowner);
  const std::vector<std::string> key = with_tenant(tenant, text_option(options, "order_key"));
  tables.orders_rows = pg::own_rows_of(*tables.orders);
  tables.order = stock_key(orders, key);
  tables.order_columns = with_tenant(tenant, text_option(options, "order_column"));
  tables.order_of_line = same_keys(orders, "o", key, lines, tables.order_columns);
  tables.order_key = key;
  const std::string status = text_option(options, "status_column");
  pg::require_column(orders, status, enable);
  tables.status = pg::quoted(status);
  tables.released = fmt::format("ARRAY[{}]::pg_catalog.text[]", pg::literals(pg::list_option(options, "released")));
}

} // namespace

std::string stock_tables::is_released(const std::string &alias) const {
  return fmt::format("coalesce({}.{}::pg_catalog.text OPERATOR(pg_catalog.=) ANY ({}), false)", alias, status,
                     released);
}

std::string stock_tables::has_no_product(const std::string &alias) const {
  std::string condition;
  for (const std::string &column : product_columns)
    condition += fmt::format("{}{}.{} IS NULL", condition.empty() ? "" : " OR ", alias, pg::quoted(column));
  return fmt::format("({})", condition);
}

std::string stock_tables::is_open() const {
  const std::string not_released = orders ? fmt::format(" AND NOT EXISTS (SELECT FROM {} o WHERE {} AND {})",
                                                        orders_rows, order_of_line, is_released("o"))
                                          : "";
  const std::string nothing =
      taken ? fmt::format("coalesce(i.{}::pg_catalog.numeric, 0) OPERATOR(pg_catalog.=) 0", *taken)
            : fmt::format("NOT EXISTS (SELECT FROM pg_catalog.unnest($1) AS k(line)"
                          " WHERE k.line OPERATOR(pg_catalog.=) {})",
                          line.of("i"));
  return fmt::format("{} AND p.{} IS NOT NULL AND i.{}::pg_catalog.numeric OPERATOR(pg_catalog.<>) 0 AND {}{}",
                     product_of_line, stock, quantity, nothing, not_released);
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
    pg::with_relation(products,
                      [&](Relation relation) { resolve_products(relation, of_lines, options, tenant, tables); });
    if (orders)
      pg::with_relation(*orders,
                        [&](Relation relation) { resolve_orders(relation, of_lines, options, tenant, tables); });
  });
  return tables;
}

} // namespace upkeep::orders
