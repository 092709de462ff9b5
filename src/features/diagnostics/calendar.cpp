// upkeep.week_start, week_label and shop_today.
#include "features/diagnostics/calendar.hpp"

#include "core/diagnostics/facts/shop_settings.hpp"
#include "postgres/clock.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

// Of the proleptic Gregorian calendar, as days since 2000-01-01.
constexpr day_number first_day = -730'119, last_day = 2'921'939;

// May raise.
const char *text_of(const JsonbValue &value) {
  switch (value.type) {
  case jbvString:
    return pnstrdup(value.val.string.val, value.val.string.len);
  case jbvNumeric:
    return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric)));
  case jbvBool:
    return value.val.boolean ? "true" : "false";
  default:
    return value.type == jbvNull ? nullptr : "an object or array";
  }
}

} // namespace

day_number require_day(DateADT day) {
  if (day < first_day || day > last_day)
    throw fault{.sqlstate = sqlstate::datetime_field_overflow,
                .message = "there is no week of this date",
                .hint = "Pass a date of the years 1 to 9999."};
  return day;
}

std::optional<std::string> setting_text(Jsonb *settings, std::string_view key) {
  if (!JB_ROOT_IS_OBJECT(settings))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "settings must be a JSON object",
                .hint = "Pass to_jsonb of the shop's row of shop_settings."};
  JsonbValue found;
  const char *text = call([&]() -> const char * {
    const bool has = getKeyJsonValueFromContainer(&settings->root, key.data(), static_cast<int>(key.size()), &found);
    return has ? text_of(found) : nullptr;
  });
  return text ? std::optional<std::string>(text) : std::nullopt;
}

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.week_start(day, settings) RETURNS date. Errors: 22008, 22023.
UPKEEP_FUNCTION(upkeep_week_start) {
  return pg::entry([=] {
    const day_number day = require_day(PG_GETARG_DATEADT(0));
    Jsonb *settings = call([=] { return PG_GETARG_JSONB_P(1); });
    return DateADTGetDatum(week_start_of(day, first_weekday_of(setting_text(settings, "week_start_day"))));
  });
}

// upkeep.week_label(week_start) RETURNS text: "2026-W46". Errors: 22008.
UPKEEP_FUNCTION(upkeep_week_label) {
  return pg::entry([=] {
    const std::string label = week_label(require_day(PG_GETARG_DATEADT(0)));
    return call([&] { return CStringGetTextDatum(label.c_str()); });
  });
}

// upkeep.shop_today(settings) RETURNS date. Errors: 22023.
UPKEEP_FUNCTION(upkeep_shop_today) {
  return pg::entry([=] {
    Jsonb *settings = call([=] { return PG_GETARG_JSONB_P(0); });
    const std::string zone = setting_text(settings, "timezone").value_or("");
    const std::optional<DateADT> today = pg::date_in_zone(zone);
    if (!today)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("timezone is not a time zone: {}", zone),
                  .hint = "Use a name that pg_timezone_names has, such as Asia/Ho_Chi_Minh."};
    return DateADTGetDatum(*today);
  });
}
