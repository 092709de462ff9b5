// What issues and actions are called in the languages that are built in.
#pragma once

#include "core/diagnostics/rules/rules.hpp"
#include "core/numeric/money.hpp"

#include <span>
#include <string>
#include <string_view>

namespace upkeep::diagnostics {

// What a message may name, as text in its language: {observed}, {expected}, {baseline}, {delta}, {delta_pct}, {impact},
// {threshold}, {days}, {weeks}, {reasons}. What there is not is "–".
struct message_values {
  std::string observed, expected, baseline, delta, delta_pct, impact, threshold, days, weeks, reasons;
};

// The fmt template of a rule's message. {observed} and {baseline} are in the rule's metric, {impact} in money.
std::string_view message_template(rule which, severity grade, language in) noexcept;

// A message without the sentence that tells its impact, for where none is known.
std::string without_impact(std::string_view message);

// Fills a template, which may be a user's: throws fault 22023 if it names what does not exist, or is not a template.
std::string render(std::string_view message, const message_values &values);

// What can be done, by rule: the codes of its actions, the first the most urgent, and what each is called.
std::span<const std::string_view> actions_of(rule which) noexcept;
std::string_view action_text(std::string_view action, language in) noexcept;

} // namespace upkeep::diagnostics
