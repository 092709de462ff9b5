// upkeep.seed_storefront: customers, products, and a year of orders that went their ways. What looks random is a hash
// of the row's number, so that the same call gives the same rows; each attribute has a hash of its own.
#include "features/catalogue.hpp"
#include "features/reference_tables/seed.hpp"
#include "features/registry.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::reference_tables {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *storefront_tables[] = {"users", "products", "carts", "cart_items", "orders", "order_items"};

enum seed_kind { user_id, product_id, order_id, line_id, cart_id, cart_item_id };

// A step of the ways that orders go: from one status to another, those of which the condition says so, in which `fate`
// is a number below 100 and `age` is in days.
struct status_step {
  const char *from, *to, *condition;
  const char *also = "";
};
constexpr status_step steps[] = {{"pending", "cancelled", "fate < 6 AND age > 0"},
                                 {"pending", "paid", "NOT (age < 2 AND fate % 5 = 0)",
                                  ", payment_id = 'pay_' || to_hex(hashint8extended(n, 52)),"
                                  " payment_completed_at = created_at + (60 + fate * 37) * interval '1 second'"},
                                 {"paid", "cancelled", "fate IN (7, 8)"},
                                 {"paid", "refunded", "fate = 9 AND age > 1"},
                                 {"paid", "shipped", "age > 1"},
                                 {"shipped", "completed", "age > 5"},
                                 {"completed", "refunded", "fate BETWEEN 10 AND 13 AND age > 12"}};

// Of these names the one that the table has as a column.
pg::identifier key_column(Oid schema, const char *table, const char *usual, const char *generic) {
  return {call([=] {
    const Oid oid = get_relname_relid(table, schema);
    return get_attnum(oid, generic) != InvalidAttrNumber ? generic : usual;
  })};
}

bool has_stock(Oid schema) {
  bool found = false;
  pg::with_relation(call([=] { return get_relname_relid("order_items", schema); }),
                    [&](Relation lines) { found = trigger_of(lines, stock_feature) != nullptr; });
  return found;
}

class storefront_seed {
public:
  storefront_seed(const std::string &name, std::int32_t products, std::int32_t orders, const pg::parameter &today)
      : schema(require_empty_tables(name, storefront_tables, "upkeep.create_storefront")),
        space(call([&] { return get_namespace_oid(name.c_str(), false); })), products(products), orders(orders),
        users(orders == 0 ? 0 : 1 + orders / 3), today(today) {}

  void fill() const {
    require_one_shop();
    write_users();
    write_products();
    const std::int32_t half = orders / 2;
    write_orders(1, half);
    raise_prices();
    write_orders(half + 1, orders);
    for (const status_step &step : steps)
      advance(step);
    withdraw_products();
    write_carts(orders / 25);
  }

private:
  void require_one_shop() const {
    if (pg::has_shards(call([this] { return get_relname_relid("orders", space); })))
      throw fault{.sqlstate = sqlstate::feature_not_supported,
                  .message = "a distributed storefront cannot be seeded",
                  .hint = "Seed one that is not distributed: the rows are those of one shop."};
  }

