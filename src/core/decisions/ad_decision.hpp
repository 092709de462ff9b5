// Whether an ad is to be scaled, kept or killed, and on what evidence.
#pragma once

#include "core/decisions/numeric_input.hpp"
#include "core/decisions/poisson.hpp"

#include <vector>

namespace upkeep::decisions {

// The version of the rule that decides, as evidence keeps it.
inline constexpr int ad_rule_version = 1;
// An ad that is known to be younger is not scaled.
inline constexpr int days_before_scaling = 3;

// What an order is taken to bring: what the ad's row says, what its own orders brought, what the shop has set, what all
// of the shop's orders brought of late.
enum class aov_source : std::uint8_t { row, orders, settings, shop };
std::string_view name_of(aov_source which) noexcept; // "row", ...

// The arguments of upkeep.ad_decision; nullopt for NULL. A desired_net_margin that is NULL is 0.
struct ad_figures {
  optional_number spend, revenue, cogs_ratio, desired_net_margin, marginal_roas, aov;
  optional_count orders, leads, age_days, impressions, clicks;
  aov_source source_of_aov = aov_source::row; // where `aov` was found
};
// Whether the ad itself says what its orders bring, or claims to; else the shop is to be asked.
bool has_own_aov(const ad_figures &given);
// What an order brings at these sums, to the decimals of the amounts; nullopt where it is not above 0.
optional_number mean_order_value(const optional_number &revenue, const optional_number &orders,
                                 const ad_figures &of_ad);

enum class ad_action : std::uint8_t { keep, scale, kill };
std::string_view name_of(ad_action which) noexcept; // "KEEP", "SCALE", "KILL"

// A warning that comes before the figures suffice to decide; alone it decides nothing.
struct ad_signal {
  std::string_view code;
  double value;    // what was seen
  double limit;    // what it should not pass
  double sample;   // of how many
  double strength; // 0 to 1: how improbable so little is of an ad on target, at break-even, or of 1 % clicks
};

struct ad_verdict {
  ad_action action = ad_action::keep;
  std::string_view reason;
  std::vector<ad_signal> signals;
  bool suggests_kill = false; // by two signals, or by a strong one

  // The evidence's figures, where they are defined.
  int amount_scale = 0;
  std::optional<aov_source> source_of_aov;
  std::optional<rational> aov, margin_ratio, break_even_cpa, target_cpa, cpa;
  std::optional<poisson_bounds> orders;
  std::optional<double> cpa_optimistic, cpa_pessimistic;
};

// Never fails, whatever the figures are: what cannot be decided on is kept, with the reason. One look errs for at most
// one ad in twenty: kills one whose true CPA is below break-even, or scales one that misses its target.
ad_verdict decide_ad(const ad_figures &given);

// The signals of figures that are valid, of which the verdict has the economics; none of money where they are not
// known.
std::vector<ad_signal> early_signals(const ad_figures &given, const ad_verdict &economics);
bool suggests_kill(const std::vector<ad_signal> &signals) noexcept;

// {"rule_version": 1, "inputs": {...}, ...}: all that is needed to derive the decision again. `overrides`: what a
// person decided instead, where that differs.
void write_evidence(const ad_figures &given, const ad_verdict &verdict, std::optional<std::string_view> overrides,
                    json_sink &into);
// [{"code", "limit", "value", "sample", "strength"}]
void write_signals(const ad_verdict &verdict, json_sink &into);

} // namespace upkeep::decisions
