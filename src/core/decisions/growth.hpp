// What a revenue would need, if advertising went on as it does, or brought ever less.
#pragma once

#include "core/decisions/numeric_input.hpp"

#include <array>

namespace upkeep::decisions {

// The version of the rules, as assumptions keep it.
inline constexpr int growth_rule_version = 1;
inline constexpr double usual_elasticity = 0.7;

// The arguments of upkeep.simulate_growth; nullopt for NULL. An elasticity that is NULL is the usual one.
struct growth_figures {
  optional_number target_revenue, revenue, ad_spend, cogs_ratio, elasticity, max_observed_spend;
  optional_count leads, orders;
};

enum class growth_model : std::uint8_t { linear, diminishing };
std::string_view name_of(growth_model which) noexcept; // "linear", "diminishing"

enum class feasibility : std::uint8_t { achieved, easy, realistic, hard, unrealistic, unprofitable, insufficient };
std::string_view name_of(feasibility which) noexcept; // "ACHIEVED", ...

// What one model says. nullopt where it cannot be told.
struct growth_plan {
  growth_model model = growth_model::linear;
  optional_count leads, orders;
  std::optional<rational> ad_spend, net_profit, marginal_roas, spend_ratio;
  feasibility level = feasibility::insufficient;
  std::string_view reason;         // of INSUFFICIENT and UNPROFITABLE; else empty
  bool is_beyond_observed = false; // the spend is above 1.5 times the largest seen
};

struct growth_simulation {
  int amount_scale = 0;
  rational target;
  double elasticity = usual_elasticity;
  // Of today.
  std::optional<rational> aov, cvr, cpl, roas, margin_ratio, net_profit;
  std::array<growth_plan, 2> plans;

  // As the columns show them.
  std::optional<std::string> amount_text(const std::optional<rational> &amount) const {
    return rounded_text(amount, amount_scale);
  }
  static std::optional<std::string> ratio_text(const std::optional<rational> &ratio) {
    return rounded_text(ratio, ratio_decimals);
  }
};

// 22004 without a target; 22023 for one that is not above 0, negative figures, shares outside 0 to 1, what is no
// number; 22003 where more orders or leads are needed than an integer holds.
growth_simulation simulate_growth(const growth_figures &given);

// {"rule_version": 1, "inputs": {...}, ...}
void write_assumptions(const growth_figures &given, const growth_simulation &simulation, const growth_plan &plan,
                       json_sink &into);

} // namespace upkeep::decisions