  // $1: how many, $2: today
  void write_users() const {
    run(sql(R"sql(
    INSERT INTO {schema}.users (id, {key}, email, first_name, last_name, salutation, date_of_birth, street, post_code,
                                city, country_code, phone, created_at)
    SELECT {id}, 'C' || lpad(n::text, 6, '0'), lower(first_name || '.' || last_name) || n || '@example.com', first_name,
           last_name, CASE WHEN a % 2 = 0 THEN 'Ms' ELSE 'Mr' END, date '1950-01-01' + (c % 20000)::integer,
           (ARRAY['Garden Street', 'Mill Lane', 'Station Road', 'Church Street', 'Park Avenue',
                   'Harbour Road'])[1 + c % 6]
             || ' ' || 1 + d % 120,
           split_part(place, ' ', 2), split_part(place, ' ', 3), split_part(place, ' ', 1),
           '+49 30 ' || 1000000 + d % 9000000,
           ($2 - 366)::timestamp AT TIME ZONE 'UTC' - d % 31536000 * interval '1 second'
      FROM generate_series(1, $1) n,
           LATERAL (SELECT hashint8extended(n, 1) & 2147483647 AS a, hashint8extended(n, 2) & 2147483647 AS b,
                           hashint8extended(n, 3) & 2147483647 AS c, hashint8extended(n, 4) & 2147483647 AS d) h,
           LATERAL (SELECT (ARRAY['Anna', 'Lukas', 'Sophie', 'Jonas', 'Marie', 'Paul', 'Emma', 'Felix', 'Lea', 'David',
                                  'Nina', 'Tom', 'Clara', 'Max', 'Julia', 'Ben', 'Ida', 'Simon', 'Eva',
                                  'Oskar'])[1 + a % 20] AS first_name,
                           (ARRAY['Schmidt', 'Fischer', 'Weber', 'Wagner', 'Becker', 'Hoffmann', 'Koch', 'Richter',
                                  'Klein', 'Wolf', 'Neumann', 'Schwarz', 'Braun', 'Lange', 'Krause', 'Meier', 'Huber',
                                  'Steiner', 'Keller'])[1 + b % 19] AS last_name,
                           (ARRAY['DE 10115 Berlin', 'DE 20095 Hamburg', 'DE 50667 Cologne', 'DE 80331 Munich',
                                  'DE 04109 Leipzig', 'DE 70173 Stuttgart', 'AT 1010 Vienna',
                                  'CH 8001 Zurich'])[1 + c % 8]
                             AS place) p
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n", user_id),
            "key"_is = key_column(space, "users", "experimenta_id", "external_id")),
        {seed_number(users), today});
  }

  // The lines of all orders, a product once in each. $1: how many orders, $2: how many products
  static fragment lines() {
    return sql(R"sql(
    SELECT n, product, min(line) AS line, sum(pieces)::integer AS quantity
      FROM generate_series(1, $1::bigint) n,
           LATERAL (SELECT (ARRAY[1, 1, 1, 1, 1, 2, 2, 2, 3, 4])[1 + (hashint8extended(n, 21) & 1023) % 10] AS lines) c,
           LATERAL generate_series(1, lines) line,
           LATERAL (SELECT (hashint8extended(n * 8 + line, 22) & 2147483647) / 2147483648.0::float8 AS share,
                           (ARRAY[1, 1, 1, 1, 1, 1, 1, 2, 2, 3])[1 + (hashint8extended(n * 8 + line, 23) & 1023) % 10]
                             AS pieces) l,
           LATERAL (SELECT 1 + floor($2 * power(share, 1.6))::bigint AS product) p
     GROUP BY n, product
  )sql");
  }

