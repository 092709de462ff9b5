#include "packages/pg-upkeep/wasm/calls.hpp"

#include "packages/pg-upkeep/wasm/document.hpp"

#include <algorithm>
#include <utility>

namespace upkeep::wasm {

namespace {

constexpr std::pair<std::string_view, json (*)(const json &)> functions[] = {
    {"diagnose", diagnose},
    {"merge_issues", merge_issues},
    {"answered_issues", answered_issues},
    {"weekly_report", weekly_report},
    {"week_start", week_start},
    {"week_label", week_label},
    {"explain_change", explain_change},
    {"ad_decision", ad_decision},
    {"simulate_growth", simulate_growth},
    {"fit_elasticity", fit_elasticity},
    {"unit_economics", unit_economics},
    {"goal_pace", goal_pace},
};

} // namespace

json (*function_named(std::string_view name))(const json &) {
  const auto *const found =
      std::ranges::find(functions, name, &std::pair<std::string_view, json (*)(const json &)>::first);
  return found == std::end(functions) ? nullptr : found->second;
}

json document_in(const json &arguments, std::string_view name) {
  const json &given = arguments[name];
  return canonical(given.type() == json::kind::string ? parse_json(given.text(), on_too_deep::cut) : given);
}

json text_or_null(const std::optional<std::string> &text) { return text ? json::string(*text) : json(); }

} // namespace upkeep::wasm
