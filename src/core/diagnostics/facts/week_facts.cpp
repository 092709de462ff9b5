#include "core/diagnostics/facts/week_facts.hpp"

#include "core/keyed_table.hpp"
#include "core/weekday_shares.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

namespace {

constexpr weekday_set weekday_bit(int weekday) { return 1u << weekday; }

} // namespace

week_facts::week_facts(const diagnosis_request &request) : request(request) {
  const day_number first = request.days.week_start;
  days_elapsed = static_cast<int>(std::clamp<std::int64_t>(std::int64_t{request.today} - first, 0, days_per_week));
  state = request.today < first           ? week_state::future
          : days_elapsed == days_per_week ? week_state::closed
                                          : week_state::open;
  has_cogs_ratio = request.settings.cogs_ratio != no_ratio;
  calendar = calendar_of(request);
  // What is still to come has not touched the week yet.
  calendar.festive[this_week] &= first_weekdays(days_elapsed);
  find_days();
  sums = sums_of(this_week, every_weekday);
  set_weeks_aside();
  choose_weeks();
  compare(usable(this_week), compared);
}

weekday_set week_facts::expected() const {
  return first_weekdays(days_elapsed) & ~calendar.closed & ~calendar.off[this_week];
}

// A day counts where it has every measure that the shop records at all, and no event takes it away.
void week_facts::find_days() {
  const std::uint64_t complete = (std::uint64_t{1} << (this_week * days_per_week + days_elapsed)) - 1;
  std::uint64_t known = complete;
  for (std::size_t each = 0; each < measure_count; ++each) {
    recorded[each] = request.days.known[each] & complete;
    if (recorded[each])
      known &= request.days.known[each];
  }
  if (std::ranges::none_of(recorded, std::identity{}))
    known = 0;
  for (std::size_t week = 0; week < weeks_kept; ++week) {
    with_figures[week] = (known >> (week * days_per_week)) & every_weekday;
    present[week] = with_figures[week] & ~calendar.off[week] & ~calendar.outage[week];
  }
}

std::int64_t week_facts::ratio_of_day(int day) const {
  const std::int64_t ratio = ratio_on(request.days, day);
  return ratio != no_ratio ? ratio : request.settings.cogs_ratio;
}

week_sums week_facts::sums_of(int week, weekday_set weekdays) const {
  return sums_over(week, weekdays & present[static_cast<std::size_t>(week)]);
}

week_sums week_facts::sums_over(int week, weekday_set weekdays) const {
  week_sums result;
  result.ratio = request.settings.cogs_ratio;
  for (int weekday = 0; weekday < days_per_week; ++weekday) {
    if (!(weekdays & weekday_bit(weekday)))
      continue;
    const int day = week * days_per_week + weekday;
    const std::int64_t ratio = ratio_of_day(day);
    result.orders += request.days.orders[day];
    result.revenue += request.days.revenue[day];
    result.ad_spend += request.days.ad_spend[day];
    result.leads += request.days.leads[day];
    if (ratio != no_ratio)
      result.cogs += int128{request.days.revenue[day]} * ratio;
    result.has_one_ratio &= result.days == 0 || ratio == result.ratio;
    result.ratio = ratio;
    ++result.days;
  }
  return result;
}

bool week_facts::is_taken_away(int week) const {
  const auto at = static_cast<std::size_t>(week);
  return !usable(week) && (calendar.off[at] | calendar.outage[at]);
}

void week_facts::set_weeks_aside() {
  std::array<week_scale, weeks_kept> scales;
  std::array<int, weeks_kept> which;
  std::size_t weeks = 0;
  for (int week = 0; week < this_week; ++week) {
    if (!is_complete(week))
      continue;
    if (calendar.is_festive(week)) {
      set_aside[static_cast<std::size_t>(week)] = set_aside_reason::event;
      continue;
    }
    const week_sums all = sums_of(week, usable(week));
    scales[weeks] = {static_cast<double>(all.revenue), static_cast<double>(all.orders), static_cast<double>(all.leads)};
    which[weeks++] = week;
  }
  for (const int each : outliers(std::span(scales).first(weeks), is_recorded(measure::orders)))
    set_aside[static_cast<std::size_t>(which[static_cast<std::size_t>(each)])] = set_aside_reason::outlier;
}

