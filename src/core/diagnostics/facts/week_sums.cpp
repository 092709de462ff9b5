#include "core/diagnostics/facts/week_sums.hpp"

namespace upkeep::diagnostics {

void week_sums::add(const week_sums &other) {
  orders += other.orders;
  revenue += other.revenue;
  ad_spend += other.ad_spend;
  leads += other.leads;
  cogs += other.cogs;
  has_one_ratio = other.has_one_ratio && (days == 0 || (has_one_ratio && ratio == other.ratio));
  ratio = other.ratio;
  days += other.days;
}

} // namespace upkeep::diagnostics
