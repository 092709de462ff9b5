#include "core/diagnostics/document/diagnosis_json.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

constexpr int ratio_decimals = 9;

void write_amount(const week_facts &facts, int128 amount, json_sink &into) { into.string(amount_text(facts, amount)); }

void write_status(const finding &found, json_sink &into) {
  const auto change = [&] {
    if (!found.change)
      return;
    into.key("delta_pct");
    write_percent(*found.change, into);
  };
  write_object(into, [&] {
    switch (found.status) {
    case rule_status::passed:
      if (found.reason)
        into.member("reason", found.reason);
      into.member("status", "PASSED");
      change();
      break;
    case rule_status::fired:
      into.member("status", "FIRED");
      into.member("severity", name_of(found.grade));
      change();
      break;
    case rule_status::not_evaluated:
      into.member("reason", found.reason);
      into.member("status", "NOT_EVALUATED");
      break;
    case rule_status::inhibited:
      into.member("by", found.is_by_event ? "event" : code_of(found.by));
      into.member("status", "INHIBITED");
      change();
      break;
    }
  });
}

// The rules in the order of their codes as keys.
constexpr auto key_order(auto code) {
  std::array<std::uint8_t, rule_count> order{};
  for (std::size_t each = 0; each < rule_count; ++each)
    order[each] = static_cast<std::uint8_t>(each);
  std::ranges::sort(order, [&](std::uint8_t a, std::uint8_t b) {
    const std::string_view left = code(static_cast<rule>(a)), right = code(static_cast<rule>(b));
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  });
  return order;
}

void write_rules(const findings &all, json_sink &into) {
  static const std::array<std::uint8_t, rule_count> order = key_order(code_of);
  write_object(into, [&] {
    for (const std::uint8_t each : order) {
      into.key(code_of(static_cast<rule>(each)));
      write_status(all[each], into);
    }
  });
}

// Which fired, by severity, what costs profit first, then by impact and code.
std::vector<rule> fired_rules(const findings &all) {
  std::vector<rule> fired;
  for (std::size_t each = 0; each < rule_count; ++each)
    if (all[each].has_fired())
      fired.push_back(static_cast<rule>(each));
  std::ranges::sort(fired, [&](rule a, rule b) {
    const finding &left = all[static_cast<std::size_t>(a)], &right = all[static_cast<std::size_t>(b)];
    if (left.grade != right.grade)
      return left.grade > right.grade;
    const auto costs_profit = [](rule which, const finding &found) {
      return found.impact && impact_kind_of(which) == impact_kind::profit;
    };
    if (costs_profit(a, left) != costs_profit(b, right))
      return costs_profit(a, left);
    if (left.impact.has_value() != right.impact.has_value())
      return left.impact.has_value();
    if (left.impact)
      if (const int sign = sign_of_difference(*left.impact, *right.impact))
        return sign > 0;
    return code_of(a) < code_of(b);
  });
  return fired;
}

void write_sums(const week_facts &facts, const week_sums &sums, json_sink &into) {
  write_object(into, [&] {
    into.key("cogs");
    if (facts.has_cogs_ratio) {
      std::string cogs = to_text(sums.cogs, facts.request.days.scale + ratio_decimals);
      trim(cogs);
      into.string(cogs);
    } else {
      into.null();
    }
    into.member_number("leads", sums.leads);
    into.member_number("orders", sums.orders);
    into.member("revenue", amount_text(facts, sums.revenue));
    into.member("ad_spend", amount_text(facts, sums.ad_spend));
  });
}

void write_comparison(const week_facts &facts, const week_comparison &compared, json_sink &into) {
  if (compared.method == comparison_method::none)
    return into.null();
  write_object(into, [&] {
    into.key("days");
    write_weekdays(facts, compared.weekdays, into);
    into.key("after");
    write_sums(facts, compared.after, into);
    into.member_number("weeks", compared.weeks);
    into.key("before");
    write_sums(facts, compared.before, into);
    into.member("method", name_of(compared.method));
    into.key("weeks_set_aside");
    write_weeks_set_aside(facts, into);
  });
}

