#include "core/decisions/ad_decision.hpp"
#include "core/decisions/wilson.hpp"

#include <algorithm>
#include <cmath>

namespace upkeep::decisions {

namespace {

constexpr double times_target = 2, strong = 0.95;
constexpr int break_even_cpl_tenths = 15;
constexpr std::int64_t fewest_leads = 30, fewest_impressions = 1000, impressions_per_click = 100;

// What the signals of money need.
struct ad_economics {
  double spend, break_even_cpa, target_cpa;
  std::int64_t orders, leads;
  rational orders_to_break_even; // at this spend
};

std::optional<ad_economics> economics_of(const ad_figures &given, const ad_verdict &verdict) {
  if (!given.spend || !given.orders || (given.leads && *given.orders > *given.leads) ||
      !is_positive(verdict.break_even_cpa))
    return std::nullopt;
  const double break_even = verdict.break_even_cpa->approximately();
  const bool has_target = is_positive(verdict.target_cpa);
  return ad_economics{given.spend->value,
                      break_even,
                      has_target ? verdict.target_cpa->approximately() : break_even,
                      *given.orders,
                      given.leads.value_or(0),
                      given.spend->exactly() / *verdict.break_even_cpa};
}

// Nothing came of what should have brought two orders.
std::optional<ad_signal> zero_orders(const ad_economics &ad) {
  const double expected = ad.spend / ad.target_cpa;
  if (ad.orders > 0 || expected < times_target)
    return std::nullopt;
  return ad_signal{"ZERO_ORDERS_2X", ad.spend, times_target * ad.target_cpa, expected, -std::expm1(-expected)};
}

std::optional<ad_signal> dear_leads(const ad_economics &ad) {
  const auto leads = static_cast<double>(ad.leads);
  const rational allowed = rational(ad.orders) * rational(break_even_cpl_tenths, 10);
  if (ad.orders == 0 || ad.leads < fewest_leads || ad.orders_to_break_even <= allowed)
    return std::nullopt;
  return ad_signal{"CPL_HIGH", ad.spend / leads, allowed.approximately() * ad.break_even_cpa / leads, leads,
                   1 - poisson_at_most(ad.orders, ad.spend / ad.break_even_cpa)};
}

std::optional<ad_signal> few_clicks(const ad_figures &given) {
  if (!given.impressions || !given.clicks || *given.impressions <= fewest_impressions ||
      *given.clicks >= *given.impressions / impressions_per_click + (*given.impressions % impressions_per_click > 0))
    return std::nullopt;
  const auto impressions = static_cast<double>(*given.impressions);
  return ad_signal{"CTR_LOW", static_cast<double>(*given.clicks) / impressions, 1.0 / impressions_per_click,
                   impressions, 1 - poisson_at_most(*given.clicks, impressions / impressions_per_click)};
}

std::optional<ad_signal> few_conversions(const ad_economics &ad) {
  // Where what was seen suffices, so does its bound, however both are rounded.
  if (ad.leads == 0 || ad.orders_to_break_even <= rational(ad.orders))
    return std::nullopt;
  const auto leads = static_cast<double>(ad.leads);
  const double needed = ad.spend / leads / ad.break_even_cpa;
  if (wilson_upper(ad.orders, ad.leads) >= needed)
    return std::nullopt;
  return ad_signal{"CVR_LOW", static_cast<double>(ad.orders) / leads, needed, leads,
                   wilson_confidence(ad.orders, ad.leads, needed)};
}

} // namespace

std::vector<ad_signal> early_signals(const ad_figures &given, const ad_verdict &verdict) {
  const std::optional<ad_economics> ad = economics_of(given, verdict);
  std::vector<ad_signal> signals;
  const auto add = [&](const std::optional<ad_signal> &signal) {
    if (signal)
      signals.push_back(*signal);
  };
  if (ad) {
    add(zero_orders(*ad));
    add(dear_leads(*ad));
  }
  add(few_clicks(given));
  if (ad)
    add(few_conversions(*ad));
  return signals;
}

bool suggests_kill(const std::vector<ad_signal> &signals) noexcept {
  return signals.size() >= 2 ||
         std::ranges::any_of(signals, [](const ad_signal &signal) { return signal.strength >= strong; });
}

} // namespace upkeep::decisions
