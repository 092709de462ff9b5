// Shops made for tests of the diagnosis.
#pragma once

#include "core/diagnostics/diagnosis.hpp"
#include "core/text/json_tree.hpp"

#include <functional>
#include <vector>

namespace made_shop {

using namespace upkeep;
using namespace upkeep::diagnostics;

inline constexpr day_number monday = 9809; // 2026-11-09

struct sums {
  int orders;
  std::int64_t revenue, ad_spend;
  int leads;
  double cogs_ratio = 0.45;
};

inline std::int64_t *more(void *) {
  static std::int64_t room[days_kept];
  return room;
}
inline std::string no_digest(std::string_view bytes) { return std::to_string(std::hash<std::string_view>{}(bytes)); }

// A shop whose weeks have these sums, the last of them the week that is diagnosed.
struct shop {
  shop_days days;
  shop_settings settings;
  day_number today = monday + 7;

  explicit shop(const std::vector<sums> &weeks) {
    begin(days, monday);
    for (std::size_t week = 0; week < weeks.size(); ++week)
      for (int day = 0; day < 7; ++day)
        add_day(monday + day - 7 * static_cast<int>(weeks.size() - 1 - week), weeks[week], day);
    settings.cogs_ratio = weeks.empty() ? no_ratio : ratio(weeks.back());
  }
  static std::int64_t ratio(const sums &week) {
    return static_cast<std::int64_t>(week.cogs_ratio * 1000 + 0.5) * 1'000'000;
  }
  void add_day(day_number date, const sums &week, int day) {
    const auto part = [&](std::int64_t sum) { return sum / 7 + (day < sum % 7); };
    add(days,
        {date, {part(week.orders), part(week.revenue), part(week.ad_spend), part(week.leads)}, 15, 0, ratio(week)},
        more, nullptr);
  }
  json diagnose() const {
    json_tree document;
    upkeep::diagnostics::diagnose({days, settings, today, true, no_digest}, document);
    return document.take();
  }
  // What a rule says: "FIRED warning", "PASSED", "NOT_EVALUATED too_few_days", "INHIBITED event".
  std::string says(rule which) const {
    const json said = diagnose()["rules"][code_of(which)];
    std::string text = said["status"].text();
    for (const char *key : {"severity", "reason", "by"})
      if (!said[key].text().empty())
        text += " " + said[key].text();
    return text;
  }
  std::string status(rule which) const { return diagnose()["rules"][code_of(which)]["status"].text(); }
  json issue(rule which) const {
    const json document = diagnose();
    for (const json &each : document["issues"].elements())
      if (each["code"].text() == code_of(which))
        return each;
    return {};
  }
};

} // namespace made_shop
