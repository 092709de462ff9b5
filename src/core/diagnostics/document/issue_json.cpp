// One issue of the document: the figures, the evidence, and what it says to people.
#include "core/diagnostics/document/diagnosis_json.hpp"
#include "core/diagnostics/document/reasons.hpp"
#include "core/diagnostics/document/wordings.hpp"
#include "core/keyed_table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

enum class figure_kind : std::uint8_t { amount, unit_amount, ratio, share, count };

figure_kind kind_of(metric which) {
  switch (which) {
  case metric::net_profit:
  case metric::revenue:
  case metric::ad_spend:
    return figure_kind::amount;
  case metric::cpl:
  case metric::aov:
    return figure_kind::unit_amount;
  case metric::roas:
  case metric::marginal_roas:
    return figure_kind::ratio;
  case metric::cvr:
  case metric::ad_ratio:
  case metric::cogs_ratio:
  case metric::revenue_share:
    return figure_kind::share;
  case metric::leads:
  case metric::days:
    break;
  }
  return figure_kind::count;
}

constexpr int decimals_of_ratios = 6, decimals_of_unit_amounts = 2, decimals_of_tests = 6;

// Writes figures of one metric: money as a JSON string, anything else as a number.
class figure_writer {
public:
  figure_writer(const week_facts &facts, metric which) : kind(kind_of(which)), scale(facts.request.days.scale) {}

  std::string plain(const rational &value) const {
    if (kind == figure_kind::amount)
      return to_text(value.rounded(0), scale);
    std::string text = kind == figure_kind::unit_amount
                           ? to_text(value.rounded(decimals_of_unit_amounts), scale + decimals_of_unit_amounts)
                           : to_text(value.rounded(decimals_of_ratios), decimals_of_ratios);
    trim(text);
    return text;
  }
  void write(const std::optional<rational> &value, json_sink &into) const {
    if (!value)
      into.null();
    else if (kind == figure_kind::amount || kind == figure_kind::unit_amount)
      into.string(plain(*value));
    else
      into.number(value->rounded(decimals_of_ratios), decimals_of_ratios);
  }
  std::string said(const std::optional<rational> &value, const money_format &money, language in) const {
    if (!value)
      return "–";
    switch (kind) {
    case figure_kind::amount:
    case figure_kind::unit_amount:
      return money_text(plain(*value), money, in);
    case figure_kind::share:
      return percent_text(value->approximately(), in);
    case figure_kind::ratio:
      return number_text(plain(*value), 2, in);
    case figure_kind::count:
      break;
    }
    return number_text(plain(*value), 0, in);
  }

private:
  figure_kind kind;
  int scale;
};

// Fractions that are not money: those of statistics. Nothing that is not finite, or huge, is
// written.
void write_statistic(double value, json_sink &into) {
  constexpr double bound = 1e18;
  if (std::isfinite(value))
    into.number(static_cast<int128>(std::round(std::clamp(value, -bound, bound) * 1e6)), decimals_of_tests);
  else
    into.null();
}

std::optional<rational> rational_of(double value) {
  constexpr double bound = 1e24;
  if (!std::isfinite(value) || std::abs(value) > bound)
    return std::nullopt;
  return rational(static_cast<int128>(std::round(value * 1e6)), 1'000'000);
}

// Thresholds that are shares of something read as percents.
bool is_share(rule which) {
  switch (which) {
  case rule::spend_no_orders:
  case rule::spend_no_leads:
  case rule::data_missing:
  case rule::data_suspect:
  case rule::profit_streak:
  case rule::np_negative:
  case rule::ad_spend_stopped:
    return false;
  default:
    return true;
  }
}

void write_threshold(const week_facts &facts, rule which, json_sink &into) {
  const shop_settings &settings = facts.request.settings;
  const auto member = [&](std::string_view name, severity grade) {
    const std::int64_t threshold = settings.threshold(which, grade);
    into.key(name);
    if (threshold == no_threshold)
      into.null();
    else
      into.number(threshold, 6);
  };
  write_object(into, [&] {
    into.member("source", settings.is_overridden(which) ? "settings" : "default");
    member("warning", severity::warning);
    member("critical", severity::critical);
  });
}

void write_baseline(const week_facts &facts, const week_comparison &compared, const figure_baseline &usual,
                    const figure_writer &figures, json_sink &into) {
  if (!usual.mean)
    return into.null();
  write_object(into, [&] {
    into.member_number("n", usual.weeks);
    into.key("sd");
    figures.write(usual.weeks > 1 ? rational_of(usual.deviation) : std::nullopt, into);
    into.key("mean");
    figures.write(usual.mean, into);
    into.key("weeks");
    write_array(into, compared.weeks,
                [&](int i) { into.string(date_text(facts.date(compared.which[static_cast<std::size_t>(i)], 0))); });
    into.member("method", name_of(compared.method));
    into.key("weeks_set_aside");
    write_weeks_set_aside(facts, into);
  });
}

void write_test(const finding &found, json_sink &into) {
  if (found.test == change_test::none)
    return into.null();
  write_object(into, [&] {
    into.key("p");
    write_statistic(found.result.p, into);
    into.member("name", found.test == change_test::prediction_t ? "prediction_t" : "two_proportion_z");
    into.key("statistic");
    write_statistic(found.result.statistic, into);
  });
}

