#include "core/suggest/amount_name.hpp"
#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"

#include <gtest/gtest.h>

namespace suggest_test {

using namespace upkeep;
using namespace upkeep::suggest;

TEST(suggest, names_of_every_manner_are_the_same_words) {
  for (const char *name :
       {"created_at", "createdAt", "CreatedAt", "created at", "CREATED_AT", "_created_at", "created-at"})
    EXPECT_EQ(snake_name(name), "created_at") << name;
  EXPECT_EQ(snake_name("orderID"), "order_id");
  EXPECT_EQ(snake_name("HTMLPage"), "html_page");
  EXPECT_EQ(snake_name("SKU"), "sku");
  EXPECT_EQ(snake_name("price2"), "price2");
  EXPECT_EQ(snake_name(""), "");
}

TEST(suggest, tables_are_read_in_the_singular) {
  EXPECT_EQ(table_word("OrderItems"), "order_item");
  EXPECT_EQ(table_word("OrderItem"), "order_item");
  EXPECT_EQ(table_word("categories"), "category");
  EXPECT_EQ(table_word("purchases"), "purchase");
  EXPECT_EQ(table_word("order_statuses"), "order_status");
  EXPECT_EQ(table_word("status"), "status");
  EXPECT_EQ(table_word("addresses"), "address");
  EXPECT_EQ(table_word("boxes"), "box");
  EXPECT_EQ(table_word("s"), "s");
}

TEST(suggest, a_name_of_its_own_is_better_than_an_ending) {
  EXPECT_EQ(rank_of(patterns::orders, "order"), 0u);
  EXPECT_EQ(rank_of(patterns::orders, "purchase"), 1u);
  EXPECT_GT(rank_of(patterns::orders, "wc_order"), rank_of(patterns::orders, "invoice"));
  EXPECT_EQ(rank_of(patterns::orders, "border"), std::nullopt);
  EXPECT_EQ(rank_of(patterns::orders, "order_item"), std::nullopt);
  EXPECT_EQ(rank_of(patterns::lines, "woocommerce_order_item"), std::size(patterns::lines));
  EXPECT_TRUE(is_one_of(patterns::lines, "line_item"));
  EXPECT_FALSE(is_one_of(patterns::lines, "my_line_item"));
}

TEST(suggest, a_name_may_run_together) {
  EXPECT_EQ(rank_of(patterns::lines, "orderitem"), 0u);
  EXPECT_EQ(rank_of(patterns::lines, "shop_orderitem"), std::size(patterns::lines));
  EXPECT_EQ(rank_of(patterns::lines, "reorderitem"), std::nullopt);
  EXPECT_EQ(rank_of(patterns::lines, "orderite"), std::nullopt);
  EXPECT_EQ(rank_of(patterns::orders, "border"), std::nullopt);
  EXPECT_TRUE(is_one_of(patterns::product_key, "productid"));
  EXPECT_EQ(without_id("variant_id"), "variant");
  EXPECT_EQ(without_id("variantid"), "variant");
  EXPECT_EQ(without_id("id"), "id");
}

TEST(suggest, words_within_a_name) {
  const auto is_beside_lines = [](std::string_view name) {
    return has_word_of(patterns::shipping_words, name) || has_word_of(patterns::fee_words, name) ||
           has_word_of(patterns::discount_words, name) || has_word_of(patterns::tax_words, name) ||
           has_word_of(patterns::adjustment_words, name);
  };
  for (const char *name : {"tax", "total_tax", "shipping_price_gross_amount", "total_discounts", "adjustment_total",
                           "additional_tax_total", "taxes"})
    EXPECT_TRUE(is_beside_lines(name)) << name;
  for (const char *name : {"", "taxi", "total", "syntax_total", "_", "item_total"})
    EXPECT_FALSE(is_beside_lines(name)) << name;
  for (const char *name : {"tax_rate", "shipping_method_id", "delivery_days", "id"})
    EXPECT_TRUE(ends_in_word_of(patterns::not_amounts, name)) << name;
  EXPECT_FALSE(ends_in_word_of(patterns::not_amounts, "rate_total"));
}

TEST(suggest, an_amount_says_what_it_is_of) {
  const auto kind = [](std::string_view word) { return read_amount_name(word).kind; };
  for (const char *word : {"shipping", "shipping_amount", "shipping_cents", "shipment_total", "delivery_price",
                           "total_shipping_price", "freight"})
    EXPECT_EQ(kind(word), amount_kind::shipping) << word;
  for (const char *word : {"discount", "total_discounts", "promo_total", "coupon_amount", "shipping_discount"})
    EXPECT_EQ(kind(word), amount_kind::discount) << word;
  for (const char *word : {"tax", "total_tax", "vat_amount", "shipping_tax", "included_tax_total"})
    EXPECT_EQ(kind(word), amount_kind::tax) << word;
  EXPECT_EQ(kind("adjustment_total"), amount_kind::adjustment);
  EXPECT_EQ(kind("handling_fee"), amount_kind::fee);
  for (const char *word : {"total", "subtotal", "tax_rate", "shipping_method_id", "coupon_code", "discount_percent",
                           "taxi", "delivery_day", "price", ""})
    EXPECT_EQ(kind(word), amount_kind::none) << word;
}

TEST(suggest, an_amount_says_whether_taxes_are_in_it) {
  const auto taxes = [](std::string_view word) { return read_amount_name(word).taxes; };
  EXPECT_EQ(taxes("shipping_price_gross_amount"), amount_taxes::included);
  EXPECT_EQ(taxes("shipping_with_tax"), amount_taxes::included);
  EXPECT_EQ(read_amount_name("shipping_with_tax").kind, amount_kind::shipping);
  EXPECT_EQ(read_amount_name("sub_total_with_tax").kind, amount_kind::none);
  EXPECT_EQ(taxes("shipping_price_net_amount"), amount_taxes::excluded);
  EXPECT_EQ(taxes("shipping_network"), amount_taxes::unsaid);
  EXPECT_EQ(taxes_in("total_gross_amount"), amount_taxes::included);
  EXPECT_EQ(taxes_in("total"), amount_taxes::unsaid);
}

} // namespace suggest_test
