#include "core/diagnostics/facts/settings_json.hpp"

#include <gtest/gtest.h>

namespace shop_settings_test {

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

setting text(std::string_view value) { return {setting_kind::string, value, decimal::null()}; }
setting number(std::int64_t digits, std::int16_t scale = 0) {
  return {setting_kind::number, {}, {digits, nullptr, scale, false}};
}
constexpr setting null{setting_kind::null, {}, decimal::null()};
constexpr setting other{setting_kind::other, {}, decimal::null()};

} // namespace

TEST(shop_settings, takes_what_it_knows) {
  shop_settings settings;
  settings.take("", "shop_id", number(7));
  settings.take("", "currency", text("VND"));
  settings.take("", "week_start_day", text("Sun"));
  settings.take("", "cogs_ratio", text("0.45"));
  settings.take("", "target_roas", number(35, 1));
  settings.take("", "something_else", other);
  EXPECT_EQ(settings.shop, "7");
  EXPECT_EQ(settings.currency, "VND");
  EXPECT_EQ(settings.first_weekday, 7);
  EXPECT_EQ(settings.cogs_ratio, 450'000'000);
  EXPECT_EQ(settings.target_roas, 3'500'000);
  EXPECT_EQ(settings.wrong, "");
}

TEST(shop_settings, ratio_is_between_0_and_1) {
  for (const setting &each : {number(0), number(1), number(40), number(-1, 1), null, other, text("none")})
    EXPECT_EQ(cogs_ratio_of(each), no_ratio);
  EXPECT_EQ(cogs_ratio_of(number(999'999'999, 9)), 999'999'999);
  EXPECT_EQ(cogs_ratio_of(number(1, 10)), no_ratio);
  EXPECT_EQ(cogs_ratio_of(number(30000000000000004, 17)), 300'000'000);
  EXPECT_EQ(cogs_ratio_of(text("0.33333333333333333333333")), 333'333'333);
}

