#include "core/diagnostics/facts/facts.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace upkeep::diagnostics {

namespace {

using more_function = std::int64_t *(*)(void *);

constexpr std::uint64_t bit(int day) { return std::uint64_t{1} << day; }

void mark(shop_days &days, unfit what) { days.unfit_bits |= static_cast<std::uint8_t>(what); }

// Adds to a sum that must stay within its bound; the sum keeps its value where it would not.
template <class integer> bool add_within(integer &sum, std::int64_t value, std::int64_t bound) {
  if (value > bound || value < -bound || sum + value > bound || sum + value < -bound)
    return false;
  sum = static_cast<integer>(sum + value);
  return true;
}

void rescale(shop_days &days, std::uint8_t scale) {
  const auto factor = static_cast<std::int64_t>(power_of_ten(scale - days.scale));
  days.scale = scale;
  for (auto *amounts : {days.revenue, days.ad_spend})
    for (int day = 0; day < days_kept; ++day) {
      if (amounts[day] > max_amount / factor || amounts[day] < -max_amount / factor) {
        mark(days, unfit::out_of_range);
        amounts[day] = 0;
      }
      amounts[day] *= factor;
    }
}

std::uint64_t any_known(const shop_days &days) { return days.known[0] | days.known[1] | days.known[2] | days.known[3]; }

void keep_ratio_of_each_day(shop_days &days, more_function more, void *context) {
  if (days.has_ratios)
    return;
  days.ratios = more(context);
  std::fill_n(days.ratios, days_kept, days.ratio);
  days.has_ratios = true;
}

// Of two rows of one day the greater counts, whichever comes first.
void set_ratio(shop_days &days, int day, std::int64_t ratio, bool is_first_of_day, more_function more, void *context) {
  const bool is_first = !(any_known(days) & ~bit(day)) && is_first_of_day;
  if (is_first && !days.has_ratios) {
    days.ratio = ratio;
    return;
  }
  const std::int64_t present = days.has_ratios ? days.ratios[day] : days.ratio;
  if (!days.has_ratios && ratio == present)
    return;
  keep_ratio_of_each_day(days, more, context);
  days.ratios[day] = is_first_of_day ? ratio : std::max(ratio, present);
}

// Appends the last `bytes` bytes, the greatest first.
void put(std::string &into, std::uint64_t value, std::size_t bytes) {
  const std::uint64_t ordered = std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
  into.append(reinterpret_cast<const char *>(&ordered) + sizeof ordered - bytes, bytes);
}

class byte_reader {
public:
  explicit byte_reader(std::string_view bytes) : bytes(bytes) {}
  std::uint64_t get(int count) {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i, ++at)
      value = value << 8 | (at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0);
    return value;
  }
  bool is_at_end() const { return at == bytes.size(); }

private:
  std::string_view bytes;
  std::size_t at = 0;
};

} // namespace

void begin(shop_days &days, day_number week_start) noexcept {
  std::memset(&days, 0, sizeof days);
  days.week_start = week_start;
  days.ratio = no_ratio;
}

std::int64_t ratio_on(const shop_days &days, int day) noexcept {
  return days.has_ratios ? days.ratios[day] : days.ratio;
}

bool is_within(const shop_days &days, day_number day) noexcept {
  const std::int64_t after = std::int64_t{day} - days.week_start;
  return after < days_per_week && after >= -this_week * days_per_week;
}

