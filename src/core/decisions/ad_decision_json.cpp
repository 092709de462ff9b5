#include "core/decisions/ad_decision.hpp"

namespace upkeep::decisions {

namespace {

void write_inputs(const ad_figures &given, json_sink &into) {
  into.key("inputs");
  into.begin_object();
  write_given("aov", given.aov, into);
  write_given("leads", given.leads, into);
  write_given("spend", given.spend, into);
  write_given("clicks", given.clicks, into);
  write_given("orders", given.orders, into);
  write_given("revenue", given.revenue, into);
  write_given("age_days", given.age_days, into);
  write_given("cogs_ratio", given.cogs_ratio, into);
  write_given("impressions", given.impressions, into);
  write_given("marginal_roas", given.marginal_roas, into);
  write_given("desired_net_margin", given.desired_net_margin, into);
  into.end_object();
}

std::optional<double> bound_of(const ad_verdict &verdict, double poisson_bounds::*which) {
  return verdict.orders ? std::optional((*verdict.orders).*which) : std::nullopt;
}

} // namespace

void write_evidence(const ad_figures &given, const ad_verdict &verdict, std::optional<std::string_view> overrides,
                    json_sink &into) {
  const int scale = verdict.amount_scale;
  into.begin_object();
  write_rounded("aov", verdict.aov, scale, into);
  write_rounded("cpa", verdict.cpa, scale, into);
  write_inputs(given, into);
  into.member("reason", verdict.reason);
  into.member("decision", name_of(verdict.action));
  write_text_or_null("suggests", verdict.suggests_kill ? name_of(ad_action::kill) : std::string_view(), into);
  overrides ? into.member("overrides", *overrides) : into.member_null("overrides");
  write_text_or_null("aov_source", verdict.source_of_aov ? name_of(*verdict.source_of_aov) : std::string_view(), into);
  write_rounded("orders_low", bound_of(verdict, &poisson_bounds::lower), ratio_decimals, into);
  write_rounded("target_cpa", verdict.target_cpa, scale, into);
  write_rounded("orders_high", bound_of(verdict, &poisson_bounds::upper), ratio_decimals, into);
  write_rounded("margin_ratio", verdict.margin_ratio, ratio_decimals, into);
  into.member_number("rule_version", ad_rule_version);
  write_rounded("break_even_cpa", verdict.break_even_cpa, scale, into);
  write_rounded("cpa_optimistic", verdict.cpa_optimistic, scale, into);
  write_rounded("cpa_pessimistic", verdict.cpa_pessimistic, scale, into);
  into.end_object();
}

void write_signals(const ad_verdict &verdict, json_sink &into) {
  into.begin_array();
  for (const ad_signal &signal : verdict.signals) {
    const auto number = [&](std::string_view name, double value) {
      write_rounded(name, std::optional(value), ratio_decimals, into);
    };
    into.begin_object();
    into.member("code", signal.code);
    number("limit", signal.limit);
    number("value", signal.value);
    number("sample", signal.sample);
    number("strength", signal.strength);
    into.end_object();
  }
  into.end_array();
}

} // namespace upkeep::decisions
