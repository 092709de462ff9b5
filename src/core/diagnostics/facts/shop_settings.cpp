#include "core/diagnostics/facts/shop_settings.hpp"

#include "core/fault.hpp"
#include "core/keyed_table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

constexpr int ratio_decimals = 9, threshold_decimals = 6;
constexpr std::string_view suffixes[] = {"_warning", "_critical"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_names(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::optional<std::size_t> rule_named(std::string_view name) {
  for (std::size_t each = 0; each < rule_count; ++each)
    if (equal_names(code_of(static_cast<rule>(each)), name))
      return each;
  return std::nullopt;
}

// A number, or a string that holds one, in units of 10^-decimals, rounded to that; nullopt if it is neither, or has no
// place there.
std::optional<int128> digits_of(const setting &value, int decimals) {
  std::optional<std::string> plain;
  if (value.kind == setting_kind::string)
    plain = plain_notation(value.text);
  else if (value.kind == setting_kind::number && value.number.text)
    plain = value.number.text;
  else if (value.kind != setting_kind::number)
    return std::nullopt;
  if (value.kind == setting_kind::string && !plain)
    return std::nullopt;
  // Of a long number what is far after the point does not count: 1/3 has twenty decimals in SQL.
  if (const std::size_t point = plain ? plain->find('.') : std::string::npos; point != std::string::npos)
    plain->resize(std::min(plain->size(), point + 2 + static_cast<std::size_t>(decimals)));
  const decimal number = plain ? decimal_from(plain->c_str()) : value.number;
  if (number.text || number.is_null)
    return std::nullopt;
  return round_to_scale(fraction{number.digits, power_of_ten(number.scale)}, decimals);
}

std::optional<std::int64_t> scaled_to(const setting &value, int decimals) {
  const std::optional<int128> result = digits_of(value, decimals);
  if (!result || *result > INT64_MAX || *result <= INT64_MIN)
    return std::nullopt;
  return static_cast<std::int64_t>(*result);
}

setting setting_from(const json &value) {
  const bool is_number = value.type() == json::kind::number;
  // A string that holds a number is read as one, whatever its length.
  return {is_number || value.type() == json::kind::string ? setting_kind::string : setting_kind::other, value.text(),
          decimal::null()};
}

constexpr keyed_name<event_kind> event_kinds[] = {{event_kind::holiday, "holiday"},
                                                  {event_kind::closed, "closed"},
                                                  {event_kind::promotion, "promotion"},
                                                  {event_kind::outage, "outage"}};
static_assert(is_keyed(event_kinds, event_kind::outage));

constexpr std::string_view closed_weekdays_key = "closed_weekdays", events_key = "events",
                           refund_days_key = "refund_days";
// What a day gave back whose refunds are not told.
constexpr const char *unbounded = "999999999999999999";

} // namespace

std::int64_t cogs_ratio_of(const setting &value) {
  const std::optional<std::int64_t> ratio = scaled_to(value, ratio_decimals);
  return ratio && *ratio > 0 && *ratio < ratio_unit ? *ratio : no_ratio;
}

int first_weekday_of(const std::optional<std::string> &week_start_day) {
  const std::optional<int> day = week_start_day ? weekday_from(*week_start_day) : 1;
  if (!day)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("week_start_day is not a day of the week: {}", *week_start_day),
                .hint = "Write 1 for Monday to 7 for Sunday, or the name of the day."};
  return *day;
}

shop_settings::shop_settings() {
  for (auto &each : thresholds)
    each.fill(no_threshold);
}

void shop_settings::complain(std::string_view key, std::string_view what) {
  std::string said = fmt::format("setting {} {}", key, what);
  // The first by name, whatever order the members come in.
  if (wrong.empty() || said < wrong)
    wrong = std::move(said);
}

void shop_settings::take_number(std::string_view key, const setting &value, std::optional<std::int64_t> &into) {
  if (value.kind == setting_kind::null)
    return;
  into = scaled_to(value, threshold_decimals);
  if (!into)
    complain(key, "is not a number, or too large");
}

// "rev_drop_warning", in any case.
void shop_settings::take_threshold(std::string_view name, const setting &value) {
  for (std::size_t grade = 0; grade < 2; ++grade) {
    if (name.size() <= suffixes[grade].size() ||
        !equal_names(name.substr(name.size() - suffixes[grade].size()), suffixes[grade]))
      continue;
    const auto which = rule_named(name.substr(0, name.size() - suffixes[grade].size()));
    if (!which || value.kind == setting_kind::null)
      return;
    const std::optional<std::int64_t> threshold = scaled_to(value, threshold_decimals);
    if (threshold && *threshold >= 0)
      thresholds[*which][grade] = *threshold;
    else
      complain(name, "is not a number from 0 upwards, or too large");
    return;
  }
}