void add(shop_days &days, const day_row &row, more_function more, void *context) {
  if (!is_within(days, row.day))
    return;
  const int day = row.day - days.week_start + this_week * days_per_week;
  if (!row.known)
    return;
  set_ratio(days, day, row.cogs_ratio, !(any_known(days) & bit(day)), more, context);
  std::array<std::int64_t, measure_count> value = row.value;
  if (row.scale > days.scale) {
    rescale(days, row.scale);
  } else if (row.scale < days.scale) {
    const auto factor = static_cast<std::int64_t>(power_of_ten(days.scale - row.scale));
    for (const measure amount : {measure::revenue, measure::ad_spend})
      if (__builtin_mul_overflow(value[std::size_t(amount)], factor, &value[std::size_t(amount)]))
        value[std::size_t(amount)] = INT64_MAX;
  }
  bool fits = true;
  const auto take = [&](measure which, auto &sum, std::int64_t bound) {
    const auto at = static_cast<std::size_t>(which);
    if (!(row.known & (1u << at)))
      return;
    days.known[at] |= bit(day);
    fits &= add_within(sum, value[at], bound);
  };
  take(measure::orders, days.orders[day], max_count);
  take(measure::revenue, days.revenue[day], max_amount);
  take(measure::ad_spend, days.ad_spend[day], max_amount);
  take(measure::leads, days.leads[day], max_count);
  if (!fits)
    mark(days, unfit::out_of_range);
}

void merge(shop_days &days, const shop_days &other, more_function more, void *context) {
  days.unfit_bits |= other.unfit_bits;
  for (int day = 0; day < days_kept; ++day) {
    day_row row{other.week_start + day - this_week * days_per_week,
                {other.orders[day], other.revenue[day], other.ad_spend[day], other.leads[day]},
                0,
                other.scale,
                ratio_on(other, day)};
    for (std::size_t each = 0; each < measure_count; ++each)
      row.known |= static_cast<std::uint8_t>((other.known[each] & bit(day)) != 0) << each;
    add(days, row, more, context);
  }
}

std::string serialise(const shop_days &days) {
  std::string bytes;
  bytes.reserve(64 + days_kept * 32);
  put(bytes, static_cast<std::uint32_t>(days.week_start), 4);
  put(bytes, days.unfit_bits, 1);
  put(bytes, days.scale, 1);
  for (const std::uint64_t known : days.known)
    put(bytes, known, 8);
  const std::uint64_t any = any_known(days);
  bool differ = false;
  std::int64_t common = no_ratio;
  for (int day = 0, found = 0; day < days_kept; ++day)
    if (any & bit(day)) {
      differ |= found++ && ratio_on(days, day) != common;
      common = ratio_on(days, day);
    }
  put(bytes, differ, 1);
  put(bytes, static_cast<std::uint64_t>(common), 8);
  for (int day = 0; day < days_kept; ++day)
    if (any & bit(day)) {
      put(bytes, static_cast<std::uint64_t>(days.revenue[day]), 8);
      put(bytes, static_cast<std::uint64_t>(days.ad_spend[day]), 8);
      put(bytes, static_cast<std::uint32_t>(days.orders[day]), 4);
      put(bytes, static_cast<std::uint32_t>(days.leads[day]), 4);
      if (differ)
        put(bytes, static_cast<std::uint64_t>(ratio_on(days, day)), 8);
    }
  return bytes;
}

bool deserialise(std::string_view bytes, shop_days &into, more_function more, void *context) {
  byte_reader in(bytes);
  begin(into, static_cast<day_number>(in.get(4)));
  into.unfit_bits = static_cast<std::uint8_t>(in.get(1));
  into.scale = static_cast<std::uint8_t>(in.get(1));
  for (std::uint64_t &known : into.known)
    known = in.get(8);
  const std::uint64_t any = any_known(into);
  const bool differ = in.get(1);
  into.ratio = static_cast<std::int64_t>(in.get(8));
  if (into.scale > max_amount_decimals || any >> days_kept)
    return false;
  if (differ)
    keep_ratio_of_each_day(into, more, context);
  for (int day = 0; day < days_kept; ++day)
    if (any & bit(day)) {
      into.revenue[day] = static_cast<std::int64_t>(in.get(8));
      into.ad_spend[day] = static_cast<std::int64_t>(in.get(8));
      into.orders[day] = static_cast<std::int32_t>(in.get(4));
      into.leads[day] = static_cast<std::int32_t>(in.get(4));
      if (differ)
        into.ratios[day] = static_cast<std::int64_t>(in.get(8));
    }
  return in.is_at_end();
}

} // namespace upkeep::diagnostics