// The complete weeks before that are like others; or where those are few, the week before alone, or the latest that is
// no festive one.
void week_facts::choose_weeks() {
  for (int week = 0; week < this_week; ++week)
    if (is_complete(week) && set_aside[static_cast<std::size_t>(week)] == set_aside_reason::none)
      compared.which[static_cast<std::size_t>(compared.weeks++)] = week;
  compared.method = comparison_method::mean;
  if (compared.weeks >= fewest_weeks_of_mean)
    return;
  int latest = this_week - 1;
  while (latest > 0 && (calendar.is_festive(latest) || is_taken_away(latest)))
    do
      --latest;
    while (latest > 0 && !usable(latest));
  compared.method = comparison_method::previous_week;
  compared.weeks = 1;
  compared.which[0] = latest;
}

void week_facts::compare(weekday_set here, week_comparison &into) const {
  into.weekdays = here;
  if (into.method == comparison_method::previous_week)
    into.weekdays &= calendar.is_festive(into.which[0]) ? 0 : usable(into.which[0]);
  into.before = {};
  if (!into.weekdays) {
    into = {};
    return;
  }
  for (int i = 0; i < into.weeks; ++i) {
    week_sums &each = into.each[static_cast<std::size_t>(i)];
    each = sums_of(into.which[static_cast<std::size_t>(i)], into.weekdays);
    into.before.add(each);
  }
  into.after = into.weekdays == present[this_week] ? sums : sums_of(this_week, into.weekdays);
}

week_comparison week_facts::compared_without(weekday_set weekdays) const {
  week_comparison result = compared;
  if (result.method != comparison_method::none)
    compare(usable(this_week) & ~weekdays, result);
  return result;
}

// From Monday.
weekday_weights week_facts::revenue_weights() const {
  weekday_shares shares(calendar.closed_from_monday(request.days.week_start));
  for (int week = 0; week < this_week; ++week) {
    if (!is_complete(week))
      continue;
    std::array<double, days_per_week> revenue{};
    for (int weekday = 0; weekday < days_per_week; ++weekday)
      revenue[index_from_monday(date(week, weekday))] =
          static_cast<double>(request.days.revenue[week * days_per_week + weekday]);
    shares.add_week(revenue);
  }
  return shares.weights();
}

days_of_month week_facts::open_days_of(const month &of) const {
  days_of_month open = first_days(of.days) & ~days_on(calendar.closed_from_monday(request.days.week_start), of);
  for (const shop_event &each : request.settings.events)
    if (each.kind == event_kind::closed) {
      const int from = std::max(each.first - of.first, 0), to = std::min(each.last - of.first, of.days - 1);
      if (from <= to)
        open &= ~(first_days(to + 1) & ~first_days(from));
    }
  return open;
}

bool week_facts::add_day(day_number day, week_sums &into) const {
  const int since = day - date(0, 0);
  const int week = since / days_per_week, weekday = since % days_per_week;
  if (since < 0 || week >= weeks_kept)
    return false;
  const auto at = static_cast<std::size_t>(week);
  if (!(with_figures[at] & ~calendar.outage[at] & weekday_bit(weekday)))
    return false;
  into.add(sums_over(week, weekday_bit(weekday)));
  return true;
}

month_pace week_facts::pace(bool of_profit) const {
  month_pace result;
  result.calendar = month_of(date(this_week, days_per_week - 1));
  result.weights = revenue_weights();
  result.open = open_days_of(result.calendar);
  days_of_month known = 0;
  week_sums on_open_days, on_closed_days;
  for (int i = 0; i < result.calendar.days; ++i)
    if (add_day(result.calendar.first + i, result.open >> i & 1 ? on_open_days : on_closed_days)) {
      known |= days_of_month{1} << i;
      ++result.days_known;
    }
  const metric which = of_profit ? metric::net_profit : metric::revenue;
  const rational so_far = figure(which, on_open_days).value_or(0);
  result.on_closed_days = figure(which, on_closed_days).value_or(0);
  result.so_far = so_far + result.on_closed_days;
  if (const auto projected = project(so_far, result.weights, result.calendar, known, result.open)) {
    result.projected = *projected + result.on_closed_days;
    result.is_projected = true;
  }
  return result;
}