void write_weeks(const week_facts &facts, json_sink &into) {
  std::array<week_sums, weeks_kept> weeks;
  for (int week = 0; week < weeks_kept; ++week)
    weeks[static_cast<std::size_t>(week)] = facts.sums_of(week, every_weekday);
  const auto each = [&](std::string_view name, const auto &write) {
    into.key(name);
    write_array(into, weeks_kept, [&](int week) { write(weeks[static_cast<std::size_t>(week)], week); });
  };
  write_object(into, [&] {
    each("days", [&](const week_sums &week, int) { into.number(week.days, 0); });
    each("leads", [&](const week_sums &week, int) { into.number(week.leads, 0); });
    each("orders", [&](const week_sums &week, int) { into.number(week.orders, 0); });
    each("revenue", [&](const week_sums &week, int) { write_amount(facts, week.revenue, into); });
    each("ad_spend", [&](const week_sums &week, int) { write_amount(facts, week.ad_spend, into); });
    each("net_profit", [&](const week_sums &week, int) {
      if (facts.has_cogs_ratio && week.days > 0)
        write_amount(facts, figure(metric::net_profit, week)->rounded(0), into);
      else
        into.null();
    });
    each("week_start", [&](const week_sums &, int week) { into.string(date_text(facts.date(week, 0))); });
  });
}

void write_days(const week_facts &facts, json_sink &into) {
  const auto each = [&](std::string_view name, const auto &write) {
    into.key(name);
    write_array(into, days_per_week, [&](int weekday) {
      if (facts.present[this_week] & (1u << weekday))
        write(this_week * days_per_week + weekday);
      else
        into.null();
    });
  };
  const shop_days &days = facts.request.days;
  write_object(into, [&] {
    into.key("date");
    write_array(into, days_per_week, [&](int weekday) { into.string(date_text(facts.date(this_week, weekday))); });
    each("leads", [&](int day) { into.number(days.leads[day], 0); });
    each("orders", [&](int day) { into.number(days.orders[day], 0); });
    each("revenue", [&](int day) { write_amount(facts, days.revenue[day], into); });
    each("ad_spend", [&](int day) { write_amount(facts, days.ad_spend[day], into); });
  });
}

void write_goal(const week_facts &facts, const finding &found, json_sink &into) {
  if (!found.expected || found.status == rule_status::not_evaluated)
    return into.null();
  const bool of_profit = found.of == metric::net_profit;
  const month_pace pace = facts.pace(of_profit);
  const std::vector<rational> path = facts.path(pace, of_profit);
  write_object(into, [&] {
    into.key("path");
    write_array(into, pace.calendar.days,
                [&](int day) { write_amount(facts, path[static_cast<std::size_t>(day)].rounded(0), into); });
    into.member("month", date_text(pace.calendar.first).substr(0, 7));
    into.member("metric", name_of(found.of));
    into.member("so_far", amount_text(facts, pace.so_far.rounded(0)));
    into.member("target", amount_text(facts, found.expected->rounded(0)));
    into.member("projected", amount_text(facts, pace.projected.rounded(0)));
  });
}

void write_missing_days(const week_facts &facts, json_sink &into) {
  into.begin_array();
  for (int weekday = 0; weekday < days_per_week; ++weekday)
    if (facts.missing() & (1u << weekday))
      into.string(date_text(facts.date(this_week, weekday)));
  into.end_array();
}

// Those that touch this week.
void write_events(const week_facts &facts, json_sink &into) {
  into.begin_array();
  for (const shop_event &each : facts.request.settings.events)
    if (each.first <= facts.date(this_week, days_per_week - 1) && each.last >= facts.date(this_week, 0))
      write_object(into, [&] {
        into.member("kind", name_of(each.kind));
        into.key("name");
        into.string_or_null(each.name);
        into.member("ends_on", date_text(each.last));
        into.member("starts_on", date_text(each.first));
      });
  into.end_array();
}

