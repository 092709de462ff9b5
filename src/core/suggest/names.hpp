// What tables and columns are called: the same name in the manners of Rails, Prisma, Drizzle and people.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace upkeep::suggest {

// "createdAt", "CreatedAt" and "created_at" are created_at; "orderID" is order_id.
std::string snake_name(std::string_view name);

// The same of a table, its last word in the singular: "OrderItems" is order_item, "categories" category.
std::string table_word(std::string_view name);

// What a column refers to, by its name: variant by variant_id.
std::string without_id(std::string_view word);

// How well a word fits: its place among the patterns, best first; after all of them where it only ends in one, as
// shop_order in order. A word may run together: orderitem is order_item. nullopt where it does not fit.
std::optional<std::size_t> rank_of(std::span<const std::string_view> patterns, std::string_view word);

// Whether a word is one of the patterns itself.
bool is_one_of(std::span<const std::string_view> patterns, std::string_view word);

// Whether a word of a name, or its last one, is among the patterns, in the singular.
bool has_word_of(std::span<const std::string_view> patterns, std::string_view name);
bool ends_in_word_of(std::span<const std::string_view> patterns, std::string_view name);

} // namespace upkeep::suggest
