// What a report says of the week's ads, whatever its format.
#pragma once

#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::report {

// The ads of one decision.
struct ad_group {
  phrase name;
  std::string_view kind; // "scale", "keep", "kill"
  std::vector<const reported_ad *> ads;
};
// In the order scale, keep, kill; without those that are empty.
std::vector<ad_group> ad_groups(const report_facts &facts);

// Its campaign; a dash where it has none.
std::string_view name_of(const reported_ad &ad) noexcept;
// Spend, orders, what an order cost and might have cost, as far as they are known.
std::vector<std::pair<phrase, std::string>> figures_of(const reported_ad &ad, const report_facts &facts,
                                                       const phrase_book &say);
// Why; and where a person decided, what the rule says. Empty where nothing is known.
std::string reason_of(const reported_ad &ad, const phrase_book &say);

} // namespace upkeep::report
