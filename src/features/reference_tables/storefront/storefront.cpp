// upkeep.create_storefront: the tables of an online store, with what keeps them true.
#include "features/catalogue.hpp"
#include "features/reference_tables/tables.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::reference_tables {

using pg::fragment;

namespace {

constexpr const char *text = "text";

constexpr auto users_columns(const char *key) {
  return std::array<reference_column, 11>{{{key, text, nullptr, "the customer's key in another system"},
                                           {"email", text},
                                           {"first_name", text},
                                           {"last_name", text},
                                           {"salutation", text},
                                           {"date_of_birth", "date"},
                                           {"street", text},
                                           {"post_code", text},
                                           {"city", text},
                                           {"country_code", text, nullptr, "ISO 3166-1 alpha-2: DE"},
                                           {"phone", text}}};
}

constexpr auto products_columns(const char *key) {
  return std::array<reference_column, 7>{
      {{key, text, nullptr, "the product's key in another system"},
       {"name", "text NOT NULL"},
       {"description", text},
       {"price", "numeric(10,2) NOT NULL", nullptr, "of one, now; what was sold keeps its price in order_items"},
       {"stock_quantity", "integer", nullptr, "how many are there; NULL is unlimited; see upkeep.enable_stock"},
       {"category", text},
       {"active", "boolean NOT NULL DEFAULT true", nullptr, "whether it can be ordered"}}};
}

constexpr reference_column carts_columns[] = {
    {"user_id", "uuid", "users ON DELETE CASCADE", "NULL: somebody who has not signed in"},
    {"session_id", text, nullptr, "whose cart it is without a user"}};
constexpr reference_index carts_indexes[] = {{"user_id"}};

constexpr reference_column cart_items_columns[] = {{"cart_id", "uuid NOT NULL", "carts ON DELETE CASCADE"},
                                                   {"product_id", "uuid NOT NULL", "products ON DELETE CASCADE"},
                                                   {"quantity", "integer NOT NULL CHECK (quantity > 0)"},
                                                   {"added_at", "timestamptz(3) NOT NULL DEFAULT now()"}};
// Carts of storefronts before 0.9.0 may name a product twice.
fragment merge_items(const fragment &table) {
  return pg::sql(R"sql(
    WITH twice AS (
      SELECT cart_id, product_id, min(ctid) AS kept, sum(quantity) AS quantity FROM {table}
      GROUP BY cart_id, product_id HAVING count(*) > 1
    ), merged AS (
      UPDATE {table} i SET quantity = t.quantity FROM twice t WHERE i.ctid = t.kept
    )
    DELETE FROM {table} i USING twice t
    WHERE i.cart_id = t.cart_id AND i.product_id = t.product_id AND i.ctid <> t.kept
  )sql",
                 "table"_is = table);
}

// The second where the first cannot be.
constexpr reference_index cart_items_indexes[] = {
    {"cart_id,product_id", true, merge_items}, {"cart_id"}, {"product_id"}};

constexpr reference_column orders_columns[] = {
    {"order_number", "text NOT NULL", nullptr, "what the customer calls it; given by a trigger"},
    {"user_id", "uuid", "users ON DELETE SET NULL", "NULL: a guest, or a user who is gone"},
    {"total_amount", "numeric(10,2) NOT NULL DEFAULT 0", nullptr, "the sum of its lines; kept by a trigger"},
    {"status", "text NOT NULL DEFAULT 'pending'", nullptr, "pending, paid, shipped, completed, cancelled or refunded"},
    {"billing_address", "jsonb"},
    {"payment_id", text},
    {"payment_completed_at", "timestamptz(3)", nullptr, "when it was paid; set once, by a trigger"}};
// What an order costs beside its lines. Taxes here and on the lines come on top of the prices.
constexpr reference_column orders_amounts[] = {
    {"subtotal_amount", "numeric(10,2) NOT NULL DEFAULT 0", nullptr, "the sum of its lines; kept by a trigger"},
    {"shipping_amount", "numeric(10,2) NOT NULL DEFAULT 0 CHECK (shipping_amount >= 0)", nullptr,
     "what shipping costs the customer"},
    {"discount_amount", "numeric(10,2) NOT NULL DEFAULT 0 CHECK (discount_amount >= 0)", nullptr,
     "taken off the whole order"},
    {"tax_amount", "numeric(10,2) NOT NULL DEFAULT 0 CHECK (tax_amount >= 0)", nullptr,
     "on top of prices and shipping; 0 if these include it, or the lines have it"},
    {"refunded_amount", "numeric(10,2) NOT NULL DEFAULT 0", nullptr, "what was paid back; kept by a trigger"},
    {"currency", "text NOT NULL DEFAULT 'EUR'", nullptr, "ISO 4217: EUR"}};