  // If stock is enabled there is enough for all orders, so that as much is left as if it were not.
  // $1: how many orders, $2: how many products, $3: today, $4: whether stock is enabled
  void write_products() const {
    run(sql(R"sql(
    INSERT INTO {schema}.products (id, {key}, name, description, price, stock_quantity, category, created_at)
    SELECT {id}, upper(left(noun, 3)) || '-' || lpad(n::text, 4, '0'),
           colour || ' ' || noun || CASE WHEN n > 256 THEN ' No. ' || (n - 1) / 256 + 1 ELSE '' END,
           noun || ' in ' || lower(colour) || ', for everyday use', round(base * (0.8 + a % 60 / 100.0)) - 0.10,
           CASE WHEN b % 16 = 0 THEN 0 ELSE b % 120 END + CASE WHEN $4 THEN coalesce(s.quantity, 0) ELSE 0 END,
           category, ($3 - 400)::timestamp AT TIME ZONE 'UTC' - a % 25920000 * interval '1 second'
      FROM generate_series(1, $2) n
      JOIN (VALUES (0, 'Mug', 'kitchen', 13), (1, 'Bowl', 'kitchen', 19), (2, 'Chopping Board', 'kitchen', 35),
                   (3, 'Kettle', 'kitchen', 59), (4, 'Lamp', 'lighting', 79), (5, 'Lantern', 'lighting', 30),
                   (6, 'Blanket', 'textiles', 65), (7, 'Cushion', 'textiles', 25), (8, 'Tea Towel', 'textiles', 10),
                   (9, 'Notebook', 'stationery', 8), (10, 'Pen Case', 'stationery', 24), (11, 'Tray', 'table', 28),
                   (12, 'Carafe', 'table', 32), (13, 'Candle Holder', 'home', 15), (14, 'Basket', 'home', 23),
                   (15, 'Clock', 'home', 49)) AS kind (number, noun, category, base) ON number = (n - 1) % 16
      JOIN unnest(ARRAY['White', 'Black', 'Sand', 'Olive', 'Navy', 'Rust', 'Grey', 'Cream', 'Sage', 'Plum', 'Mustard',
                        'Teal', 'Rose', 'Charcoal', 'Sky Blue', 'Terracotta']) WITH ORDINALITY AS paint (colour, place)
           ON place = 1 + (n - 1 + (n - 1) / 16) % 16
      CROSS JOIN LATERAL (SELECT hashint8extended(n, 11) & 2147483647 AS a, hashint8extended(n, 12) & 2147483647 AS b) h
      LEFT JOIN (SELECT product, sum(quantity)::integer AS quantity FROM ({lines}) l GROUP BY 1) s ON s.product = n
     ORDER BY n
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n", product_id),
            "key"_is = key_column(space, "products", "nav_product_id", "sku"), "lines"_is = lines()),
        {seed_number(orders), seed_number(products), today, {BOOLOID, BoolGetDatum(has_stock(space))}});
  }

  void write_orders(std::int32_t first, std::int32_t last) const {
    write_heads(first, last);
    write_lines(first, last);
  }

  // A shop that grows: the later, the more. $1: how many, $2: how many users, $3: today, $4 and $5: the first and the
  // last
  void write_heads(std::int32_t first, std::int32_t last) const {
    run(sql(R"sql(
    INSERT INTO {schema}.orders (id, user_id, billing_address, created_at)
    SELECT {id}, CASE WHEN a % 100 < 85 THEN u.id END,
           jsonb_build_object('name', u.first_name || ' ' || u.last_name, 'street', u.street, 'post_code', u.post_code,
                              'city', u.city, 'country_code', u.country_code), moment
      FROM generate_series($4::bigint, $5) n
     CROSS JOIN LATERAL (SELECT hashint8extended(n, 31) & 2147483647 AS a, hashint8extended(n, 32) & 2147483647 AS b) h
     CROSS JOIN LATERAL (SELECT ($3 - 365 + floor(365 * sqrt((n - 0.5) / $1))::integer)::timestamp AT TIME ZONE 'UTC'
                                  + (25200 + b % 54000) * interval '1 second' AS moment) m
      JOIN {schema}.users u
        ON u.id = {user}
     ORDER BY moment, n
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n", order_id),
            "user"_is = seed_id("1 + floor($2 * power(b / 2147483648.0::float8, 1.5))::bigint", user_id)),
        {seed_number(orders), seed_number(users), today, seed_number(first), seed_number(last)});
  }

  // $1: how many orders, $2: how many products, $3 and $4: the first and the last order
  void write_lines(std::int32_t first, std::int32_t last) const {
    run(sql(R"sql(
    INSERT INTO {schema}.order_items (id, order_id, product_id, quantity, created_at)
    SELECT {id}, o.id, {product}, quantity, o.created_at
      FROM ({lines}) l JOIN {schema}.orders o ON o.id = {order}
     WHERE n BETWEEN $3 AND $4
     ORDER BY o.created_at, n, line
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n * 8 + line", line_id), "order"_is = seed_id("n", order_id),
            "product"_is = seed_id("product", product_id), "lines"_is = lines()),
        {seed_number(orders), seed_number(products), seed_number(first), seed_number(last)});
  }

