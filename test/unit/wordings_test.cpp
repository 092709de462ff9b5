#include "core/diagnostics/document/wordings.hpp"

#include "core/fault.hpp"

#include <gtest/gtest.h>
#include <set>

namespace wordings_test {

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

const message_values example{"OBSERVED", "EXPECTED",  "BASELINE", "DELTA", "PERCENT",
                             "IMPACT",   "THRESHOLD", "DAYS",     "WEEKS", "REASONS."};

rule rule_at(std::size_t i) { return static_cast<rule>(i); }

template <class F> void for_each_template(F &&body) {
  for (std::size_t i = 0; i < rule_count; ++i)
    for (const severity grade : {severity::warning, severity::critical})
      for (const language in : languages)
        body(message_template(rule_at(i), grade, in));
}

void expect_refused(std::string_view message) {
  try {
    render(message, example);
    ADD_FAILURE() << message << " was taken";
  } catch (const fault &said) {
    EXPECT_STREQ(said.sqlstate, "22023");
    EXPECT_NE(said.hint.find("{observed}"), std::string::npos);
  }
}

} // namespace

TEST(message, of_every_rule_can_be_rendered_in_every_language) {
  std::set<std::string_view> all;
  for_each_template([&](std::string_view message) {
    EXPECT_TRUE(render(message, example).ends_with('.')) << message;
    EXPECT_EQ(render(message, example).find_first_of("{}"), std::string::npos);
    all.insert(message);
  });
  // One rule has another sentence where it is critical; no two share one.
  EXPECT_EQ(all.size(), (rule_count + 1) * std::size(languages));
}

TEST(message, can_do_without_its_impact) {
  EXPECT_EQ(without_impact("Revenue fell. Estimated loss: {impact}."), "Revenue fell.");
  EXPECT_EQ(without_impact("Weeks: {weeks}. Lost since then: {impact}. Look."), "Weeks: {weeks}. Look.");
  EXPECT_EQ(without_impact("Revenue fell by {delta}."), "Revenue fell by {delta}.");
  EXPECT_EQ(without_impact("So {impact} would be missing."), "So {impact} would be missing.");
}

TEST(message, names_its_values) {
  EXPECT_EQ(
      render("{observed}{expected} {baseline}, {delta} {delta_pct} {impact} {threshold} {days} {weeks}.", example),
      "OBSERVEDEXPECTED BASELINE, DELTA PERCENT IMPACT THRESHOLD DAYS WEEKS.");
  EXPECT_EQ(render("", example), "");
  EXPECT_EQ(render("{{observed}} {{{days}}}", example), "{observed} {DAYS}");
}

TEST(message, that_names_something_else_is_refused) {
  for (const std::string_view broken : {"{", "}", "{}", "{0}", "{observed", "observed}", "{Observed}", "{observed }",
                                        "{observed:>999999999}", "{observed!r}", "{{{", "}}}", "{a{b}}", "{days}{"})
    expect_refused(broken);
}

TEST(actions, of_every_rule_have_a_text_in_every_language) {
  std::set<std::string_view> used;
  for (std::size_t i = 0; i < rule_count; ++i) {
    const auto actions = actions_of(rule_at(i));
    EXPECT_GE(actions.size(), 1u);
    EXPECT_LE(actions.size(), 3u);
    used.insert(actions.begin(), actions.end());
  }
  for (const std::string_view action : used)
    for (const language in : languages)
      EXPECT_NE(action_text(action, in), action);
}

TEST(actions, without_a_text_are_called_by_their_code) { EXPECT_EQ(action_text("CALL_MUM", language::de), "CALL_MUM"); }

} // namespace wordings_test
