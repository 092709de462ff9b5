// upkeep.add_to_cart and upkeep.merge_carts: carts of the storefront tables, a line a product.
#include "features/orders/storefront_tables.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/unique_key.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"

#include <cstring>

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

// Whoever changes a cart locks its row, as checkout does: what is put into it is ordered, or stays in it.
struct cart_queries {
  pg::saved_query lock, product, add, move;

  explicit cart_queries(const pg::identifier &schema)
      : lock(sql("SELECT FROM {schema}.carts c WHERE c.id [=] $1 FOR UPDATE", "schema"_is = schema), {UUIDOID},
             pg::access::by_index),
        product(sql("SELECT FROM {schema}.products p WHERE p.id [=] $1", "schema"_is = schema), {UUIDOID},
                pg::access::by_index),
        add(sql(R"sql(
          INSERT INTO {schema}.cart_items AS c (cart_id, product_id, quantity) VALUES ($1, $2, $3)
          ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = c.quantity [+] excluded.quantity
        )sql",
                "schema"_is = schema),
            {UUIDOID, UUIDOID, INT4OID}, pg::access::by_index),
        move(sql(R"sql(
          WITH gone AS (
            DELETE FROM {schema}.cart_items c WHERE c.cart_id [=] $1 RETURNING c.product_id, c.quantity
          )
          INSERT INTO {schema}.cart_items AS c (cart_id, product_id, quantity)
          SELECT $2, g.product_id, pg_catalog.sum(g.quantity)
          FROM (SELECT i.product_id, i.quantity, pg_catalog.row_number() OVER () AS place FROM gone i) g
          GROUP BY g.product_id
          ORDER BY pg_catalog.min(g.place)
          ON CONFLICT (cart_id, product_id) DO UPDATE SET quantity = c.quantity [+] excluded.quantity
        )sql",
                 "schema"_is = schema),
             {UUIDOID, UUIDOID}, pg::access::by_index) {}
};

// A plain table; what else there may be of that name is left to PostgreSQL.
Oid table_of(const storefront_schema &schema, const char *name) {
  const Oid oid = call([&] { return get_relname_relid(name, schema.oid); });
  return OidIsValid(oid) && call([=] { return get_rel_relkind(oid); }) == RELKIND_RELATION ? oid : InvalidOid;
}

// What ON CONFLICT asks for, in words that say where it comes from.
void require_unique_items(const storefront_schema &schema) {
  const Oid items = table_of(schema, "cart_items");
  if (!OidIsValid(items))
    return;
  bool is_unique = false;
  call([=] { LockRelationOid(items, AccessShareLock); });
  pg::with_relation(items, [&](Relation table) {
    const pg::key_part parts[] = {{pg::find_column(RelationGetDescr(table), "cart_id"), UUIDOID},
                                  {pg::find_column(RelationGetDescr(table), "product_id"), UUIDOID}};
    is_unique = call([&] { return OidIsValid(pg::find_unique_key(table, parts, 2).index); });
  });
  if (!is_unique)
    throw fault{.sqlstate = sqlstate::invalid_column_reference,
                .message = "table \"cart_items\" has no unique index on cart_id and product_id",
                .hint = fmt::format("SELECT upkeep.create_storefront({}) adds it, or says what is in its way.",
                                    pg::literals({schema.name.name}))};
}

// As the owner of the products, as in an order: a shopper need not be able to read them.
void require_product(const storefront_schema &schema, const cart_queries &queries, const pg::parameter &product) {
  const Oid products = table_of(schema, "products");
  if (!OidIsValid(products))
    return;
  bool exists = false;
  pg::as_user(pg::owner_of(products), SECURITY_NOFORCE_RLS,
              [&] { exists = queries.product.execute(std::span(&product, 1)).count() > 0; });
  if (!exists)
    throw fault{.sqlstate = sqlstate::foreign_key_violation,
                .message = fmt::format("product {} of a line in \"cart_items\" does not exist", pg::string_from([&] {
                                         return DatumGetCString(DirectFunctionCall1(uuid_out, product.value));
                                       })),
                .detail = "Table \"products\" has no such row.",
                .hint = "Put a product that exists into the cart."};
}

void lock_cart(const cart_queries &queries, const pg::parameter &cart) {
  if (queries.lock.execute(std::span(&cart, 1)).count() == 0)
    no_such_cart();
}

void add_to_cart(const storefront_schema &schema, Datum cart, Datum product, std::int32_t quantity) {
  const std::shared_ptr<const cart_queries> queries = queries_of<cart_queries>(schema.name);
  const pg::parameter item[] = {{UUIDOID, cart}, {UUIDOID, product}, {INT4OID, Int32GetDatum(quantity)}};
  lock_cart(*queries, item[0]);
  require_unique_items(schema);
  require_product(schema, *queries, item[1]);
  queries->add.execute(item);
  if (SPI_processed == 0)
    nothing_found("the product was not put into the cart", "A trigger on cart_items suppressed it.");
}

// Whoever merges the other way round locks the carts in the same order.
void merge_carts(const storefront_schema &schema, Datum from, Datum into) {
  const int order = std::memcmp(DatumGetUUIDP(from), DatumGetUUIDP(into), sizeof(pg_uuid_t));
  if (order == 0)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "a cart cannot be merged into itself",
                .hint = "Pass two carts: the first is emptied into the second."};
  const std::shared_ptr<const cart_queries> queries = queries_of<cart_queries>(schema.name);
  const pg::parameter carts[] = {{UUIDOID, from}, {UUIDOID, into}};
  lock_cart(*queries, carts[order > 0]);
  lock_cart(*queries, carts[order < 0]);
  require_unique_items(schema);
  queries->move.execute(carts);
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.add_to_cart(cart, product, quantity, schema) RETURNS void. Errors: P0002 an unknown cart; 23503 an unknown
// product; 23514 a quantity below 1; 22003, 22004, 3F000, 42P01; 42P10 no unique index.
UPKEEP_FUNCTION(upkeep_add_to_cart) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Datum cart = require_id(given, 0, "cart", "Pass the id of a cart.");
    const Datum product = require_id(given, 1, "product", "Pass the id of a product.");
    const std::int32_t quantity = given.integer(2, "quantity");
    if (quantity < 1)
      throw fault{.sqlstate = sqlstate::check_violation,
                  .message = fmt::format("quantity {} is not positive", quantity),
                  .hint = "Pass how many to add. To take something out, update or delete its row of cart_items."};
    const storefront_schema schema = find_storefront(given.optional_name(3));
    pg::with_spi([&] { add_to_cart(schema, cart, product, quantity); });
    return Datum(0);
  });
}

// upkeep.merge_carts(from_cart, into_cart, schema) RETURNS void. Errors: P0002 an unknown cart; 22023 the same cart
// twice; 22003, 22004, 3F000, 42P01; 42P10 no unique index.
UPKEEP_FUNCTION(upkeep_merge_carts) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Datum from = require_id(given, 0, "from_cart", "Pass the id of a cart.");
    const Datum into = require_id(given, 1, "into_cart", "Pass the id of a cart.");
    const storefront_schema schema = find_storefront(given.optional_name(2));
    pg::with_spi([&] { merge_carts(schema, from, into); });
    return Datum(0);
  });
}
