#include "core/diagnostics/document/responses.hpp"

#include "core/diagnostics/document/issue_messages.hpp"
#include "core/diagnostics/rules/rules.hpp"
#include "core/fault.hpp"
#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <cmath>

namespace upkeep::diagnostics {

namespace {

constexpr std::string_view answer_statuses[] = {"ack", "dismissed", "snoozed_until", "done"};
constexpr double nearly = 0.01;
// An impact of more than 3/2 of the one that was answered.
constexpr std::int64_t reopening_numerator = 3, reopening_denominator = 2;
constexpr std::size_t date_length = std::string_view("2026-11-09").size();

// The issue with that fingerprint, or a null.
const json &find_issue(const json &issues, const std::string &fingerprint) {
  static const json &none = *new json;
  const auto found = std::ranges::find_if(issues.elements(), [&](const json &each) {
    return each["fingerprint"].type() == json::kind::string && each["fingerprint"].text() == fingerprint;
  });
  return found == issues.elements().end() ? none : *found;
}

bool is_absent(const json &issue) { return issue["baseline_state"].text() == "absent"; }

int rank(const json &severity) { return severity.text() == "critical" ? 2 : severity.text() == "warning" ? 1 : 0; }

// The number, in JSON or in a string; nullopt if there is none, or it has too many digits.
std::optional<fraction> number_in(const json &value) {
  const std::optional<std::string> plain = plain_notation(value.text());
  const decimal number = plain ? decimal_from(plain->c_str()) : decimal::null();
  if (number.is_null || number.text)
    return std::nullopt;
  return fraction{number.digits, power_of_ten(number.scale)};
}

bool is_nearly(const json &a, const json &b) {
  const std::optional<fraction> x = number_in(a), y = number_in(b);
  if (!x || !y)
    return !x && !y;
  const double first = static_cast<double>(x->numerator) / static_cast<double>(x->denominator),
               second = static_cast<double>(y->numerator) / static_cast<double>(y->denominator);
  return std::abs(first - second) <= nearly * std::max(std::abs(first), std::abs(second));
}

bool is_much_larger(const json &impact, const json &than) {
  std::optional<fraction> now = number_in(impact), then = number_in(than);
  return now && then && product(now->numerator, reopening_denominator, now->numerator) &&
         product(then->numerator, reopening_numerator, then->numerator) && compare(*now, *then) > 0;
}

bool is_date(std::string_view text) {
  constexpr std::string_view form = "0000-00-00";
  return text.size() >= date_length && std::ranges::equal(text.substr(0, date_length), form, [](char c, char like) {
           return like == '0' ? c >= '0' && c <= '9' : c == like;
         });
}

json string_or_null(const json &value) { return value.type() == json::kind::string ? value : json(); }

// What the user answered, {status, until, note, at}; null where that is not understood.
json understood(const json &given) {
  // Some write the date by the status' name.
  const json &status = given["status"], &until = given["until"].is_null() ? given["snoozed_until"] : given["until"];
  const bool has_date = until.type() == json::kind::string && is_date(until.text());
  if (status.type() != json::kind::string ||
      std::ranges::find(answer_statuses, status.text()) == std::end(answer_statuses) ||
      (status.text() == "snoozed_until" && !has_date))
    return {};
  json answer = json::object();
  answer.set("status", status);
  answer.set("until", has_date ? json::string(until.text().substr(0, date_length)) : json());
  answer.set("note", string_or_null(given["note"]));
  answer.set("at", string_or_null(given["at"]));
  return answer;
}

// The answer that a response stands for.
json answered(const json &response) {
  json given = response;
  if (given["status"].text() == "reopened")
    given.set("status", json(given["was"]));
  return understood(given);
}

// An answer, and the issue as it was when it was given.
struct standing {
  json answer; // null where there is none
  bool is_of_this_week = false;
  json severity, impact;
};

// Whether a response is that to an answer of its own week.
bool is_own(const json &response) { return response["week"].text() == "this"; }

// `shown`: the issue that the answer was given to. What it was then stands in its response, if that is of this answer.
standing since(json answer, const json &shown, bool is_of_this_week) {
  const json &response = shown["response"];
  const json &then = is_own(response) && answered(response).dump() == answer.dump() ? response : shown;
  return {std::move(answer), is_of_this_week, then["severity"], then["impact"]};
}

// What is known of a shop's answers.
struct answers {
  const json &stored, &responses, &previous, &previous_responses; // as in merge_request
  const json &today;

  bool is_over(const json &answer) const {
    return answer["status"].text() == "snoozed_until" && answer["until"].text() < today.text();
  }

  standing standing_of(const std::string &fingerprint) const {
    const json &shown = find_issue(stored, fingerprint), &before = find_issue(previous, fingerprint);
    if (json answer = understood(responses[fingerprint]); !answer.is_null())
      return since(std::move(answer), shown.is_null() ? before : shown, true);
    if (json answer = understood(previous_responses[fingerprint]); !answer.is_null())
      return since(std::move(answer), before, false);
    return {answered(before["response"]), false, before["response"]["severity"], before["response"]["impact"]};
  }

