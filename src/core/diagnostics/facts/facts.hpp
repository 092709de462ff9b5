// The facts of a shop: its days of one week and the eight before, as an aggregate gathers them in any order.
#pragma once

#include "core/calendar.hpp"
#include "core/numeric/fraction.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace upkeep::diagnostics {

inline constexpr int weeks_kept = 9, days_kept = weeks_kept * days_per_week;
// The last of the weeks.
inline constexpr int this_week = weeks_kept - 1;

// Beyond these a day is not evaluated, so that no sum and no product of the rules overflows 128 bits.
inline constexpr std::int64_t max_amount = 1'000'000'000'000'000;
inline constexpr std::int64_t max_count = 1'000'000'000;
inline constexpr int max_amount_decimals = 6;

// A cost of goods as share of the revenue, in units of 10^-9.
inline constexpr std::int64_t ratio_unit = 1'000'000'000;
inline constexpr std::int64_t no_ratio = INT64_MIN;

enum class measure : std::uint8_t { orders, revenue, ad_spend, leads };
inline constexpr std::size_t measure_count = 4;

// One row: what is NULL is not in `known` (a bit a measure).
struct day_row {
  day_number day;
  std::array<std::int64_t, measure_count> value; // amounts in units of 10^-scale
  std::uint8_t known;
  std::uint8_t scale;      // decimals of the amounts
  std::int64_t cogs_ratio; // in force on that day; no_ratio where there is none
};

// What makes all figures of a shop unfit, bits.
enum class unfit : std::uint8_t { out_of_range = 1, not_a_number = 2, too_many_decimals = 4 };

// All days of a shop. Trivial, and aligned to 8: it lives in palloc'd memory. Two rows of one day add up.
struct shop_days {
  day_number week_start;
  std::uint8_t unfit_bits;
  std::uint8_t scale;
  bool has_ratios;                    // whether `ratios` says more than `ratio`
  std::uint64_t known[measure_count]; // a bit a day, the oldest first
  std::int64_t revenue[days_kept], ad_spend[days_kept];
  std::int32_t orders[days_kept], leads[days_kept];
  std::int64_t ratio;   // of every day, where they have one
  std::int64_t *ratios; // else of each; made by `more`
};

void begin(shop_days &days, day_number week_start) noexcept;
// Whether a day is one of the nine weeks.
bool is_within(const shop_days &days, day_number day) noexcept;
// The cost of goods on a day, counted from 0.
std::int64_t ratio_on(const shop_days &days, int day) noexcept;
// Adds a row; one outside of the nine weeks is not a fact. `more` gives room for days_kept integers, in memory that
// lives as long as `days`.
void add(shop_days &days, const day_row &row, std::int64_t *(*more)(void *), void *context);
// Adds all rows of another part of the same shop.
void merge(shop_days &days, const shop_days &other, std::int64_t *(*more)(void *), void *context);

// The days as bytes that do not depend on the machine, nor on the order of the rows; and back. False where they are not
// such bytes.
std::string serialise(const shop_days &days);
bool deserialise(std::string_view bytes, shop_days &into, std::int64_t *(*more)(void *), void *context);

} // namespace upkeep::diagnostics
