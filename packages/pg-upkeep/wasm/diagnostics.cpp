// The diagnosis of a week, its report, and what becomes of its issues.
#include "core/diagnostics/attribution/explained_change.hpp"
#include "core/diagnostics/diagnosis.hpp"
#include "core/diagnostics/document/responses.hpp"
#include "core/diagnostics/facts/day_figures.hpp"
#include "core/diagnostics/facts/settings_json.hpp"
#include "core/report/phrase_choice.hpp"
#include "core/report/report.hpp"
#include "core/text/json_tree.hpp"
#include "packages/pg-upkeep/wasm/calls.hpp"
#include "packages/pg-upkeep/wasm/document.hpp"
#include "packages/pg-upkeep/wasm/numbers.hpp"
#include "packages/pg-upkeep/wasm/sha256.hpp"

#include <algorithm>
#include <memory>

namespace upkeep::wasm {

using namespace diagnostics;

namespace {

std::int64_t *room_for_ratios(void *context) {
  auto &room = *static_cast<std::unique_ptr<std::int64_t[]> *>(context);
  room = std::make_unique<std::int64_t[]>(days_kept);
  return room.get();
}

given_amount amount_of(const decisions::optional_number &number) {
  if (!number)
    return {decimal::null(), true};
  return {number->as_decimal(), plain_notation(number->text).has_value()};
}

// A row of daily_records: whole amounts are of the type bigint, others numeric.
void take_day(const json &given, bool is_minor, const std::int64_t (&ratios)[weeks_kept], shop_days &days,
              std::unique_ptr<std::int64_t[]> &room) {
  const std::optional<day_number> day = day_of(given["record_date"]);
  day_row row{day.value_or(0), {}, 0, 0, no_ratio};
  const auto take = [&](measure which, std::string_view name, decisions::optional_count (*read)(const json &)) {
    if (const std::optional<std::int64_t> value = read(given[name]))
      know(row, which, *value);
  };
  take(measure::orders, "orders", is_minor ? integer_of : bigint_of);
  take(measure::leads, "leads", is_minor ? integer_of : bigint_of);
  if (is_minor) {
    take(measure::revenue, "revenue", bigint_of);
    take(measure::ad_spend, "ad_spend", bigint_of);
  }
  if (!day || !is_within(days, *day))
    return;
  if (!is_minor) {
    const decisions::optional_number revenue = numeric_of(given["revenue"]), ad_spend = numeric_of(given["ad_spend"]);
    take_amounts(amount_of(revenue), amount_of(ad_spend), days, row);
  }
  row.cogs_ratio = ratios[(*day - days.week_start + this_week * days_per_week) / days_per_week];
  add(days, row, room_for_ratios, &room);
}

// The wordings that came with the call.
class given_wordings final : public report::wording_source {
public:
  explicit given_wordings(const json &rows) : rows(rows) {}

  std::vector<report::phrase_book::wording> wordings_of(const std::string &language) override {
    std::vector<report::phrase_book::wording> found;
    for (const json &each : rows.elements())
      if (each["language"].text() == language)
        found.push_back({each["code"].text(), each["wording"].text()});
    return found;
  }

  std::vector<std::string> languages() override {
    std::vector<std::string> found;
    for (const json &each : rows.elements())
      found.push_back(each["language"].text());
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
  }

private:
  const json &rows;
};

} // namespace

// days, week_start, settings, today; amounts: "minor" or "decimal", which in SQL the types say; unknown_timezone:
// whether today was asked for in vain.
json diagnose(const json &arguments) {
  const bool is_minor = arguments["amounts"].text() != "decimal";
  const json given = document_in(arguments, "settings");
  shop_settings settings = given.is_null() ? shop_settings() : settings_from(given);
  if (arguments["unknown_timezone"].is_true())
    settings.refuse_timezone();
  shop_days days;
  begin(days, require_day(arguments, "week_start"));
  std::int64_t ratios[weeks_kept];
  ratios_from(given, days.week_start, ratios);
  std::unique_ptr<std::int64_t[]> room;
  for (const json &each : arguments["days"].elements())
    take_day(each, is_minor, ratios, days, room);
  json_tree document;
  diagnostics::diagnose({days, settings, require_day(arguments, "today"), is_minor, sha256_hex}, document);
  return json::string(jsonb_text(document.take()));
}

json merge_issues(const json &arguments) {
  const json fresh = document_in(arguments, "fresh"), stored = document_in(arguments, "stored"),
             responses = document_in(arguments, "user_responses"), previous = document_in(arguments, "previous"),
             previous_responses = document_in(arguments, "previous_responses"),
             wordings = document_in(arguments, "wordings");
  return json::string(
      jsonb_text(diagnostics::merge_issues({fresh, stored, responses, previous, previous_responses, wordings})));
}

json answered_issues(const json &arguments) {
  const json issues = document_in(arguments, "issues"), responses = document_in(arguments, "user_responses"),
             facts = document_in(arguments, "facts"), previous = document_in(arguments, "previous"),
             previous_responses = document_in(arguments, "previous_responses");
  return json::string(jsonb_text(overlay_responses({issues, responses, facts, previous, previous_responses})));
}

// diagnostic, format, language; wordings: rows of language, code and wording, which SQL has in upkeep.wordings.
json weekly_report(const json &arguments) {
  const json row = document_in(arguments, "diagnostic");
  given_wordings own(arguments["wordings"]);
  const report::report_format format = report::report_format_of(text_of(arguments["format"]).value_or("markdown"));
  return json::string(
      report::weekly_report(row, format, report::choose_phrases(row, text_of(arguments["language"]), own)));
}

json week_start(const json &arguments) {
  const json settings = document_in(arguments, "settings");
  return json::string(
      date_text(week_start_of(require_day(arguments, "day"), first_weekday_of(text_of(settings["week_start_day"])))));
}

json week_label(const json &arguments) {
  return json::string(upkeep::week_label(require_day(arguments, "week_start")));
}

json explain_change(const json &arguments) {
  const attribution found =
      diagnostics::explain_change(document_in(arguments, "before"), document_in(arguments, "after"));
  json rows = json::array();
  for (const driver_amount &each : found.drivers) {
    json row = json::object();
    row.set("driver", json::string(std::string(each.driver)));
    row.set("amount", json::string(each.amount));
    rows.add(std::move(row));
  }
  return rows;
}

} // namespace upkeep::wasm
