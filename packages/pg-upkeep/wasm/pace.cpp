// How a month goes on towards its goal.
#include "core/decisions/shop_pace.hpp"
#include "core/diagnostics/facts/shop_settings.hpp"
#include "core/text/json_tree.hpp"
#include "packages/pg-upkeep/wasm/calls.hpp"
#include "packages/pg-upkeep/wasm/document.hpp"
#include "packages/pg-upkeep/wasm/numbers.hpp"

namespace upkeep::wasm {

using namespace decisions;

namespace {

weekday_set weekdays_in(const json &list) {
  weekday_set days = 0;
  for (const json &each : list.elements()) {
    const std::optional<int> day = weekday_from(each.text());
    if (!day)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = "closed_weekdays has what is not a day of the week: " + each.dump(),
                  .hint = "Monday is 1, Sunday 7; NULL leaves it to upkeep."};
    days |= 1u << (*day - 1);
  }
  return days;
}

// Of the settings and their events, as diagnose takes them.
shop_calendar calendar_of(const json &settings) {
  shop_calendar shop;
  shop.first_weekday = diagnostics::first_weekday_of(text_of(settings["week_start_day"]));
  if (!settings["closed_weekdays"].is_null())
    shop.closed_weekdays = weekdays_in(settings["closed_weekdays"]);
  for (const json &each : settings["events"].elements()) {
    const std::string &kind = each["kind"].text();
    const std::optional<day_number> first = day_of(each["starts_on"]);
    if (first && (kind == "closed" || kind == "outage"))
      shop.events.push_back({*first, day_of(each["ends_on"]).value_or(*first), kind == "outage"});
  }
  return shop;
}

std::vector<recorded_day> recorded(const json &days, std::string_view column) {
  std::vector<recorded_day> result;
  for (const json &each : days.elements()) {
    const std::optional<day_number> day = day_of(each["record_date"]);
    if (const optional_number amount = numeric_of(each[column]); day && amount)
      result.push_back({*day, *amount});
  }
  return result;
}

json row_of(std::string_view metric, const optional_number &target, const decisions::goal_pace &pace) {
  json_tree required;
  write_required(pace, required);
  json row = json::object();
  row.set("metric", json::string(std::string(metric)));
  row.set("target", text_or_null(target ? pace.amount_text(target->exactly()) : std::nullopt));
  row.set("so_far", text_or_null(pace.amount_text(pace.so_far)));
  row.set("projected", text_or_null(pace.amount_text(pace.projected)));
  row.set("pace", text_or_null(pace.pace_text()));
  row.set("required", json::string(jsonb_text(required.take())));
  row.set("days_missing", json::number(std::to_string(pace.days_missing)));
  return row;
}

} // namespace

// days, month, today, settings; goals: revenue_target and profit_target. A row of profit where a day has net_profit,
// also one that is null.
json goal_pace(const json &arguments) {
  const day_number today = require_day(arguments, "today"), month = require_day(arguments, "month");
  const json &days = arguments["days"], &goals = arguments["goals"];
  const std::vector<recorded_day> revenue = recorded(days, "revenue");
  const shop_pace pace(calendar_of(document_in(arguments, "settings")), month, today, revenue);
  const optional_number target = numeric_of(goals["revenue_target"]),
                        profit_target = numeric_of(goals["profit_target"]);
  json rows = json::array();
  rows.add(row_of("revenue", target, pace.towards(target, revenue)));
  bool has_profit = false;
  for (const json &each : days.elements())
    for (const auto &[name, value] : each.members())
      has_profit |= name == "net_profit";
  if (has_profit) {
    const std::vector<recorded_day> profit = recorded(days, "net_profit");
    rows.add(row_of("profit", profit_target, pace.towards(profit_target, profit)));
  }
  return rows;
}

} // namespace upkeep::wasm
