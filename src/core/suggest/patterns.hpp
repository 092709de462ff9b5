// The names by which shops and analytics apps know what the features keep, the best first: tables as table_word writes
// them, columns as snake_name does.
#pragma once

#include <string_view>

namespace upkeep::suggest::patterns {

using names = std::string_view;

// tables
inline constexpr names orders[] = {"order",          "purchase",   "sale",   "sales_order",
                                   "customer_order", "shop_order", "invoice"};
inline constexpr names lines[] = {"order_item",       "order_line",   "line_item",      "purchase_item",
                                  "order_line_item",  "order_detail", "order_position", "order_product",
                                  "purchase_line",    "sale_item",    "sale_line",      "sales_order_line",
                                  "sales_order_item", "invoice_item", "invoice_line"};
inline constexpr names products[] = {"product", "variant", "product_variant", "item", "article", "sku",
                                     "good",    "offer"};
inline constexpr names carts[] = {"cart", "basket", "shopping_cart"};
inline constexpr names cart_items[] = {"cart_item",   "basket_item",        "cart_line",    "cart_line_item",
                                       "basket_line", "shopping_cart_item", "cart_product", "line_item"};
inline constexpr names refunds[] = {"refund", "order_refund", "refund_item", "refund_line", "refund_line_item"};
inline constexpr names daily_records[] = {"daily_record", "daily_metric", "daily_stat",
                                          "daily_report", "daily_figure", "daily_entry"};
inline constexpr names shop_settings[] = {"shop_setting", "store_setting", "setting"};
inline constexpr names weekly_diagnostics[] = {"weekly_diagnostic"};
inline constexpr names ad_decisions[] = {"ad_decision"};
inline constexpr names growth_simulations[] = {"growth_simulation"};

// columns of any table
inline constexpr names updated[] = {"updated_at",    "updated_on", "modified_at",   "updated",    "last_updated",
                                    "last_modified", "modified",   "date_modified", "changed_at", "date_updated"};
inline constexpr names created[] = {"created_at", "created_on", "created", "inserted_at", "date_created"};

// columns of orders
inline constexpr names total[] = {"total_amount",
                                  "total",
                                  "grand_total",
                                  "order_total",
                                  "total_price",
                                  "amount_total",
                                  "total_cents",
                                  "total_price_cents",
                                  "total_gross_amount",
                                  "total_gross",
                                  "total_net_amount",
                                  "amount",
                                  "sum"};
inline constexpr names subtotal[] = {"subtotal_amount",
                                     "subtotal",
                                     "sub_total",
                                     "items_total",
                                     "lines_total",
                                     "subtotal_price",

                                     "item_total",
                                     "subtotal_cents",
                                     "subtotal_gross_amount",
                                     "subtotal_net_amount",
                                     "total_line_items_price"};
inline constexpr names refunded_amount[] = {"refunded_amount",      "amount_refunded", "refunded_total",
                                            "total_refunded",       "refund_total",    "refunded_cents",
                                            "refunded_amount_cents"};
inline constexpr names currency[] = {"currency", "currency_code", "currency_iso", "order_currency"};
// Words of amounts beside the lines, or beside the price of one: a total that has these beside it is more than the sum
// of its lines.
inline constexpr names shipping_words[] = {"shipping", "shipment", "delivery", "freight"};
inline constexpr names fee_words[] = {"handling", "fee", "tip", "surcharge"};
inline constexpr names discount_words[] = {"discount", "promo", "promotion", "voucher", "coupon"};
inline constexpr names tax_words[] = {"tax", "vat", "gst"};
inline constexpr names value_added_words[] = {"vat", "gst"};
inline constexpr names adjustment_words[] = {"adjustment"};
// How such names end where they are no amounts: shipping_method_id, tax_rate.
inline constexpr names not_amounts[] = {"id",   "rate",   "percent",  "percentage", "ratio",   "count",  "number",
                                        "code", "zone",   "class",    "method",     "day",     "weight", "status",
                                        "hour", "minute", "distance", "quantity",   "priority"};
// Of taxes that come on top of the prices, and words of those that need not.
inline constexpr names added_taxes[] = {"additional_tax", "additional_tax_total", "sales_tax", "sales_tax_amount"};
inline constexpr names of_one_words[] = {"unit", "per", "each", "piece"};
inline constexpr names included_words[] = {"included", "include", "inclusive", "incl"};
inline constexpr names status[] = {"status", "order_status", "state", "payment_status", "financial_status"};
inline constexpr names paid_at[] = {"payment_completed_at", "paid_at",   "paid_on",
                                    "payment_date",         "date_paid", "payed_at"};
inline constexpr names order_number[] = {"order_number", "order_no",        "number",
                                         "order_ref",    "order_reference", "reference",
                                         "increment_id", "purchase_number", "code"};
inline constexpr names frozen[] = {"billing_address", "payment_id", "payment_intent_id", "billing_address_id"};

// columns of lines
inline constexpr names order_key[] = {"order_id", "purchase_id", "sale_id", "sales_order_id", "invoice_id"};
inline constexpr names product_key[] = {"product_id", "variant_id", "product_variant_id",
                                        "item_id",    "article_id", "sku_id"};
inline constexpr names quantity[] = {"quantity", "qty", "count", "units", "product_qty", "pieces"};
inline constexpr names line_price[] = {"price_snapshot",
                                       "unit_price",
                                       "price",
                                       "price_at_purchase",
                                       "price_each",
                                       "unit_price_cents",
                                       "price_cents",
                                       "item_price",
                                       "unit_amount",
                                       "price_per_unit",
                                       "unit_price_gross_amount",
                                       "unit_price_net_amount",
                                       "list_price"};
// What is written of a line once its order is closed.
inline constexpr names open[] = {"fulfilled_at",     "shipped_at",         "delivered_at",       "tracking_code",
                                 "tracking_number",  "tracking_url",       "tracking_id",        "fulfilled_quantity",
                                 "shipped_quantity", "delivered_quantity", "fulfillment_status", "shipment_id",
                                 "fulfillment_id"};
inline constexpr names snapshot[] = {"product_snapshot", "snapshot", "product_data"};
inline constexpr names cart_key[] = {"cart_id", "basket_id", "shopping_cart_id"};

inline constexpr names refunded_quantity[] = {"refunded_quantity", "quantity_refunded", "refunded_qty"};
// Of a line that gives back another.
inline constexpr names returns[] = {"returns_item_id",  "returned_item_id", "returns_line_id",
                                    "returned_line_id", "returns_id",       "return_of",
                                    "return_of_id",     "original_item_id", "original_line_id"};

// columns of refunds
inline constexpr names line_key[] = {"order_item_id",    "line_item_id", "order_line_id",
                                     "purchase_item_id", "line_id",      "item_id"};
inline constexpr names refund_amount[] = {"amount",       "refund_amount", "refunded_amount",
                                          "amount_cents", "total",         "refund_total"};
inline constexpr names restock[] = {"restock", "restocked", "is_restocked", "return_to_stock", "back_to_stock"};

// columns of products
inline constexpr names price[] = {"price",      "unit_price",  "sell_price",       "sale_price",   "list_price",
                                  "base_price", "price_cents", "unit_price_cents", "price_amount", "amount"};
inline constexpr names stock[] = {"stock_quantity", "stock",           "inventory_quantity", "quantity_in_stock",
                                  "inventory",      "inventory_count", "stock_count",        "stock_level",
                                  "on_hand",        "stock_on_hand",   "count_on_hand",      "quantity_on_hand",
                                  "units_in_stock", "qty_in_stock",    "quantity",           "qty"};
inline constexpr names active[] = {"active", "is_active", "available", "is_available", "enabled", "purchasable"};

// columns of days and rows that decide themselves
inline constexpr names shop_key[] = {"shop_id", "store_id", "tenant_id", "account_id"};
inline constexpr names day[] = {"record_date", "date", "day", "recorded_on", "report_date"};

// Words of tables that count what is there by place, beside the products.
inline constexpr names stock_tables[] = {"stock", "inventory", "warehouse"};

// statuses
inline constexpr names locked_statuses[] = {"paid",      "completed", "complete", "refunded",
                                            "fulfilled", "shipped",   "delivered"};
inline constexpr names released_statuses[] = {"cancelled", "canceled", "refunded"};
// The last is one that not every storefront has.
inline constexpr names storefront_statuses[] = {"pending", "paid", "cancelled", "completed", "refunded", "shipped"};

} // namespace upkeep::suggest::patterns
