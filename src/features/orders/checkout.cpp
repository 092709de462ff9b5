// upkeep.checkout: the items of a cart become the lines of an order.
#include "features/orders/storefront_tables.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"

#include <cstring>

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

// What is asked of the tables of one schema. The casts make sure of the types: anyone can have tables of these names.
struct checkout_queries {
  pg::saved_query buyer, order, lines;

  explicit checkout_queries(const pg::identifier &schema)
      : buyer(sql("SELECT c.user_id::pg_catalog.uuid FROM {schema}.carts c WHERE c.id [=] $1 FOR UPDATE",
                  "schema"_is = schema),
              {UUIDOID}, pg::access::by_index),
        order(sql(R"sql(
          INSERT INTO {schema}.orders (user_id, billing_address) VALUES ($1, $2) RETURNING id::pg_catalog.uuid
        )sql",
                  "schema"_is = schema),
              {UUIDOID, JSONBOID}, pg::access::by_index),
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
              {UUIDOID, UUIDOID}, pg::access::by_index) {}
};

// With the rights of the caller, and by the caller's search_path.
pg_uuid_t checkout(Datum cart, const std::optional<Datum> &address, const pg::identifier &schema) {
  const pg::parameter of_cart{UUIDOID, cart};
  const std::shared_ptr<const checkout_queries> queries = queries_of<checkout_queries>(schema);
  const pg::rows buyer = queries->buyer.execute(std::span(&of_cart, 1));
  if (buyer.count() == 0)
    no_such_cart();
  bool has_no_user = false;
  const Datum user = buyer.value(0, 1, has_no_user);

  const pg::parameter order_values[] = {{UUIDOID, user, has_no_user}, {JSONBOID, address.value_or(0), !address}};
  const pg::rows made = queries->order.execute(order_values);
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

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.checkout(cart, billing_address, schema) RETURNS uuid: all or nothing. Errors: P0002 an unknown or empty cart,
// 22004, 3F000, 42P01.
UPKEEP_FUNCTION(upkeep_checkout) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Datum cart = require_id(given, 0, "cart", "Pass the id of a cart.");
    const pg::identifier schema = find_storefront(given.optional_name(2)).name;
    pg_uuid_t order;
    pg::with_spi([&] { order = checkout(cart, given.optional_value(1), schema); });
    auto *result = static_cast<pg_uuid_t *>(call([] { return palloc(sizeof(pg_uuid_t)); }));
    *result = order;
    return UUIDPGetDatum(result);
  });
}