void shop_settings::take(std::string_view parent, std::string_view key, const setting &value) {
  if (!parent.empty()) {
    take_threshold(parent == "thresholds" ? std::string(key) : fmt::format("{}_{}", parent, key), value);
    return;
  }
  const auto take_text = [&](std::string &into) {
    if (value.kind == setting_kind::string)
      into = value.text;
    else if (value.kind != setting_kind::null)
      complain(key, "is not a string");
  };
  if (key == "shop_id") {
    if (value.kind == setting_kind::number)
      shop = to_text(value.number);
    else
      take_text(shop);
  } else if (key == "currency") {
    take_text(currency);
  } else if (key == "timezone") {
    take_text(timezone);
  } else if (key == "language") {
    take_text(language);
  } else if (is_whole(key)) {
    if (value.kind != setting_kind::null)
      complain(key, "is not an array");
  } else if (key == "week_start_day") {
    if (const std::optional<int> day =
            weekday_from(value.kind == setting_kind::number ? to_text(value.number) : std::string(value.text)))
      first_weekday = *day;
    else if (value.kind != setting_kind::null)
      complain(key, "is not a day of the week: 1 for Monday to 7 for Sunday, or its name");
  } else if (key == "cogs_ratio") {
    cogs_ratio = cogs_ratio_of(value);
    if (value.kind != setting_kind::null && !scaled_to(value, ratio_decimals))
      complain(key, "is not a number, or too large");
  } else if (key == "target_roas") {
    take_number(key, value, target_roas);
  } else if (key == "target_cpa") {
    take_number(key, value, target_cpa);
  } else if (key == "min_impact") {
    take_number(key, value, min_impact);
  } else if (key == "revenue_target") {
    take_number(key, value, revenue_target);
  } else if (key == "profit_target") {
    take_number(key, value, profit_target);
  } else if (key == "thresholds") {
    if (value.kind != setting_kind::null)
      complain(key, "is not an object");
  } else {
    take_threshold(key, value);
  }
}

void shop_settings::refuse_timezone() {
  if (wrong.empty())
    wrong = fmt::format("setting timezone is not a time zone: {}", timezone);
}

bool shop_settings::is_whole(std::string_view key) noexcept {
  return key == closed_weekdays_key || key == events_key || key == refund_days_key;
}

void shop_settings::take_whole(std::string_view key, const json &value) {
  if (value.type() != json::kind::array && (key != refund_days_key || value.type() != json::kind::object))
    return complain(key, "is not an array");
  if (key == closed_weekdays_key)
    return take_closed_weekdays(value);
  for (const json &each : value.elements())
    key == events_key ? take_event(each) : take_refund_day(each.text(), json::number(unbounded));
  for (const auto &[date, amount] : value.members())
    take_refund_day(date, amount);
}

void shop_settings::take_closed_weekdays(const json &value) {
  weekday_set closed = 0;
  for (const json &each : value.elements()) {
    const std::optional<int> day = weekday_from(each.text());
    if (!day)
      return complain(closed_weekdays_key, "has what is not a day of the week: 1 for Monday to 7 for Sunday");
    closed |= 1u << (*day - 1);
  }
  if (closed == every_weekday)
    return complain(closed_weekdays_key, "leaves no day of the week open");
  closed_weekdays = closed;
}

void shop_settings::take_event(const json &value) {
  const std::optional<day_number> first = day_from(value["starts_on"].text());
  const std::optional<day_number> last = value["ends_on"].is_null() ? first : day_from(value["ends_on"].text());
  const std::optional<event_kind> kind = event_kind_from(value["kind"].text());
  if (!first || !last || *last < *first)
    return complain(events_key, "has one whose starts_on and ends_on are not dates in their order");
  if (!kind)
    return complain(events_key, "has one whose kind is not holiday, closed, promotion or outage");
  events.push_back({*first, *last, *kind, value["name"].text()});
}

void shop_settings::take_refund_day(const std::string &date, const json &value) {
  const std::optional<day_number> day = day_from(date);
  const std::optional<int128> amount = digits_of(setting_from(value), threshold_decimals);
  if (!day || !amount)
    return complain(refund_days_key, "has what is not a date with an amount");
  refund_days.push_back({*day, *amount});
}

std::string_view name_of(event_kind kind) noexcept { return row_of(event_kinds, kind).name; }

std::optional<event_kind> event_kind_from(std::string_view name) noexcept {
  const auto *const found = std::ranges::find(event_kinds, name, &keyed_name<event_kind>::name);
  return found == std::end(event_kinds) ? std::nullopt : std::optional(found->key);
}

std::int64_t shop_settings::threshold(rule which, severity grade) const noexcept {
  const rule_definition &standard = definition_of(which);
  const std::int64_t own = thresholds[static_cast<std::size_t>(which)][grade == severity::critical];
  return own != no_threshold ? own : grade == severity::critical ? standard.critical : standard.warning;
}

bool shop_settings::is_overridden(rule which) const noexcept {
  const auto &own = thresholds[static_cast<std::size_t>(which)];
  return own[0] != no_threshold || own[1] != no_threshold;
}

} // namespace upkeep::diagnostics