  // Prices rise, and what was sold keeps its own.
  void raise_prices() const {
    run(sql(R"sql(
    UPDATE {schema}.products SET price = round(price * 1.08 + 0.5) - 0.10 WHERE uuid_hash_extended(id, 41) & 3 = 0
  )sql",
            "schema"_is = schema),
        {});
  }

  void withdraw_products() const {
    run(sql(R"sql(
    UPDATE {schema}.products SET active = false WHERE uuid_hash_extended(id, 42) & 15 = 0
  )sql",
            "schema"_is = schema),
        {});
  }

  void advance(const status_step &step) const {
    run(sql(R"sql(
    UPDATE {schema}.orders o SET status = {to}{also}
      FROM generate_series(1, $1::bigint) n,
           LATERAL (SELECT (hashint8extended(n, 51) & 2147483647) % 100 AS fate) f
     WHERE o.id = {order} AND o.status = {from}
       AND (SELECT {condition} FROM (SELECT $2 - (o.created_at AT TIME ZONE 'UTC')::date AS age) a)
  )sql",
            "schema"_is = schema, "order"_is = seed_id("n", order_id), "from"_is = pg::literal{step.from},
            "to"_is = pg::literal{step.to}, "condition"_is = fragment(step.condition), "also"_is = fragment(step.also)),
        {seed_number(orders), today});
  }

  void write_carts(std::int32_t count) const {
    // Carts of customers who have not ordered yet. $1: how many, $2: how many users, $3: today
    run(sql(R"sql(
    INSERT INTO {schema}.carts (id, user_id, session_id, created_at)
    SELECT {id}, u.id, CASE WHEN u.id IS NULL THEN 'session-' || to_hex(hashint8extended(n, 61)) END,
           $3::timestamp AT TIME ZONE 'UTC' - (hashint8extended(n, 62) & 2147483647) % 172800 * interval '1 second'
      FROM generate_series(1, $1::bigint) n
      LEFT JOIN {schema}.users u ON n % 2 = 0 AND u.id = {user}
     ORDER BY n
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n", cart_id),
            "user"_is = seed_id("1 + (hashint8extended(n, 64) & 2147483647) % $2", user_id)),
        {seed_number(count), seed_number(users), today});
    // $1: how many carts, $2: how many products
    run(sql(R"sql(
    INSERT INTO {schema}.cart_items (id, cart_id, product_id, quantity, added_at, created_at)
    SELECT {id}, c.id, p.id, 1 + quantity, c.created_at, c.created_at
      FROM (SELECT n, 1 + (hashint8extended(n * 4 + k, 63) & 2147483647) % $2 AS product, min(k) AS k,
                   count(*) / 2 AS quantity
              FROM generate_series(1, $1::bigint) n, generate_series(1, 3) k GROUP BY 1, 2) i
      JOIN {schema}.carts c ON c.id = {cart}
      JOIN {schema}.products p ON p.id = {product} AND p.active
     ORDER BY n, k
  )sql",
            "schema"_is = schema, "id"_is = seed_id("n * 4 + k", cart_item_id), "cart"_is = seed_id("n", cart_id),
            "product"_is = seed_id("product", product_id)),
        {seed_number(count), seed_number(products)});
  }

  static void run(const fragment &statement, std::initializer_list<pg::parameter> parameters) {
    pg::execute(statement, {parameters.begin(), parameters.size()});
  }

  fragment schema;
  Oid space;
  std::int32_t products, orders, users;
  pg::parameter today;
};

} // namespace

} // namespace upkeep::reference_tables

using namespace upkeep;
using namespace upkeep::reference_tables;

// upkeep.seed_storefront(schema, products, orders, today): as the caller, through the triggers. Errors: 22004, 22023,
// 3F000, 42501, 42P01, 55000 tables that are not empty.
UPKEEP_FUNCTION(upkeep_seed_storefront) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string schema = given.name(0, "schema");
    const std::int32_t products = require_count(given, 1, "products"), orders = require_count(given, 2, "orders");
    if (orders > 0 && products == 0)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = "orders without products cannot be seeded",
                  .hint = "Pass at least one product, or orders => 0."};
    const pg::parameter today = seed_day(given, 3);
    pg::with_spi([&] { storefront_seed(schema, products, orders, today).fill(); });
    return Datum(0);
  });
}
