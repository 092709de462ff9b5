// What the name of an amount says: what it is of, and whether taxes are in it.
#pragma once

#include <cstdint>
#include <string_view>

namespace upkeep::suggest {

enum class amount_kind : std::uint8_t { none, shipping, fee, discount, tax, adjustment };
enum class amount_taxes : std::uint8_t { unsaid, included, excluded };

struct amount_name {
  amount_kind kind = amount_kind::none;
  amount_taxes taxes = amount_taxes::unsaid;
};

// Of a column, as snake_name writes it: shipping_price_gross_amount is shipping with taxes, tax_rate nothing.
amount_name read_amount_name(std::string_view word);

// The taxes of any amount: of a price, of a total.
amount_taxes taxes_in(std::string_view word);

} // namespace upkeep::suggest
