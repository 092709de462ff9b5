#include "core/metrics/commerce_set.hpp"

#include <array>

namespace upkeep::metrics {

namespace {

constexpr std::array<commerce_metric, 5> commerce{
    {{"aov", "aov = revenue / orders"},
     {"cpl", "cpl = ad_spend / leads"},
     {"cvr", "cvr = 100 * orders / leads"},
     {"roas", "roas = revenue / ad_spend"},
     {"net_profit", "net_profit = revenue - round(revenue * settings.cogs_ratio) - ad_spend"}}};

} // namespace

std::span<const commerce_metric> commerce_set() { return commerce; }

bool is_between_0_and_1(const decimal &value) {
  if (value.is_null)
    return true;
  if (!value.text)
    return value.digits >= 0 && value.digits <= power_of_ten(value.scale);
  const std::string_view text = value.text;
  if (text.find_first_of("123456789") == std::string_view::npos)
    return true;
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string_view whole = text.substr(0, point);
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  return whole.empty() || (whole == "1" && text.find_first_of("123456789", point) == std::string_view::npos);
}

} // namespace upkeep::metrics