std::vector<rational> week_facts::path(const month_pace &end, bool of_profit) const {
  const int elapsed = std::clamp(date(this_week, days_elapsed) - end.calendar.first, 0, end.calendar.days);
  const int128 all = weight_of(end.weights, end.calendar, end.open);
  int128 passed = weight_of(end.weights, end.calendar, end.open & first_days(elapsed));
  std::vector<rational> result;
  week_sums total;
  for (int day = 0; day < end.calendar.days; ++day)
    if (day < elapsed) {
      add_day(end.calendar.first + day, total);
      result.push_back(figure(of_profit ? metric::net_profit : metric::revenue, total).value_or(0));
    } else {
      if (end.open >> day & 1)
        passed += end.weights[index_from_monday(end.calendar.first + day)];
      // Where nothing weighs anything, there is no way to the end of the month.
      const rational share = all > 0 ? rational(passed, all) : rational(1);
      result.push_back(end.on_closed_days + (end.projected - end.on_closed_days) * share);
    }
  // The product above is not exact where 128 bits do not hold it.
  if (elapsed < end.calendar.days)
    result.back() = end.projected;
  return result;
}

std::string_view name_of(week_state state) noexcept {
  static constexpr keyed_name<week_state> names[] = {
      {week_state::closed, "closed"}, {week_state::open, "open"}, {week_state::future, "future"}};
  static_assert(is_keyed(names, week_state::future));
  return row_of(names, state).name;
}

std::string_view name_of(comparison_method method) noexcept {
  return method == comparison_method::mean ? "mean" : "previous_week";
}

std::string_view name_of(metric which) noexcept {
  static constexpr keyed_name<metric> names[] = {{metric::net_profit, "net_profit"},
                                                 {metric::revenue, "revenue"},
                                                 {metric::roas, "roas"},
                                                 {metric::marginal_roas, "marginal_roas"},
                                                 {metric::cpl, "cpl"},
                                                 {metric::cvr, "cvr"},
                                                 {metric::aov, "aov"},
                                                 {metric::leads, "leads"},
                                                 {metric::ad_spend, "ad_spend"},
                                                 {metric::ad_ratio, "ad_ratio"},
                                                 {metric::cogs_ratio, "cogs_ratio"},
                                                 {metric::days, "days"},
                                                 {metric::revenue_share, "revenue_share"}};
  static_assert(is_keyed(names, metric::revenue_share));
  return row_of(names, which).name;
}

std::optional<rational> figure(metric which, const week_sums &sums, int weeks) {
  const auto quotient = [](int128 dividend, int128 divisor) {
    return divisor > 0 ? std::optional<rational>(rational(dividend, divisor)) : std::nullopt;
  };
  switch (which) {
  case metric::net_profit:
    return rational((sums.revenue - sums.ad_spend) * ratio_unit - sums.cogs, int128{ratio_unit} * weeks);
  case metric::revenue:
    return rational(sums.revenue, weeks);
  case metric::ad_spend:
    return rational(sums.ad_spend, weeks);
  case metric::leads:
    return rational(sums.leads, weeks);
  case metric::roas:
    return quotient(sums.revenue, sums.ad_spend);
  case metric::cpl:
    return quotient(sums.ad_spend, sums.leads);
  case metric::cvr:
    return quotient(sums.orders, sums.leads);
  case metric::aov:
    return quotient(sums.revenue, sums.orders);
  case metric::ad_ratio:
    return quotient(sums.ad_spend, sums.revenue);
  case metric::cogs_ratio:
    if (sums.ratio == no_ratio)
      return std::nullopt;
    if (sums.has_one_ratio || sums.revenue <= 0)
      return rational(sums.ratio, ratio_unit);
    return rational(sums.cogs, sums.revenue * ratio_unit);
  case metric::marginal_roas:
  case metric::days:
  case metric::revenue_share:
    break;
  }
  return std::nullopt;
}

std::string amount_text(const week_facts &facts, int128 amount) { return to_text(amount, facts.request.days.scale); }

rational margin(const week_sums &sums) { return rational(1) - figure(metric::cogs_ratio, sums).value_or(0); }

} // namespace upkeep::diagnostics
