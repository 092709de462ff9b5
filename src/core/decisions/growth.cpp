#include "core/decisions/growth.hpp"

#include "core/keyed_table.hpp"

#include <algorithm>
#include <cmath>

namespace upkeep::decisions {

namespace {

void check(const growth_figures &given) {
  if (!given.target_revenue)
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = "target_revenue must not be null",
                .hint = "Pass the revenue that is to be reached."};
  check_argument("target_revenue", given.target_revenue, allowed::not_negative);
  if (given.target_revenue->value <= 0)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "target_revenue must be above 0",
                .hint = "Pass the revenue that is to be reached."};
  check_argument("revenue", given.revenue, allowed::not_negative);
  check_argument("ad_spend", given.ad_spend, allowed::not_negative);
  check_argument("leads", given.leads);
  check_argument("orders", given.orders);
  check_argument("cogs_ratio", given.cogs_ratio, allowed::share);
  check_argument("max_observed_spend", given.max_observed_spend, allowed::not_negative);
  check_argument("elasticity", given.elasticity, allowed::share);
  if (given.elasticity && given.elasticity->value <= 0)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "elasticity must be above 0",
                .hint = "Pass NULL for the usual 0.7, or what upkeep.fit_elasticity finds."};
}

std::optional<rational> number(const optional_number &given) {
  return given ? std::optional(given->exactly()) : std::nullopt;
}
std::optional<rational> number(const optional_count &given) {
  return given ? std::optional(rational(*given)) : std::nullopt;
}

std::optional<rational> quotient(const std::optional<rational> &a, const std::optional<rational> &b) {
  return a && b && *b > rational(0) ? std::optional(*a / *b) : std::nullopt;
}
std::optional<rational> product(const std::optional<rational> &a, const std::optional<rational> &b) {
  return a && b ? std::optional(*a * *b) : std::nullopt;
}
std::optional<rational> difference(const std::optional<rational> &a, const std::optional<rational> &b) {
  return a && b ? std::optional(*a - *b) : std::nullopt;
}

// Of orders or leads: the next whole number, which a column of integers holds.
optional_count ceiling(const std::optional<rational> &needed, std::string_view name) {
  if (!needed)
    return std::nullopt;
  if (!(*needed <= rational(INT32_MAX)))
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = "target_revenue needs more " + std::string(name) + " than an integer holds",
                .hint = "Pass a smaller target_revenue."};
  const auto nearest = static_cast<std::int64_t>(needed->rounded(0));
  return nearest + (rational(nearest) < *needed);
}

struct objection {
  std::string_view reason;
  bool holds;
};

// "" where none holds.
std::string_view first_of(std::initializer_list<objection> all) {
  const auto *const found = std::ranges::find_if(all, &objection::holds);
  return found == all.end() ? std::string_view() : found->reason;
}

// What is missing to tell anything of the target.
std::string_view missing(const growth_figures &given) {
  return first_of({{"missing_revenue", !given.revenue},
                   {"missing_ad_spend", !given.ad_spend},
                   {"missing_leads", !given.leads},
                   {"missing_orders", !given.orders},
                   {"missing_cogs_ratio", !given.cogs_ratio},
                   {"orders_above_leads", given.orders && given.leads > 0 && given.orders > given.leads}});
}

// What is missing to tell how a target above today's revenue would be reached.
std::string_view zero(const growth_figures &given) {
  return first_of({{"no_revenue", given.revenue->value == 0},
                   {"no_ad_spend", given.ad_spend->value == 0},
                   {"no_leads", given.leads == 0},
                   {"no_orders", given.orders == 0}});
}

void spend_linearly(const growth_simulation &today, growth_plan &plan) {
  plan.ad_spend = product(number(plan.leads), today.cpl);
  plan.marginal_roas = today.roas;
}

// The revenue grows as the spend to the power of the elasticity.
void spend_diminishingly(const growth_simulation &today, const growth_figures &given, growth_plan &plan) {
  if (!today.roas || given.revenue->value <= 0)
    return;
  // Exactly what is spent today on each unit of revenue.
  if (today.elasticity >= 1) {
    plan.ad_spend = today.target / *today.roas;
    plan.marginal_roas = today.roas;
    return;
  }
  const double target = today.target.approximately();
  const double spend = given.ad_spend->value * std::pow(target / given.revenue->value, 1 / today.elasticity);
  plan.ad_spend = rational_near(spend);
  if (spend > 0)
    plan.marginal_roas = rational_near(today.elasticity * target / spend);
}

