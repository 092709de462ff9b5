// upkeep.checkout: the items of a cart become the lines of an order.
#include "core/text/joined.hpp"
#include "features/orders/storefront_tables.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"

#include <array>
#include <cstring>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// What an order costs beside its lines, as the arguments give it.
struct amount {
  const char *argument, *column, *hint;
};
constexpr amount amounts[] = {{"shipping", "shipping_amount", "Pass what shipping costs the customer, 0 or more."},
                              {"discount", "discount_amount", "Pass how much is taken off, 0 or more."},
                              {"tax", "tax_amount", "Pass the tax on top of the prices, 0 or more."}};
// NULL where nothing is to be written: the default of the column stands.
using given_amounts = std::array<std::optional<Datum>, std::size(amounts)>;

// A bit for each that is given.
unsigned mask_of(const given_amounts &given) {
  unsigned mask = 0;
  for (std::size_t i = 0; i < given.size(); ++i)
    mask |= given[i] ? 1u << i : 0;
  return mask;
}

fragment order_query(const pg::identifier &schema, unsigned mask) {
  std::vector<fragment> columns{fragment("user_id"), fragment("billing_address")};
  std::vector<fragment> values{fragment("$1"), fragment("$2")};
  for (std::size_t i = 0; i < std::size(amounts); ++i)
    if (mask & 1u << i) {
      columns.push_back(fragment(amounts[i].column));
      values.push_back(sql("${number}", "number"_is = 3 + i));
    }
  return sql("INSERT INTO {schema}.orders ({columns}) VALUES ({values}) RETURNING id::pg_catalog.uuid",
             "schema"_is = schema, "columns"_is = pg::joined(columns), "values"_is = pg::joined(values));
}

// What is asked of the tables of one schema. The casts make sure of the types: anyone can have tables of these names.
struct checkout_queries {
  pg::saved_query buyer, lines;
  std::array<std::unique_ptr<pg::saved_query>, 1u << std::size(amounts)> orders; // by the mask of the amounts

  explicit checkout_queries(const pg::identifier &schema)
      : buyer(sql("SELECT c.user_id::pg_catalog.uuid FROM {schema}.carts c WHERE c.id [=] $1 FOR UPDATE",
                  "schema"_is = schema),
              {UUIDOID}, pg::access::by_index),
        // One statement: an item that changes meanwhile is ordered as it is in the end, or stays. A line a product, in
        // the order of the cart: carts that have no unique index may name a product twice.
        lines(sql(R"sql(
          WITH gone AS (
            DELETE FROM {schema}.cart_items c WHERE c.cart_id [=] $1 RETURNING c.product_id, c.quantity
          )
          INSERT INTO {schema}.order_items (order_id, product_id, quantity)
          SELECT $2, g.product_id, pg_catalog.sum(g.quantity)
          FROM (SELECT i.product_id, i.quantity, pg_catalog.row_number() OVER () AS place FROM gone i) g
          GROUP BY g.product_id
          ORDER BY pg_catalog.min(g.place)
        )sql",
                  "schema"_is = schema),
              {UUIDOID, UUIDOID}, pg::access::by_index) {
    for (unsigned mask = 0; mask < orders.size(); ++mask)
      orders[mask] = std::make_unique<pg::saved_query>(
          order_query(schema, mask), std::vector<Oid>{UUIDOID, JSONBOID, NUMERICOID, NUMERICOID, NUMERICOID},
          pg::access::by_index);
  }
};

// 23514, 22003. What is 0, or NULL, is as good as not given.
std::optional<Datum> read_amount(const pg::arguments &given, int index, const amount &of) {
  const std::optional<Datum> value = given.optional_value(index);
  if (!value)
    return std::nullopt;
  const std::string text = pg::string_from([&] { return DatumGetCString(DirectFunctionCall1(numeric_out, *value)); });
  if (text.find_first_not_of("-.0123456789") != std::string::npos)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("{} {} is not an amount", of.argument, text),
                .hint = of.hint};
  if (text.starts_with('-'))
    throw fault{.sqlstate = sqlstate::check_violation,
                .message = fmt::format("{} {} is negative", of.argument, text),
                .hint = of.hint};
  return text.find_first_of("123456789") == std::string::npos ? std::nullopt : value;
}