void write_drivers(const finding &found, json_sink &into) {
  if (found.drivers.empty())
    return into.null();
  write_array(into, static_cast<int>(found.drivers.size()), [&](int i) {
    write_object(into, [&] {
      into.member("amount", found.drivers[static_cast<std::size_t>(i)].amount);
      into.member("driver", found.drivers[static_cast<std::size_t>(i)].driver);
    });
  });
}

void write_evidence(const week_facts &facts, const week_comparison &compared, bool is_trend, const finding &found,
                    json_sink &into) {
  write_object(into, [&] {
    into.member_number("leads", facts.sums.leads);
    into.member_number("orders", facts.sums.orders);
    into.member("revenue", amount_text(facts, facts.sums.revenue));
    into.member("ad_spend", amount_text(facts, facts.sums.ad_spend));
    if (found.noise_z) {
      into.key("noise_z");
      write_statistic(*found.noise_z, into);
    }
    into.member_number("days_present", facts.days_present());
    if (is_trend) {
      into.key("days_compared");
      write_weekdays(facts, compared.weekdays, into);
    }
    into.member_number("days_expected", facts.days_expected());
    for (const auto &[name, value] : found.evidence) {
      into.key(name);
      into.value(value);
    }
  });
}

// The days that a suspicion is about, in the order of the week.
std::vector<suspect_day> suspects_of(const finding &found) {
  std::vector<suspect_day> result;
  for (const auto &[name, value] : found.evidence)
    if (name == "suspect_days")
      result = suspects_from(value);
  return result;
}

void write_messages(const week_facts &facts, rule which, const finding &found, const figure_writer &figures,
                    const std::optional<rational> &delta, const std::optional<rational> &change, json_sink &into) {
  const money_format money{facts.request.settings.currency, facts.request.is_minor};
  const std::int64_t set = facts.request.settings.threshold(which, found.grade);
  const std::int64_t threshold = set == no_threshold ? 0 : set;
  std::string plain_threshold = to_text(threshold, 6);
  trim(plain_threshold);
  const std::vector<suspect_day> suspects = suspects_of(found);
  write_object(into, [&] {
    for (const language in : {language::de, language::en, language::vi}) {
      message_values values;
      values.observed = figures.said(found.observed, money, in);
      values.expected = figures.said(found.expected, money, in);
      values.baseline = figures.said(found.baseline.mean, money, in);
      values.delta = figures.said(delta, money, in);
      values.delta_pct = change ? percent_text(change->approximately(), in) : "–";
      values.impact = found.impact ? money_text(amount_text(facts, found.impact->rounded(0)), money, in) : "–";
      values.threshold = is_share(which) ? percent_text(static_cast<double>(threshold) / threshold_unit, in)
                                         : number_text(plain_threshold, 2, in);
      values.days = values.weeks = fmt::format_int(found.count).str();
      values.reasons = reasons_text(suspects, in);
      const std::string_view message = message_template(which, found.grade, in);
      into.member(name_of(in), found.impact ? render(message, values) : render(without_impact(message), values));
    }
  });
}

void write_actions(const week_facts &facts, rule which, json_sink &into) {
  const std::span<const std::string_view> actions = actions_of(which);
  write_array(into, static_cast<int>(actions.size()), [&](int i) {
    write_object(into, [&] {
      into.member("code", actions[static_cast<std::size_t>(i)]);
      into.key("params");
      write_object(into, [&] { into.member("week", week_label(facts.request.days.week_start)); });
    });
  });
}

} // namespace

void write_issue(const week_facts &facts, const evaluated_week &week, rule which, json_sink &into) {
  const finding &found = week.of(which);
  const week_comparison &compared = week.compared[found.days];
  static constexpr keyed_name<confidence> certainties[] = {
      {confidence::low, "low"}, {confidence::medium, "medium"}, {confidence::high, "high"}};
  static_assert(is_keyed(certainties, confidence::high));
  const figure_writer figures(facts, found.of);
  std::optional<rational> delta, change = found.change;
  if (const std::optional<rational> &usual = found.baseline.mean; found.observed && usual) {
    delta = *found.observed - *usual;
    if (!change && *usual > rational(0))
      change = *delta / *usual;
  }
  write_object(into, [&] {
    into.member("code", code_of(which));
    into.key("test");
    write_test(found, into);
    into.key("impact");
    into.string_or_null(found.impact ? amount_text(facts, found.impact->rounded(0)) : "");
    into.member("metric", name_of(found.of));
    into.key("actions");
    write_actions(facts, which, into);
    into.key("drivers");
    write_drivers(found, into);
    into.key("message");
    write_messages(facts, which, found, figures, delta, change, into);
    into.key("baseline");
    write_baseline(facts, compared, found.baseline, figures, into);
    into.key("evidence");
    write_evidence(facts, compared, definition_of(which).basis == rule_basis::trend, found, into);
    into.key("expected");
    figures.write(found.expected, into);
    into.key("observed");
    figures.write(found.observed, into);
    into.member_null("response");
    into.member("severity", name_of(found.grade));
    into.key("delta_abs");
    figures.write(delta, into);
    into.key("delta_pct");
    if (change)
      write_percent(*change, into);
    else
      into.null();
    into.key("threshold");
    write_threshold(facts, which, into);
    into.member("confidence", row_of(certainties, found.certainty).name);
    // Its scope is the shop.
    into.member("fingerprint",
                facts.request.sha256(fmt::format("{}\n{}\nshop", facts.request.settings.shop, code_of(which))));
    into.key("impact_kind");
    into.string_or_null(found.impact ? name_of(impact_kind_of(which)) : "");
    into.member("baseline_state", "new");
  });
}

} // namespace upkeep::diagnostics