feasibility level_of(const rational &spend_ratio, bool is_beyond_observed) {
  static constexpr feasibility levels[] = {feasibility::easy, feasibility::realistic, feasibility::hard,
                                           feasibility::unrealistic};
  const rational limits[] = {{12, 10}, {15, 10}, {25, 10}};
  const std::ptrdiff_t level =
      std::ranges::find_if(limits, [&](const rational &limit) { return spend_ratio <= limit; }) - std::begin(limits);
  return levels[std::min<std::ptrdiff_t>(level + is_beyond_observed, 3)];
}

void judge(const growth_simulation &today, const growth_figures &given, growth_plan &plan) {
  plan.reason = missing(given);
  if (!plan.reason.empty())
    return;
  if (today.target <= given.revenue->exactly()) {
    plan.level = feasibility::achieved;
    return;
  }
  plan.reason = zero(given);
  if (!plan.reason.empty())
    return;
  plan.level = feasibility::unprofitable;
  const std::optional<rational> marginal_profit = product(plan.marginal_roas, today.margin_ratio);
  // A spend beyond all measure is not told, and brings nothing.
  if (!plan.ad_spend || !marginal_profit || *marginal_profit < rational(1))
    plan.reason = "marginal_roas_low";
  else if (*plan.net_profit < *today.net_profit)
    plan.reason = "profit_below_today";
  else
    plan.level = level_of(*plan.spend_ratio, plan.is_beyond_observed);
}

growth_plan plan_of(growth_model model, const growth_simulation &today, const growth_figures &given) {
  growth_plan plan;
  plan.model = model;
  plan.orders = ceiling(quotient(product(today.target, number(given.orders)), number(given.revenue)), "orders");
  plan.leads = ceiling(quotient(product(number(plan.orders), number(given.leads)), number(given.orders)), "leads");
  if (model == growth_model::linear)
    spend_linearly(today, plan);
  else
    spend_diminishingly(today, given, plan);
  plan.net_profit = difference(product(today.target, today.margin_ratio), plan.ad_spend);
  plan.spend_ratio = quotient(plan.ad_spend, number(given.ad_spend));
  const std::optional<rational> observed = number(given.max_observed_spend);
  plan.is_beyond_observed = plan.ad_spend && observed && *plan.ad_spend > *observed * rational(15, 10);
  judge(today, given, plan);
  return plan;
}

} // namespace

std::string_view name_of(growth_model which) noexcept {
  return which == growth_model::linear ? "linear" : "diminishing";
}

std::string_view name_of(feasibility which) noexcept {
  static constexpr keyed_name<feasibility> names[] = {
      {feasibility::achieved, "ACHIEVED"},        {feasibility::easy, "EASY"},
      {feasibility::realistic, "REALISTIC"},      {feasibility::hard, "HARD"},
      {feasibility::unrealistic, "UNREALISTIC"},  {feasibility::unprofitable, "UNPROFITABLE"},
      {feasibility::insufficient, "INSUFFICIENT"}};
  static_assert(is_keyed(names, feasibility::insufficient));
  return row_of(names, which).name;
}

growth_simulation simulate_growth(const growth_figures &given) {
  check(given);
  growth_simulation result;
  result.amount_scale =
      scale_of_amounts({&given.target_revenue, &given.revenue, &given.ad_spend, &given.max_observed_spend});
  result.target = given.target_revenue->exactly();
  if (given.elasticity)
    result.elasticity = given.elasticity->value;
  const std::optional<rational> revenue = number(given.revenue), spend = number(given.ad_spend),
                                leads = number(given.leads), orders = number(given.orders);
  result.aov = quotient(revenue, orders);
  result.cvr = quotient(orders, leads);
  result.cpl = quotient(spend, leads);
  result.roas = quotient(revenue, spend);
  result.margin_ratio = difference(rational(1), number(given.cogs_ratio));
  result.net_profit = difference(product(revenue, result.margin_ratio), spend);
  for (const growth_model model : {growth_model::linear, growth_model::diminishing})
    result.plans[static_cast<std::size_t>(model)] = plan_of(model, result, given);
  return result;
}

} // namespace upkeep::decisions