// A storefront of a version before 0.9.0 does not have them. What else there may be of that name is left to PostgreSQL.
void require_amounts(const storefront_schema &schema, const given_amounts &given) {
  const Oid orders = call([&] { return get_relname_relid("orders", schema.oid); });
  if (!OidIsValid(orders))
    return;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < given.size(); ++i)
    if (given[i] && call([&] { return get_attnum(orders, amounts[i].column); }) == InvalidAttrNumber)
      missing.push_back(pg::json_string(amounts[i].column));
  if (!missing.empty())
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message = missing.size() > 1
                               ? fmt::format("columns {} of table \"orders\" do not exist", joined(missing, ", "))
                               : fmt::format("column {} of table \"orders\" does not exist", missing.front()),
                .hint = fmt::format("SELECT upkeep.create_storefront({}) adds what is missing.",
                                    pg::literals({schema.name.name}))};
}

// With the rights of the caller, and by the caller's search_path.
pg_uuid_t checkout(Datum cart, const std::optional<Datum> &address, const given_amounts &given,
                   const pg::identifier &schema) {
  const pg::parameter of_cart{UUIDOID, cart};
  const std::shared_ptr<const checkout_queries> queries = queries_of<checkout_queries>(schema);
  const pg::rows buyer = queries->buyer.execute(std::span(&of_cart, 1));
  if (buyer.count() == 0)
    no_such_cart();
  bool has_no_user = false;
  const Datum user = buyer.value(0, 1, has_no_user);

  std::vector<pg::parameter> order_values{{UUIDOID, user, has_no_user}, {JSONBOID, address.value_or(0), !address}};
  for (const std::optional<Datum> &amount : given)
    order_values.push_back({NUMERICOID, amount.value_or(0), !amount});
  const pg::rows made = queries->orders[mask_of(given)]->execute(order_values);
  if (made.count() == 0)
    nothing_found("the order was not written", "A trigger on orders suppressed it.");
  bool is_null = false;
  const Datum made_id = made.value(0, 1, is_null);
  if (is_null)
    nothing_found("the order has no id", "Give column \"id\" of orders a default.");
  pg_uuid_t order;
  std::memcpy(&order, DatumGetUUIDP(made_id), sizeof order);

  const pg::parameter line_values[] = {of_cart, {UUIDOID, UUIDPGetDatum(&order)}};
  queries->lines.execute(line_values);
  if (SPI_processed == 0)
    nothing_found("the cart is empty", "Put something into it, or check whether it has already been ordered.");
  return order;
}

Datum checkout(const pg::arguments &given_arguments) {
  const Datum cart = require_id(given_arguments, 0, "cart", "Pass the id of a cart.");
  given_amounts given;
  for (std::size_t i = 0; i < std::size(amounts); ++i)
    given[i] = read_amount(given_arguments, 3 + static_cast<int>(i), amounts[i]);
  const storefront_schema schema = find_storefront(given_arguments.optional_name(2));
  require_amounts(schema, given);
  pg_uuid_t order;
  pg::with_spi([&] { order = checkout(cart, given_arguments.optional_value(1), given, schema.name); });
  auto *result = static_cast<pg_uuid_t *>(call([] { return palloc(sizeof(pg_uuid_t)); }));
  *result = order;
  return UUIDPGetDatum(result);
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.checkout(cart, billing_address, schema, shipping, discount, tax) RETURNS uuid: all or nothing. Errors: P0002
// an unknown or empty cart, 22003, 22004, 23514 a negative amount, 3F000, 42703 no column for an amount, 42P01.
UPKEEP_FUNCTION(upkeep_checkout_with_amounts) {
  return pg::entry([=] { return checkout(pg::arguments(fcinfo)); });
}

// The same without amounts, as the SQL of 0.3.0 to 0.8.0 declares it.
UPKEEP_FUNCTION(upkeep_checkout) {
  return pg::entry([=] { return checkout(pg::arguments(fcinfo)); });
}
