#include "core/diagnostics/facts/settings_json.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

// It points into the value.
setting setting_of(const json &value) {
  switch (value.type()) {
  case json::kind::null:
    return {setting_kind::null, {}, decimal::null()};
  case json::kind::string:
    return {setting_kind::string, value.text(), decimal::null()};
  case json::kind::number:
    return {setting_kind::number, {}, decimal_from(value.text().c_str())};
  default:
    return {setting_kind::other, {}, decimal::null()};
  }
}

bool is_container(const json &value) { return value.type() == json::kind::object || value.type() == json::kind::array; }

// What an object within the settings is.
enum class level { settings, thresholds, rule };

// Steps through the members of an object, down to the rules' own thresholds and no further. `parent`: as in
// shop_settings::take.
void take_members(const json &object, level where, std::string_view parent, shop_settings &into) {
  for (const auto &[name, value] : object.members()) {
    const bool has_thresholds =
        where == level::settings ? name == "thresholds" : where == level::thresholds && !name.empty();
    if (where == level::settings && is_container(value) && shop_settings::is_whole(name))
      into.take_whole(name, value);
    else if (value.type() != json::kind::object)
      into.take(parent, name, setting_of(value));
    else if (has_thresholds)
      take_members(value, where == level::settings ? level::thresholds : level::rule, name, into);
  }
}

std::int64_t ratio_at(const json &object, std::string_view key, std::int64_t otherwise) {
  const auto found = std::ranges::find(object.members(), key, &json::member::first);
  return found == object.members().end() ? otherwise : cogs_ratio_of(setting_of(found->second));
}

} // namespace

shop_settings settings_from(const json &settings) {
  shop_settings result;
  if (settings.type() == json::kind::object)
    take_members(settings, level::settings, {}, result);
  else
    result.wrong = "the settings are not a JSON object";
  return result;
}

void ratios_from(const json &settings, day_number week_start, std::int64_t (&into)[weeks_kept]) {
  std::fill_n(into, weeks_kept, no_ratio);
  if (settings.type() != json::kind::object)
    return;
  const std::int64_t present = ratio_at(settings, "cogs_ratio", no_ratio);
  std::fill_n(into, weeks_kept, present);
  const json &earlier = settings["cogs_ratios"];
  for (int week = 0; week < this_week; ++week)
    into[week] = ratio_at(earlier, date_text(week_start + (week - this_week) * days_per_week), present);
}

} // namespace upkeep::diagnostics
