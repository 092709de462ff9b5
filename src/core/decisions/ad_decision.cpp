#include "core/decisions/ad_decision.hpp"

#include "core/keyed_table.hpp"

#include <algorithm>

namespace upkeep::decisions {

namespace {

bool is_negative_amount(const optional_number &amount) { return amount && (!amount->is_fit || amount->value < 0); }
bool is_no_number(const optional_number &number) { return number && !number->is_fit; }
bool is_no_share(const optional_number &share) {
  return is_negative_amount(share) || (share && share->exactly() > rational(1));
}
bool is_negative_count(const optional_count &count) { return count && *count < 0; }

// The first argument that cannot be, "" where all can. More spend with less revenue has a negative marginal ROAS.
std::string_view invalid_argument(const ad_figures &given) {
  const std::pair<std::string_view, bool> checks[] = {
      {"invalid_spend", is_negative_amount(given.spend)},
      {"invalid_orders", is_negative_count(given.orders)},
      {"invalid_revenue", is_negative_amount(given.revenue)},
      {"invalid_leads", is_negative_count(given.leads)},
      {"invalid_cogs_ratio", is_no_share(given.cogs_ratio)},
      {"invalid_desired_net_margin", is_no_share(given.desired_net_margin)},
      {"invalid_age_days", is_negative_count(given.age_days)},
      {"invalid_marginal_roas", is_no_number(given.marginal_roas)},
      {"invalid_impressions", is_negative_count(given.impressions)},
      {"invalid_clicks", is_negative_count(given.clicks)},
      {"invalid_aov", is_negative_amount(given.aov)},
  };
  const auto *const found = std::ranges::find_if(checks, [](const auto &check) { return check.second; });
  return found == std::end(checks) ? std::string_view() : found->first;
}

bool is_above_zero(const optional_number &number) { return number && number->is_fit && number->value > 0; }

void tell_aov(const ad_figures &given, ad_verdict &into) {
  if (!has_own_aov(given) || (given.aov && given.aov->value <= 0))
    return;
  into.source_of_aov = given.aov ? given.source_of_aov : aov_source::orders;
  into.aov = given.aov ? given.aov->exactly() : given.revenue->exactly() / rational(*given.orders);
}

// What can be told of the figures, where all of them are valid.
void tell_economics(const ad_figures &given, ad_verdict &into) {
  tell_aov(given, into);
  if (given.cogs_ratio)
    into.margin_ratio = rational(1) - given.cogs_ratio->exactly();
  if (into.aov && into.margin_ratio) {
    const rational desired = given.desired_net_margin ? given.desired_net_margin->exactly() : rational(0);
    into.break_even_cpa = *into.aov * *into.margin_ratio;
    into.target_cpa = *into.aov * (*into.margin_ratio - desired);
  }
  if (given.orders)
    into.orders = poisson_interval(*given.orders);
  if (!given.spend || !given.orders)
    return;
  into.cpa_optimistic = given.spend->value / into.orders->upper;
  if (*given.orders > 0) {
    into.cpa = given.spend->exactly() / rational(*given.orders);
    into.cpa_pessimistic = given.spend->value / into.orders->lower;
  }
}

// Why nothing can be decided; "" where it can.
std::string_view undecidable(const ad_figures &given, const ad_verdict &economics) {
  if (!given.spend)
    return "missing_spend";
  if (!given.orders)
    return "missing_orders";
  if (given.spend->value == 0)
    return "no_spend";
  if (given.leads && *given.orders > *given.leads)
    return "orders_above_leads";
  if (!given.cogs_ratio)
    return "missing_cogs_ratio";
  if (!economics.aov)
    return "no_aov";
  if (!is_positive(economics.break_even_cpa))
    return "no_margin";
  return {};
}

// Of an ad whose every argument needed is there.
void judge(const ad_figures &given, ad_verdict &verdict) {
  const auto decide = [&](ad_action action, std::string_view reason) {
    verdict.action = action;
    verdict.reason = reason;
  };
  if (*verdict.cpa_optimistic > verdict.break_even_cpa->approximately())
    return decide(ad_action::kill, "cpa_above_break_even");
  if (!verdict.cpa_pessimistic || !is_positive(verdict.target_cpa) ||
      *verdict.cpa_pessimistic >= verdict.target_cpa->approximately())
    return decide(ad_action::keep, "not_certain");
  if (given.marginal_roas && given.marginal_roas->exactly() * *verdict.margin_ratio < rational(1))
    return decide(ad_action::keep, "marginal_roas_low");
  if (given.age_days && *given.age_days < days_before_scaling)
    return decide(ad_action::keep, "too_young");
  decide(ad_action::scale, "cpa_below_target");
}

} // namespace

std::string_view name_of(ad_action which) noexcept {
  static constexpr keyed_name<ad_action> names[] = {
      {ad_action::keep, "KEEP"}, {ad_action::scale, "SCALE"}, {ad_action::kill, "KILL"}};
  static_assert(is_keyed(names, ad_action::kill));
  return row_of(names, which).name;
}

std::string_view name_of(aov_source which) noexcept {
  static constexpr keyed_name<aov_source> names[] = {{aov_source::row, "row"},
                                                     {aov_source::orders, "orders"},
                                                     {aov_source::settings, "settings"},
                                                     {aov_source::shop, "shop"}};
  static_assert(is_keyed(names, aov_source::shop));
  return row_of(names, which).name;
}

bool has_own_aov(const ad_figures &given) {
  return given.aov || (given.orders && *given.orders > 0 && is_above_zero(given.revenue));
}

optional_number mean_order_value(const optional_number &revenue, const optional_number &orders,
                                 const ad_figures &of_ad) {
  if (!is_above_zero(revenue) || !is_above_zero(orders))
    return std::nullopt;
  const auto text = rounded_text(std::optional(revenue->exactly() / orders->exactly()),
                                 scale_of_amounts({&of_ad.spend, &of_ad.revenue, &revenue}));
  const optional_number mean = text ? optional_number(numeric_input::of(*text)) : std::nullopt;
  return is_above_zero(mean) ? mean : std::nullopt;
}

ad_verdict decide_ad(const ad_figures &given) {
  ad_verdict verdict;
  verdict.amount_scale = scale_of_amounts({&given.spend, &given.revenue, &given.aov});
  verdict.reason = invalid_argument(given);
  if (!verdict.reason.empty())
    return verdict;
  tell_economics(given, verdict);
  verdict.signals = early_signals(given, verdict);
  verdict.suggests_kill = suggests_kill(verdict.signals);
  verdict.reason = undecidable(given, verdict);
  if (verdict.reason.empty())
    judge(given, verdict);
  return verdict;
}

} // namespace upkeep::decisions
