#include "core/report/ads.hpp"

#include "core/report/figures.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::report {

namespace {

struct choice_name {
  phrase name;
  std::string_view kind;
};
// By ad_choice.
constexpr choice_name choices[] = {{phrase::ad_scale, "scale"}, {phrase::ad_keep, "keep"}, {phrase::ad_kill, "kill"}};

constexpr std::pair<std::string_view, phrase> reasons[] = {{"cpa_above_break_even", phrase::ad_above_break_even},
                                                           {"cpa_below_target", phrase::ad_below_target},
                                                           {"not_certain", phrase::ad_not_certain},
                                                           {"marginal_roas_low", phrase::ad_marginal_roas_low},
                                                           {"too_young", phrase::ad_too_young}};

// Where an ad's order value is from, unless it is its own entry's.
constexpr std::pair<std::string_view, phrase> order_values[] = {{"orders", phrase::order_value_orders},
                                                                {"settings", phrase::order_value_settings},
                                                                {"shop", phrase::order_value_shop}};

// Empty for a reason of the user's own. The rule says KEEP where it cannot decide, for whatever reason.
std::string_view reason_in_words(std::string_view reason, ad_choice verdict, const phrase_book &say) {
  const auto *const found = std::ranges::find(reasons, reason, &std::pair<std::string_view, phrase>::first);
  if (found != std::end(reasons))
    return say[found->second];
  return verdict == ad_choice::keep ? say[phrase::ad_undecidable] : std::string_view();
}

} // namespace

std::vector<ad_group> ad_groups(const report_facts &facts) {
  std::vector<ad_group> groups;
  for (const choice_name &each : choices) {
    ad_group group{each.name, each.kind, {}};
    for (const reported_ad &ad : facts.ads)
      if (&choices[static_cast<std::size_t>(ad.decision)] == &each)
        group.ads.push_back(&ad);
    if (!group.ads.empty())
      groups.push_back(std::move(group));
  }
  return groups;
}

std::string_view name_of(const reported_ad &ad) noexcept { return ad.campaign.empty() ? no_figure : ad.campaign; }

std::vector<std::pair<phrase, std::string>> figures_of(const reported_ad &ad, const report_facts &facts,
                                                       const phrase_book &say) {
  std::vector<std::pair<phrase, std::string>> result;
  const auto add_amount = [&](phrase name, const figure_text &amount) {
    if (amount)
      result.emplace_back(name, money_in_words(amount, facts, say));
  };
  add_amount(phrase::ad_spend, ad.spend);
  if (ad.orders)
    result.emplace_back(phrase::orders, number_text(*ad.orders, 0, say.figures()));
  add_amount(phrase::cost_per_order, ad.cpa);
  add_amount(phrase::break_even, ad.break_even_cpa);
  if (const auto *const found =
          std::ranges::find(order_values, ad.aov_source, &std::pair<std::string_view, phrase>::first);
      found != std::end(order_values))
    result.emplace_back(phrase::order_value_from, say[found->second]);
  return result;
}

std::string reason_of(const reported_ad &ad, const phrase_book &say) {
  if (ad.reason.empty())
    return {};
  const std::string_view reason = reason_in_words(ad.reason, ad.rule.value_or(ad.decision), say);
  if (!ad.rule)
    return std::string(reason);
  return fmt::format("{}: {}.{}{}", say[phrase::ad_by_hand], say[choices[static_cast<std::size_t>(*ad.rule)].name],
                     reason.empty() ? "" : " ", reason);
}

} // namespace upkeep::report