constexpr reference_index orders_indexes[] = {{"order_number", true}, {"user_id"}, {"status"}};

constexpr reference_column order_items_columns[] = {
    {"order_id", "uuid NOT NULL", "orders ON DELETE CASCADE"},
    {"product_id", "uuid", "products ON DELETE SET NULL", "NULL: a product that is gone"},
    {"product_snapshot", "jsonb", nullptr, "the product as it was sold; filled by a trigger, never changed"},
    {"quantity", "integer NOT NULL CHECK (quantity > 0)"},
    {"price_snapshot", "numeric(10,2) NOT NULL", nullptr,
     "the price of one as it was sold; filled by a trigger, never changed"}};
constexpr reference_column order_items_amounts[] = {
    {"discount_amount", "numeric(10,2) NOT NULL DEFAULT 0 CHECK (discount_amount >= 0)", nullptr,
     "taken off the line, not off each piece"},
    {"tax_amount", "numeric(10,2) NOT NULL DEFAULT 0 CHECK (tax_amount >= 0)", nullptr,
     "on top of the price, for the whole line; 0 if the price includes it"},
    {"refunded_quantity", "integer NOT NULL DEFAULT 0", nullptr, "how many pieces were refunded; kept by a trigger"},
    {"fulfilled_at", "timestamptz(3)", nullptr, "when it was shipped; may be set in a locked order"},
    {"currency", "text", nullptr, "that of the order; filled by a trigger"}};
constexpr reference_column refunds_columns[] = {
    {"order_id", "uuid NOT NULL", "orders ON DELETE CASCADE"},
    {"order_item_id", "uuid", "order_items", "the line; NULL: money for none, such as shipping or goodwill"},
    {"quantity", "integer CHECK (quantity > 0)", nullptr, "how many pieces; NULL: money only"},
    {"amount", "numeric(10,2) NOT NULL", nullptr, "left out, the share of the pieces; filled by a trigger"},
    {"restock", "boolean", nullptr, "whether the pieces go back to stock; see upkeep.enable_order_refunds"},
    {"reason", text}};
constexpr reference_index refunds_indexes[] = {{"order_id"}, {"order_item_id"}};
constexpr reference_index order_items_indexes[] = {{"order_id"}, {"product_id"}};

// The tables with names of one kind.
struct named_tables {
  std::string_view names;
  std::array<reference_column, 11> users;
  std::array<reference_index, 1> users_indexes;
  std::array<reference_column, 7> products;
  std::array<reference_index, 3> products_indexes;
};

constexpr named_tables with_names(std::string_view names, const char *user_key, const char *product_key) {
  return {names,
          users_columns(user_key),
          {{{user_key, true}}},
          products_columns(product_key),
          {{{product_key, true}, {"active"}, {"category"}}}};
}

// The first is the default.
constexpr named_tables kinds[] = {with_names("experimenta", "experimenta_id", "nav_product_id"),
                                  with_names("generic", "external_id", "sku")};

constexpr auto tables_of(const named_tables &named) {
  return std::array<reference_table, 7>{
      {{"users", "customers of the store", named.users, named.users_indexes},
       {"products", "what is sold", named.products, named.products_indexes},
       {"carts", "what somebody is about to order; upkeep.checkout turns one into an order", carts_columns,
        carts_indexes},
       {"cart_items", "the products in a cart", cart_items_columns, cart_items_indexes},
       {"orders", "what was ordered", orders_columns, orders_indexes, orders_amounts},
       {"order_items", "the lines of an order, each with product and price as they were sold", order_items_columns,
        order_items_indexes, order_items_amounts},
       {"refunds", "what was paid back, and which pieces for", refunds_columns, refunds_indexes, {}, true}}};
}

// With amounts of 0 the total is what it is without them.
constexpr reference_option totals_options[] = {
    {"line_formula", "price_snapshot * quantity - discount_amount + tax_amount"},
    {"total_formula", "lines + shipping_amount - discount_amount + tax_amount"},
    {"lines_column", "subtotal_amount"},
    {"currency_column", "currency"}};
constexpr reference_option refunds_options[] = {{"refunded_column", "refunded_amount"},
                                                {"refunded_quantity_column", "refunded_quantity"}};
constexpr reference_option lock_options[] = {{"open_columns", "fulfilled_at"}};

