// upkeep.create_storefront: the tables of an online store, with what keeps them true.
#include "features/catalogue.hpp"
#include "features/reference_tables/tables.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::reference_tables {

namespace {

constexpr const char *text = "text";

constexpr reference_column users_columns[] = {
    {"experimenta_id", text, nullptr, "the customer in the system that he comes from"},
    {"email", text},
    {"first_name", text},
    {"last_name", text},
    {"salutation", text},
    {"date_of_birth", "date"},
    {"street", text},
    {"post_code", text},
    {"city", text},
    {"country_code", text, nullptr, "ISO 3166-1 alpha-2: DE"},
    {"phone", text}};
constexpr reference_index users_indexes[] = {{"experimenta_id", true}};

constexpr reference_column products_columns[] = {
    {"nav_product_id", text, nullptr, "the product in the system that it comes from"},
    {"name", "text NOT NULL"},
    {"description", text},
    {"price", "numeric(10,2) NOT NULL", nullptr, "of one, now; what was sold keeps its price in order_items"},
    {"stock_quantity", "integer", nullptr, "how many are there; NULL is unlimited; see upkeep.enable_stock"},
    {"category", text},
    {"active", "boolean NOT NULL DEFAULT true", nullptr, "whether it can be ordered"}};
constexpr reference_index products_indexes[] = {{"nav_product_id", true}, {"active"}, {"category"}};

constexpr reference_column carts_columns[] = {
    {"user_id", "uuid", "users ON DELETE CASCADE", "NULL: somebody who has not signed in"},
    {"session_id", text, nullptr, "whose cart it is without a user"}};
constexpr reference_index carts_indexes[] = {{"user_id"}};

constexpr reference_column cart_items_columns[] = {{"cart_id", "uuid NOT NULL", "carts ON DELETE CASCADE"},
                                                   {"product_id", "uuid NOT NULL", "products ON DELETE CASCADE"},
                                                   {"quantity", "integer NOT NULL CHECK (quantity > 0)"},
                                                   {"added_at", "timestamptz(3) NOT NULL DEFAULT now()"}};
constexpr reference_index cart_items_indexes[] = {{"cart_id"}, {"product_id"}};

constexpr reference_column orders_columns[] = {
    {"order_number", "text NOT NULL", nullptr, "what the customer calls it; given by a trigger"},
    {"user_id", "uuid", "users ON DELETE SET NULL", "NULL: a guest, or a user who is gone"},
    {"total_amount", "numeric(10,2) NOT NULL DEFAULT 0", nullptr, "the sum of its lines; kept by a trigger"},
    {"status", "text NOT NULL DEFAULT 'pending'", nullptr, "pending, paid, cancelled, completed or refunded"},
    {"billing_address", "jsonb"},
    {"payment_id", text},
    {"payment_completed_at", "timestamptz(3)", nullptr, "when it was paid; set once, by a trigger"}};
constexpr reference_index orders_indexes[] = {{"order_number", true}, {"user_id"}, {"status"}};

constexpr reference_column order_items_columns[] = {
    {"order_id", "uuid NOT NULL", "orders ON DELETE CASCADE"},
    {"product_id", "uuid", "products ON DELETE SET NULL", "NULL: a product that is gone"},
    {"product_snapshot", "jsonb", nullptr, "the product as it was sold; filled by a trigger, never changed"},
    {"quantity", "integer NOT NULL CHECK (quantity > 0)"},
    {"price_snapshot", "numeric(10,2) NOT NULL", nullptr,
     "the price of one as it was sold; filled by a trigger, never changed"}};
constexpr reference_index order_items_indexes[] = {{"order_id"}, {"product_id"}};

constexpr reference_table tables[] = {
    {"users", "customers of the store", users_columns, users_indexes},
    {"products", "what is sold", products_columns, products_indexes},
    {"carts", "what somebody is about to order; upkeep.checkout turns one into an order", carts_columns, carts_indexes},
    {"cart_items", "the products in a cart", cart_items_columns, cart_items_indexes},
    {"orders", "what was ordered", orders_columns, orders_indexes},
    {"order_items", "the lines of an order, each with product and price as they were sold", order_items_columns,
     order_items_indexes}};

constexpr reference_feature features[] = {
    {"users", updated_at_feature, "enable_updated_at($1)"},
    {"products", updated_at_feature, "enable_updated_at($1, ignore_columns => '{stock_quantity}')"},
    {"carts", updated_at_feature, "enable_updated_at($1)"},
    {"cart_items", updated_at_feature, "enable_updated_at($1)"},
    {"orders", updated_at_feature, "enable_updated_at($1)"},
    {"order_items", updated_at_feature, "enable_updated_at($1)"},
    {"order_items", order_snapshots_feature, "enable_order_snapshots($1, $2, active_column => 'active')", "products"},
    {"orders", order_totals_feature, "enable_order_totals($1, $2)", "order_items"},
    {"orders", order_lock_feature, "enable_order_lock($1, $2)", "order_items"},
    {"orders", order_status_feature,
     R"(enable_order_status($1, '{"pending": ["paid", "cancelled"], )"
     R"("paid": ["completed", "refunded", "cancelled"], "completed": ["refunded"]}'))"},
    {"orders", order_number_feature, "enable_order_number($1)"}};

constexpr reference_schema storefront{"create a storefront", tables, features};

} // namespace

} // namespace upkeep::reference_tables

using namespace upkeep;
using namespace upkeep::reference_tables;

// upkeep.create_storefront(schema): as the caller. Errors: 22004, 42501, 42804, 42809, and PostgreSQL's own where a
// table that is there does not fit.
UPKEEP_FUNCTION(upkeep_create_storefront) {
  return pg::entry([=] {
    const std::string schema = pg::arguments(fcinfo).name(0, "schema");
    pg::with_spi([&] { create_tables(storefront, schema); });
    return Datum(0);
  });
}
