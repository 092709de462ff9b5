// What a shop has set for its diagnosis, as its settings row has it in JSON.
#pragma once

#include "core/closed_days.hpp"
#include "core/diagnostics/facts/facts.hpp"
#include "core/diagnostics/facts/shop_event.hpp"
#include "core/diagnostics/rules/rules.hpp"
#include "core/numeric/decimal.hpp"
#include "core/text/json.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::diagnostics {

enum class setting_kind : std::uint8_t { null, number, string, other };

// One member of the settings. A number has its value, a string its text.
struct setting {
  setting_kind kind;
  std::string_view text;
  decimal number;
};

// What was given back on a day, in millionths of an amount.
struct refund_day {
  day_number day;
  int128 amount;
};

// A ratio as the facts keep it: no_ratio unless between 0 and 1.
std::int64_t cogs_ratio_of(const setting &value);

// The weekday that the setting week_start_day names; Monday for nullopt. Throws 22023 where it is not one.
int first_weekday_of(const std::optional<std::string> &week_start_day);

struct shop_settings {
  std::string shop;     // shop_id, or ""
  std::string currency; // ISO 4217, or ""
  std::string timezone; // or ""
  std::string language; // of its people, or ""
  int first_weekday = 1;
  std::int64_t cogs_ratio = no_ratio; // in units of 10^-9, no_ratio also where it is 0, or 1 and more
  // In millionths; of amounts where the name says no ratio.
  std::optional<std::int64_t> target_roas, target_cpa, min_impact, revenue_target, profit_target;
  std::optional<weekday_set> closed_weekdays; // Monday first; nullopt: as its earlier weeks show
  std::vector<shop_event> events;
  std::vector<refund_day> refund_days;
  // Of each rule, warning and critical: in millionths, no_threshold where the default holds.
  std::array<std::array<std::int64_t, 2>, rule_count> thresholds;
  // What is wrong with the settings; empty where nothing is.
  std::string wrong;

  shop_settings();
  // `parent`: "" for the members of the settings, "thresholds" for those of that member, or the code of a rule for what
  // is within it there.
  void take(std::string_view parent, std::string_view key, const setting &value);
  // Whether a member of the settings is one that `take_whole` takes: closed_weekdays, events, refund_days.
  // {date: amount} or [date], which covers whatever is below zero.
  static bool is_whole(std::string_view key) noexcept;
  void take_whole(std::string_view key, const json &value);
  // The server, or whoever knows time zones, does not know this one. What was wrong before stays.
  void refuse_timezone();
  // The threshold that holds, with whether it is the shop's own.
  std::int64_t threshold(rule which, severity grade) const noexcept;
  bool is_overridden(rule which) const noexcept;

private:
  void take_number(std::string_view key, const setting &value, std::optional<std::int64_t> &into);
  void take_threshold(std::string_view name, const setting &value);
  void take_closed_weekdays(const json &value);
  void take_event(const json &value);
  void take_refund_day(const std::string &date, const json &value);
  void complain(std::string_view key, std::string_view what);
};

} // namespace upkeep::diagnostics