constexpr reference_feature features[] = {
    {"users", updated_at_feature, "enable_updated_at($1)"},
    {"products", updated_at_feature, "enable_updated_at($1, ignore_columns => '{stock_quantity}')"},
    {"carts", updated_at_feature, "enable_updated_at($1)"},
    {"cart_items", updated_at_feature, "enable_updated_at($1)"},
    {"orders", updated_at_feature, "enable_updated_at($1)"},
    {"order_items", updated_at_feature, "enable_updated_at($1)"},
    {"order_items", order_snapshots_feature, "enable_order_snapshots($1, $2, active_column => 'active')", "products"},
    {"orders", order_totals_feature, "enable_order_totals($1, $2)", "order_items", nullptr, totals_options},
    {"orders", order_lock_feature, "enable_order_lock($1, $2)", "order_items", nullptr, lock_options},
    {"orders", order_status_feature,
     R"(enable_order_status($1, '{"pending": ["paid", "cancelled"], )"
     R"("paid": ["shipped", "completed", "refunded", "cancelled"], )"
     R"("shipped": ["completed", "refunded"], "completed": ["refunded"]}'))"},
    {"orders", order_number_feature, "enable_order_number($1)"},
    {"refunds", updated_at_feature, "enable_updated_at($1)"},
    {"refunds", order_refunds_feature, "enable_order_refunds($1, $2, $3)", "orders", "order_items", refunds_options},
    // Of a customer it is enough to know that something changed. What was sold must come back whole.
    {"users", history_feature,
     "enable_history($1, digest_columns => '{email,first_name,last_name,salutation,date_of_birth,street,post_code,"
     "city,country_code,phone}')"},
    {"orders", history_feature, "enable_history($1)"},
    {"order_items", history_feature, "enable_history($1)"},
    {"refunds", history_feature, "enable_history($1)"}};

bool has_currency(const std::string &schema) {
  return pg::call([&] {
    const Oid space = get_namespace_oid(schema.c_str(), true);
    const Oid orders = OidIsValid(space) ? get_relname_relid("orders", space) : InvalidOid;
    return !OidIsValid(orders) || get_attnum(orders, "currency") != InvalidAttrNumber;
  });
}

// Orders of an older version, which did not say.
void notice_currency(const std::string &schema) {
  const fragment orders = pg::sql("{schema}.orders", "schema"_is = pg::identifier{schema});
  if (has_currency(schema) && pg::execute(pg::sql("SELECT FROM {orders} LIMIT 1", "orders"_is = orders)).count() > 0)
    pg::call([&] {
      ereport(NOTICE, errmsg("existing orders of \"orders\" are in EUR now"),
              errhint("If they are in another currency: ALTER TABLE %s ALTER currency SET DEFAULT 'USD', "
                      "ALTER currency TYPE text USING 'USD';",
                      orders.text().c_str()));
    });
}

void create_storefront(const std::string &schema, std::string_view names, bool with_history, bool is_distributed) {
  const auto *const kind =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const named_tables &each) { return each.names == names; });
  if (kind == std::end(kinds))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid value for names: \"{}\"", names),
                .hint = fmt::format("Use one of: {}, {}.", kinds[0].names, kinds[1].names)};
  const auto tables = tables_of(*kind);
  const bool had_currency = has_currency(schema);
  pg::with_spi([&] {
    create_tables({"create a storefront", tables, features, "order_refund", with_history, is_distributed}, schema);
    if (!had_currency)
      notice_currency(schema);
  });
}

} // namespace

} // namespace upkeep::reference_tables

using namespace upkeep;
using namespace upkeep::reference_tables;

// upkeep.create_storefront(schema, names, history, distribute): as the caller. Errors: 0A000 cannot be distributed,
// 22004, 22023 unknown names, 42501, 42804, 42809, and PostgreSQL's own where a table that is there does not fit.
UPKEEP_FUNCTION(upkeep_create_storefront_distributed) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    create_storefront(given.name(0, "schema"), given.string(1, "names"), given.boolean(2, "history"),
                      given.boolean(3, "distribute"));
    return Datum(0);
  });
}

// The same without distribute, as the SQL of 0.11.0 and 0.12.0 declares it.
UPKEEP_FUNCTION(upkeep_create_storefront_with_history) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    create_storefront(given.name(0, "schema"), given.string(1, "names"), given.boolean(2, "history"), false);
    return Datum(0);
  });
}

// Nor history, as the SQL of 0.8.0 to 0.10.0 declares it.
UPKEEP_FUNCTION(upkeep_create_storefront_named) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    create_storefront(given.name(0, "schema"), given.string(1, "names"), false, false);
    return Datum(0);
  });
}

// Nor names, as the SQL of 0.3.0 to 0.7.0 declares it.
UPKEEP_FUNCTION(upkeep_create_storefront) {
  return pg::entry([=] {
    create_storefront(pg::arguments(fcinfo).name(0, "schema"), kinds[0].names, false, false);
    return Datum(0);
  });
}