void write_closed_weekdays(const week_facts &facts, json_sink &into) {
  const weekday_set closed = facts.calendar.closed_from_monday(facts.request.days.week_start);
  into.begin_array();
  for (int weekday = 1; weekday <= days_per_week; ++weekday)
    if (closed & (1u << (weekday - 1)))
      into.number(weekday, 0);
  into.end_array();
}

// What there is of the days; `write` is skipped where they are unfit.
void write_facts(const week_facts &facts, const evaluated_week &week, const char *unfit, json_sink &into) {
  const shop_settings &settings = facts.request.settings;
  const auto member = [&](std::string_view name, const auto &write) {
    into.key(name);
    unfit ? into.null() : write();
  };
  write_object(into, [&] {
    member("days", [&] { write_days(facts, into); });
    member("goal", [&] { write_goal(facts, week.of(rule::goal_off_pace), into); });
    into.key("shop");
    into.string_or_null(settings.shop);
    into.member("unit", facts.request.is_minor ? "minor" : "major");
    into.key("as_of");
    into.string_or_null(facts.days_elapsed ? date_text(facts.date(this_week, facts.days_elapsed - 1)) : "");
    into.member_number("scale", facts.request.days.scale);
    into.member("today", date_text(facts.request.today));
    member("weeks", [&] { write_weeks(facts, into); });
    into.key("events");
    write_events(facts, into);
    into.key("invalid");
    into.string_or_null(!unfit ? "" : settings.wrong.empty() ? unfit : std::string_view(settings.wrong));
    into.member_number("version", diagnosis_version);
    into.key("currency");
    into.string_or_null(settings.currency);
    into.member("language", settings.language.empty() ? name_of(language::en) : std::string_view(settings.language));
    into.key("cogs_ratio");
    if (facts.has_cogs_ratio)
      into.number(settings.cogs_ratio, ratio_decimals);
    else
      into.null();
    member("comparison", [&] { write_comparison(facts, week.compared[comparison_of::money], into); });
    into.member_number("days_present", facts.days_present());
    into.key("missing_days");
    write_missing_days(facts, into);
    into.member_number("days_expected", facts.days_expected());
    into.key("closed_weekdays");
    write_closed_weekdays(facts, into);
  });
}

} // namespace

void write_weekdays(const week_facts &facts, weekday_set weekdays, json_sink &into) {
  into.begin_array();
  for (int weekday = 0; weekday < days_per_week; ++weekday)
    if (weekdays & (1u << weekday))
      into.number(weekday_of(facts.date(this_week, weekday)), 0);
  into.end_array();
}

void write_weeks_set_aside(const week_facts &facts, json_sink &into) {
  into.begin_array();
  for (int week = 0; week < this_week; ++week)
    if (const set_aside_reason why = facts.set_aside[static_cast<std::size_t>(week)]; why != set_aside_reason::none)
      write_object(into, [&] {
        into.member("week", date_text(facts.date(week, 0)));
        into.member("reason", name_of(why));
      });
  into.end_array();
}

void write_document(const week_facts &facts, const evaluated_week &week, const char *unfit, std::string_view digest,
                    json_sink &into) {
  write_object(into, [&] {
    into.key("facts");
    write_facts(facts, week, unfit, into);
    into.key("rules");
    write_rules(week.found, into);
    into.member("state", name_of(facts.state));
    into.key("issues");
    into.begin_array();
    for (const rule which : fired_rules(week.found))
      write_issue(facts, week, which, into);
    into.end_array();
    into.member("week_label", week_label(facts.request.days.week_start));
    into.member("week_start", date_text(facts.request.days.week_start));
    into.member("input_digest", digest);
  });
}

} // namespace upkeep::diagnostics