TEST(shop_settings, thresholds_by_column_and_by_object) {
  shop_settings settings;
  EXPECT_EQ(settings.threshold(rule::rev_drop, severity::warning), 150'000);
  EXPECT_FALSE(settings.is_overridden(rule::aov_drop));
  settings.take("", "rev_drop_warning", number(1, 1));
  settings.take("REV_DROP", "critical", text("0.2"));
  settings.take("thresholds", "day_concentration_critical", number(9, 1));
  settings.take("", "cpl_spike_warning", null);
  settings.take("NO_SUCH_RULE", "critical", number(1));
  EXPECT_EQ(settings.threshold(rule::rev_drop, severity::warning), 100'000);
  EXPECT_EQ(settings.threshold(rule::rev_drop, severity::critical), 200'000);
  EXPECT_EQ(settings.threshold(rule::day_concentration, severity::critical), 900'000);
  EXPECT_FALSE(settings.is_overridden(rule::cpl_spike));
  EXPECT_EQ(settings.wrong, "");
}

TEST(shop_settings, takes_calendar_and_refunds_whole) {
  shop_settings settings;
  EXPECT_TRUE(shop_settings::is_whole("events"));
  EXPECT_FALSE(shop_settings::is_whole("thresholds"));
  settings.take("", "closed_weekdays", null);
  EXPECT_EQ(settings.closed_weekdays, std::nullopt);
  settings.take_whole("closed_weekdays", parse_json("[7, \"Sat\", \"1\"]"));
  EXPECT_EQ(settings.closed_weekdays, 0x61u);
  settings.take_whole("closed_weekdays", parse_json("[]"));
  EXPECT_EQ(settings.closed_weekdays, 0u);
  settings.take_whole("events", parse_json(R"([{"starts_on": "2026-11-09", "ends_on": "2026-11-10", "name": "Tet",
    "kind": "holiday"}, {"starts_on": "2026-11-12", "kind": "closed"}])"));
  ASSERT_EQ(settings.events.size(), 2u);
  EXPECT_EQ(settings.events[0].last - settings.events[0].first, 1);
  EXPECT_EQ(settings.events[0].name, "Tet");
  EXPECT_EQ(settings.events[1].last, settings.events[1].first);
  EXPECT_EQ(settings.events[1].kind, event_kind::closed);
  settings.take_whole("refund_days", parse_json(R"({"2026-11-09": "12.5", "2026-11-10": 3})"));
  ASSERT_EQ(settings.refund_days.size(), 2u);
  EXPECT_TRUE(settings.refund_days[0].amount == 12'500'000);
  settings.take_whole("refund_days", parse_json(R"(["2026-11-11"])"));
  ASSERT_EQ(settings.refund_days.size(), 3u);
  EXPECT_TRUE(settings.refund_days[2].amount > int128{max_amount} * threshold_unit);
  settings.take("", "language", text("vi"));
  EXPECT_EQ(settings.language, "vi");
  EXPECT_EQ(settings.wrong, "");
}

TEST(shop_settings, says_what_is_wrong_with_its_calendar) {
  const auto wrong = [](std::string_view key, std::string_view value) {
    shop_settings settings;
    settings.take_whole(key, parse_json(value));
    return settings.wrong;
  };
  EXPECT_EQ(wrong("closed_weekdays", "{}"), "setting closed_weekdays is not an array");
  EXPECT_EQ(wrong("closed_weekdays", "[8]"),
            "setting closed_weekdays has what is not a day of the week: 1 for Monday to 7 for Sunday");
  EXPECT_EQ(wrong("closed_weekdays", "[1, 2, 3, 4, 5, 6, 7]"),
            "setting closed_weekdays leaves no day of the week open");
  EXPECT_EQ(wrong("events", "[{}]"), "setting events has one whose starts_on and ends_on are not dates in their order");
  EXPECT_EQ(wrong("events", R"([{"starts_on": "2026-11-09", "ends_on": "2026-11-08", "kind": "holiday"}])"),
            "setting events has one whose starts_on and ends_on are not dates in their order");
  EXPECT_EQ(wrong("events", R"([{"starts_on": "2026-11-09", "kind": "party"}])"),
            "setting events has one whose kind is not holiday, closed, promotion or outage");
  EXPECT_EQ(wrong("refund_days", "[7]"), "setting refund_days has what is not a date with an amount");
  EXPECT_EQ(wrong("refund_days", R"({"2026-11-09": "much"})"),
            "setting refund_days has what is not a date with an amount");
  EXPECT_EQ(wrong("refund_days", R"({"yesterday": 1})"), "setting refund_days has what is not a date with an amount");
  shop_settings settings;
  settings.take("", "events", text("Tet"));
  EXPECT_EQ(settings.wrong, "setting events is not an array");
}

TEST(shop_settings, says_what_is_wrong) {
  const auto wrong = [](std::string_view parent, std::string_view key, const setting &value) {
    shop_settings settings;
    settings.take(parent, key, value);
    return settings.wrong;
  };
  EXPECT_EQ(wrong("", "currency", number(7)), "setting currency is not a string");
  EXPECT_EQ(wrong("", "cogs_ratio", text("much")), "setting cogs_ratio is not a number, or too large");
  EXPECT_EQ(wrong("", "target_cpa", other), "setting target_cpa is not a number, or too large");
  EXPECT_EQ(wrong("", "min_impact", number(INT64_MAX)), "setting min_impact is not a number, or too large");
  EXPECT_EQ(wrong("", "rev_drop_warning", number(-1)),
            "setting rev_drop_warning is not a number from 0 upwards, or too large");
  EXPECT_EQ(wrong("", "week_start_day", number(8)),
            "setting week_start_day is not a day of the week: 1 for Monday to 7 for Sunday, or its name");
  EXPECT_EQ(wrong("", "thresholds", text("x")), "setting thresholds is not an object");
  // The first by name, whatever comes first.
  shop_settings settings;
  settings.take("", "target_roas", other);
  settings.take("", "currency", other);
  settings.take("", "shop_id", other);
  EXPECT_EQ(settings.wrong, "setting currency is not a string");
}

TEST(shop_settings, come_out_of_json) {
  const shop_settings settings = settings_from(parse_json(R"json({
    "shop_id": 7, "currency": "VND", "cogs_ratio": 0.45, "target_roas": null, "closed_weekdays": [6, 7],
    "thresholds": {"REV_DROP": {"warning": 0.1, "more": {"critical": 1}}, "cvr_drop_critical": "0.5"},
    "something_else": {"currency": "USD"}
  })json"));
  EXPECT_EQ(settings.shop, "7");
  EXPECT_EQ(settings.currency, "VND");
  EXPECT_EQ(settings.cogs_ratio, 450'000'000);
  EXPECT_EQ(settings.target_roas, std::nullopt);
  EXPECT_EQ(settings.closed_weekdays, 0b1100000);
  EXPECT_EQ(settings.threshold(rule::rev_drop, severity::warning), 100'000);
  EXPECT_FALSE(settings.is_overridden(rule::aov_drop));
  EXPECT_EQ(settings.threshold(rule::cvr_drop, severity::critical), 500'000);
  EXPECT_EQ(settings.wrong, "");
}

TEST(shop_settings, that_are_not_an_object_are_wrong) {
  for (const char *each : {"[]", "1", "null", R"("text")"})
    EXPECT_EQ(settings_from(parse_json(each)).wrong, "the settings are not a JSON object");
  EXPECT_EQ(settings_from(parse_json(R"({"events": 1})")).wrong, "setting events is not an array");
  EXPECT_EQ(settings_from(parse_json(R"({"events": {}})")).wrong, "setting events is not an array");
}

TEST(shop_settings, keep_the_ratios_of_earlier_weeks) {
  std::int64_t ratios[weeks_kept];
  const day_number week = *day_from("2026-11-09");
  ratios_from(parse_json(R"({"cogs_ratio": 0.48, "cogs_ratios": {"2026-11-02": 0.45, "2026-10-26": null}})"), week,
              ratios);
  EXPECT_EQ(ratios[this_week], 480'000'000);
  EXPECT_EQ(ratios[this_week - 1], 450'000'000);
  EXPECT_EQ(ratios[this_week - 2], no_ratio);
  EXPECT_EQ(ratios[0], 480'000'000);
  ratios_from(parse_json("[]"), week, ratios);
  EXPECT_EQ(ratios[this_week], no_ratio);
}

TEST(shop_settings, an_unknown_time_zone_is_told_where_nothing_else_is_wrong) {
  shop_settings settings = settings_from(parse_json(R"({"timezone": "Mars/Olympus"})"));
  settings.refuse_timezone();
  EXPECT_EQ(settings.wrong, "setting timezone is not a time zone: Mars/Olympus");
  settings.wrong = "worse";
  settings.refuse_timezone();
  EXPECT_EQ(settings.wrong, "worse");
}

} // namespace shop_settings_test
