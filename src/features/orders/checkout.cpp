// upkeep.checkout: the items of a cart become the lines of an order.
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"

#include <cstring>
#include <memory>
#include <unordered_map>

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

bool has_carts(Oid schema) {
  return call([=] { return OidIsValid(get_relname_relid("carts", schema)); });
}

// Where the tables are: the schema that the caller names, or the first of the search_path that has carts.
Oid find_schema(const std::optional<std::string> &name) {
  if (name) {
    const Oid schema = call([&] { return get_namespace_oid(name->c_str(), true); });
    if (!OidIsValid(schema))
      throw fault{.sqlstate = sqlstate::invalid_schema_name,
                  .message = fmt::format("schema \"{}\" does not exist", *name),
                  .hint = "Name the schema of the storefront tables, or leave it out to search the search_path."};
    return schema;
  }
  const List *path = call([] { return fetch_search_path(false); });
  const ListCell *cell;
  foreach (cell, path)
    if (has_carts(lfirst_oid(cell)))
      return lfirst_oid(cell);
  throw fault{.sqlstate = sqlstate::undefined_table,
              .message = "no schema of the search_path has a table \"carts\"",
              .hint = "Name the schema of the storefront tables: schema => 'shop'."};
}

[[noreturn]] void nothing_to_order(const char *problem, const char *hint) {
  throw fault{.sqlstate = sqlstate::no_data_found, .message = problem, .hint = hint};
}

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
        // One statement: an item that changes meanwhile is ordered as it is in the end, or stays.
        lines(sql(R"sql(
          WITH gone AS (
            DELETE FROM {schema}.cart_items c WHERE c.cart_id [=] $1 RETURNING c.product_id, c.quantity
          )
          INSERT INTO {schema}.order_items (order_id, product_id, quantity)
          SELECT $2, g.product_id, g.quantity FROM gone g
        )sql",
                  "schema"_is = schema),
              {UUIDOID, UUIDOID}, pg::access::by_index) {}
};

// Those of the schemas that the session has ordered in. Never destroyed, like the plans; a schema that is renamed or
// dropped makes the server plan them anew. Whoever is working with one keeps it alive.
std::shared_ptr<const checkout_queries> queries_of(const pg::identifier &schema) {
  constexpr std::size_t max_schemas = 64;
  static auto *known = new std::unordered_map<std::string, std::shared_ptr<const checkout_queries>>;
  if (known->size() >= max_schemas && !known->contains(schema.name))
    known->clear();
  std::shared_ptr<const checkout_queries> &queries = (*known)[schema.name];
  if (!queries)
    queries = std::make_shared<const checkout_queries>(schema);
  return queries;
}

// With the rights of the caller, and by the caller's search_path.
pg_uuid_t checkout(Datum cart, const std::optional<Datum> &address, const pg::identifier &schema) {
  const pg::parameter of_cart{UUIDOID, cart};
  const std::shared_ptr<const checkout_queries> queries = queries_of(schema);
  const pg::rows buyer = queries->buyer.execute(std::span(&of_cart, 1));
  if (buyer.count() == 0)
    nothing_to_order("there is no such cart", "Pass the id of a cart.");
  bool has_no_user = false;
  const Datum user = buyer.value(0, 1, has_no_user);

  const pg::parameter order_values[] = {{UUIDOID, user, has_no_user}, {JSONBOID, address.value_or(0), !address}};
  const pg::rows made = queries->order.execute(order_values);
  if (made.count() == 0)
    nothing_to_order("the order was not written", "A trigger on orders suppressed it.");
  bool is_null = false;
  const Datum made_id = made.value(0, 1, is_null);
  if (is_null)
    nothing_to_order("the order has no id", "Give column \"id\" of orders a default.");
  pg_uuid_t order;
  std::memcpy(&order, DatumGetUUIDP(made_id), sizeof order);

  const pg::parameter line_values[] = {of_cart, {UUIDOID, UUIDPGetDatum(&order)}};
  queries->lines.execute(line_values);
  if (SPI_processed == 0)
    nothing_to_order("the cart is empty", "Put something into it, or check whether it has already been ordered.");
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
    const std::optional<Datum> cart = given.optional_value(0);
    if (!cart)
      throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                  .message = "argument \"cart\" must not be null",
                  .hint = "Pass the id of a cart."};
    const Oid space = find_schema(given.optional_name(2));
    const pg::identifier schema{pg::string_from([=] { return get_namespace_name(space); })};
    pg_uuid_t order;
    pg::with_spi([&] { order = checkout(*cart, given.optional_value(1), schema); });
    auto *result = static_cast<pg_uuid_t *>(call([] { return palloc(sizeof(pg_uuid_t)); }));
    *result = order;
    return UUIDPGetDatum(result);
  });
}