  // The response that an issue is stored with.
  json response_to(const json &issue, bool fires) const {
    const standing known = standing_of(issue["fingerprint"].text());
    if (known.answer.is_null() || is_over(known.answer))
      return {};
    const bool is_worse = (rank(known.severity) && rank(issue["severity"]) > rank(known.severity)) ||
                          is_much_larger(issue["impact"], known.impact);
    const bool was_done_before = known.answer["status"].text() == "done" && !known.is_of_this_week;
    const bool is_reopened = fires && (is_worse || was_done_before);
    json response = known.answer;
    response.set("status", is_reopened ? json::string("reopened") : known.answer["status"]);
    response.set("was", is_reopened ? known.answer["status"] : json());
    response.set("week", json::string(known.is_of_this_week ? "this" : "previous"));
    response.set("severity", known.severity);
    response.set("impact", known.impact);
    return response;
  }
};

// What the impact of an issue is of. Those that were stored before there was such a key go by their code.
json impact_kind_of(const json &issue) {
  if (issue["impact"].is_null() || issue["impact_kind"].type() == json::kind::string)
    return issue["impact_kind"];
  for (std::size_t each = 0; each < rule_count; ++each)
    if (const rule known = static_cast<rule>(each); code_of(known) == issue["code"].text())
      return json::string(std::string(name_of(impact_kind_of(known))));
  return json::string(std::string(name_of(impact_kind::profit)));
}

bool is_of_profit(const json &issue) { return impact_kind_of(issue).text() == "profit"; }

// What fires first, then by severity, losses of profit, impact and code.
bool comes_before(const json &a, const json &b) {
  if (is_absent(a) != is_absent(b))
    return is_absent(b);
  if (rank(a["severity"]) != rank(b["severity"]))
    return rank(a["severity"]) > rank(b["severity"]);
  if (is_of_profit(a) != is_of_profit(b))
    return is_of_profit(a);
  const std::optional<fraction> x = number_in(a["impact"]), y = number_in(b["impact"]);
  if (x.has_value() != y.has_value())
    return x.has_value();
  if (const int sign = x ? compare(*x, *y).value_or(0) : 0)
    return sign > 0;
  return a["code"].text() < b["code"].text();
}

class merger {
public:
  explicit merger(const merge_request &request)
      : given(request), known{request.stored, request.responses, request.previous, request.previous_responses,
                              request.fresh["facts"]["today"]} {}

  json merge() const {
    std::vector<json> all;
    for (const json &issue : given.fresh["issues"].elements())
      all.push_back(fired(issue));
    for (const json &issue : given.stored.elements())
      add_absent(issue, all);
    // One that was absent already is not carried on into a second week.
    for (const json &issue : given.previous.elements())
      if (!is_absent(issue))
        add_absent(issue, all);
    std::ranges::stable_sort(all, comes_before);
    json result = json::array();
    for (json &issue : all)
      result.add(std::move(issue));
    return result;
  }

private:
  const char *state_of(const json &issue) const {
    const std::string &fingerprint = issue["fingerprint"].text();
    const json &before = find_issue(given.previous, fingerprint);
    if (before.is_null())
      return "new";
    if (is_absent(before) || understood(given.previous_responses[fingerprint])["status"].text() == "done")
      return "regressed";
    const bool is_unchanged = before["severity"].text() == issue["severity"].text() &&
                              is_nearly(before["impact"], issue["impact"]) &&
                              is_nearly(before["observed"], issue["observed"]);
    return is_unchanged ? "unchanged" : "updated";
  }

  json fired(const json &issue) const {
    json result = issue;
    result.set("baseline_state", json::string(state_of(issue)));
    result.set("response", known.response_to(issue, true));
    add_messages(result, given.wordings[issue["code"].text()], given.fresh["facts"]);
    return result;
  }

  // Whether an issue that does not fire is gone. It is not where its rule was not asked, for want of days or of a
  // setting; it is where a more severe issue tells it, and where the document does not say.
  bool is_gone(const json &issue) const {
    const json &said = given.fresh["rules"][issue["code"].text()];
    const std::string &status = said["status"].text();
    return status != "NOT_EVALUATED" &&
           (status != "INHIBITED" || said["by"].text() == code_of(rule::roas_below_break_even));
  }

  // Unless it is there, is not an issue, or may not be gone.
  void add_absent(const json &issue, std::vector<json> &all) const {
    const json &fingerprint = issue["fingerprint"];
    const auto is_same = [&](const json &each) { return each["fingerprint"].text() == fingerprint.text(); };
    if (fingerprint.type() != json::kind::string || !is_gone(issue) || std::ranges::any_of(all, is_same))
      return;
    json gone = issue;
    gone.set("baseline_state", json::string("absent"));
    gone.set("impact_kind", impact_kind_of(issue));
    gone.set("response", known.response_to(issue, false));
    all.push_back(std::move(gone));
  }

  const merge_request &given;
  answers known;
};

bool is_document(const json &fresh) {
  const json &issues = fresh["issues"];
  return issues.type() == json::kind::array && std::ranges::all_of(issues.elements(), [](const json &issue) {
           return issue["fingerprint"].type() == json::kind::string && issue["code"].type() == json::kind::string;
         });
}

} // namespace

json merge_issues(const merge_request &request) {
  if (!is_document(request.fresh))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "fresh is not a document of upkeep.diagnose",
                .hint = "Pass what upkeep.diagnose returns."};
  return merger(request).merge();
}

json overlay_responses(const overlay_request &row) {
  if (row.issues.type() != json::kind::array)
    return row.issues;
  const answers known{row.issues, row.responses, row.previous, row.previous_responses, row.facts["today"]};
  json result = json::array();
  for (const json &issue : row.issues.elements()) {
    json shown = issue;
    const json &fingerprint = issue["fingerprint"];
    if (fingerprint.type() == json::kind::string &&
        (is_own(issue["response"]) || !understood(row.responses[fingerprint.text()]).is_null()))
      shown.set("response", known.response_to(issue, !is_absent(issue)));
    result.add(std::move(shown));
  }
  return result;
}

} // namespace upkeep::diagnostics
