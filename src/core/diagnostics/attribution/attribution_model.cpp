#include "core/diagnostics/attribution/attribution_model.hpp"

#include "core/fault.hpp"
#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

// With max_decimal_digits after the point, what an int128 holds.
constexpr std::size_t max_whole_digits = 20;
static_assert(max_whole_digits + max_decimal_digits <= max_power && 2 * max_decimal_digits <= max_power);

wide_integer wide_power_of_ten(int exponent) { return wide_integer(power_of_ten(exponent)); }

// digits / 10^scale
struct figure {
  int128 digits = 0;
  int scale = 0;

  std::string text() const { return to_text(digits, scale); }
  wide_integer in_units(int unit_scale) const { return wide_integer(digits) * wide_power_of_ten(unit_scale - scale); }
};

// Reads the figures of one side, which errors call by its name.
struct side_reader {
  std::string_view name;

  [[noreturn]] void refuse(std::string_view key, const std::string &what, std::string hint) const {
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("{} of {} {}", key, name, what),
                .hint = std::move(hint)};
  }

  figure amount(std::string_view key, std::string_view number) const {
    const std::optional<std::string> plain = plain_notation(number);
    if (!plain)
      refuse(key, "is not a number", "Pass a number, such as 1200.50.");
    const std::size_t point = std::min(plain->find('.'), plain->size());
    const std::size_t decimals = point < plain->size() ? plain->size() - point - 1 : 0;
    if (point - plain->starts_with('-') > max_whole_digits || decimals > max_decimal_digits)
      refuse(key, "has too many digits",
             fmt::format("Pass at most {} before the point and {} after it.", max_whole_digits, max_decimal_digits));
    // Unsigned, as in fraction.cpp.
    uint128 digits = 0;
    for (const char c : *plain)
      if (c >= '0')
        digits = digits * 10 + static_cast<unsigned>(c - '0');
    const auto value = static_cast<int128>(digits);
    return {plain->starts_with('-') ? -value : value, static_cast<int>(decimals)};
  }

  figure count(std::string_view key, std::string_view number) const {
    const figure result = amount(key, number);
    if (result.digits < 0)
      refuse(key, fmt::format("must not be negative, but is {}", result.text()), "Pass 0 where there were none.");
    return result;
  }

  figure share(std::string_view key, std::string_view number) const {
    const figure result = amount(key, number);
    if (result.digits < 0 || result.digits > power_of_ten(result.scale))
      refuse(key, fmt::format("must be a fraction between 0 and 1, not {}", result.text()), "Pass 0.4 for 40 percent.");
    return result;
  }
};

struct side_figures {
  figure leads, orders, revenue, ad_spend, cogs_ratio;
  std::optional<figure> cogs;
  std::int64_t weeks;

  int count_scale() const { return std::max(leads.scale, orders.scale); }
  // So many decimals that the cost of the goods is whole.
  int money_scale() const {
    return std::max({revenue.scale + cogs_ratio.scale, ad_spend.scale, cogs ? cogs->scale : 0});
  }
};

side_figures read(std::string_view name, const attribution_side &side, bool with_profit) {
  const side_reader reader{name};
  if (side.weeks < 1)
    reader.refuse("weeks", fmt::format("must be positive, not {}", side.weeks),
                  "Pass how many weeks the figures sum up.");
  side_figures figures{reader.count("leads", side.leads),
                       reader.count("orders", side.orders),
                       reader.amount("revenue", side.revenue),
                       {},
                       {},
                       {},
                       side.weeks};
  if (!with_profit)
    return figures;
  figures.ad_spend = reader.amount("ad_spend", side.ad_spend);
  if (side.cogs.empty())
    figures.cogs_ratio = reader.share("cogs_ratio", side.cogs_ratio);
  else
    figures.cogs = reader.amount("cogs", side.cogs);
  return figures;
}

// The same in whole numbers: counts in one unit, money in another.
struct side_values {
  side_values(const side_figures &side, int count_scale, int money_scale)
      : leads(side.leads.in_units(count_scale)), orders(side.orders.in_units(count_scale)),
        revenue(side.revenue.in_units(money_scale)), ad_spend(side.ad_spend.in_units(money_scale)), weeks(side.weeks) {
    if (side.cogs) {
      margin = {revenue - side.cogs->in_units(money_scale), revenue};
      profit = margin.numerator - ad_spend;
    } else {
      const wide_integer one = wide_power_of_ten(side.cogs_ratio.scale);
      margin = {one - wide_integer(side.cogs_ratio.digits), one};
      profit = revenue / one * margin.numerator - ad_spend;
    }
  }

  wide_integer leads, orders, revenue, ad_spend, weeks, profit;
  ratio margin; // of the revenue
};

} // namespace

attribution_model model_of(const attribution_side &before, const attribution_side &after, bool with_profit) {
  const side_figures sides[] = {read("before", before, with_profit), read("after", after, with_profit)};
  const int count_scale = std::max(sides[0].count_scale(), sides[1].count_scale());
  const int money_scale = std::max(sides[0].money_scale(), sides[1].money_scale());
  const side_values a(sides[0], count_scale, money_scale), b(sides[1], count_scale, money_scale);
  return {.leads = factor_of({a.leads, a.weeks}, {b.leads, b.weeks}),
          .cvr = factor_of({a.orders, a.leads}, {b.orders, b.leads}),
          .aov = factor_of({a.revenue, a.orders}, {b.revenue, b.orders}),
          .margin = factor_of(a.margin, b.margin),
          .cpl = factor_of({a.ad_spend, a.leads}, {b.ad_spend, b.leads}),
          .profit = factor_of({a.profit, a.weeks}, {b.profit, b.weeks}),
          .money_scale = money_scale};
}

} // namespace upkeep::diagnostics
