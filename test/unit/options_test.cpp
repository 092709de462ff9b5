#include "core/fault.hpp"
#include "core/options/feature_rule.hpp"
#include "core/options/option_list.hpp"

#include <array>
#include <gtest/gtest.h>

namespace options_test {

using namespace upkeep;

namespace {

constexpr std::array<std::string_view, 2> sizes{"small", "large"};
constexpr option_rule rules[] = {text_rule("name", "box"), list_rule("parts"), choice_rule("size", sizes)};
constexpr option_rule pair_rules[] = {text_rule("lid", "flat"), text_rule("hinge", "brass").only_with("lid")};
constexpr feature_rule feature{"box", "box", rules};
constexpr feature_rule chest{"chest", "chest", pair_rules};

option_list parse(const std::vector<std::string> &arguments) { return parse_options(feature, arguments); }

fault fault_of(const std::vector<std::string> &arguments) {
  try {
    parse(arguments);
  } catch (const fault &said) {
    return said;
  }
  return {"none", ""};
}

} // namespace

TEST(parse_options, reads_names_and_values) {
  const auto options = parse({"name=a=b", "size=large", "parts="});
  ASSERT_NE(find_option(options, "name"), nullptr);
  EXPECT_EQ(*find_option(options, "name"), "a=b");
  EXPECT_EQ(*find_option(options, "size"), "large");
  EXPECT_EQ(*find_option(options, "parts"), "");
  EXPECT_EQ(find_option(parse({}), "name"), nullptr);
}

TEST(parse_options, tells_an_option_that_says_nothing_alone) {
  const std::vector<std::string> hinge{"hinge=steel"}, both{"lid=round"};
  EXPECT_TRUE(is_idle(parse_options(chest, hinge), rule_of(chest, "hinge")));
  EXPECT_FALSE(is_idle(parse_options(chest, both), rule_of(chest, "hinge")));
  EXPECT_FALSE(is_idle(parse_options(chest, hinge), rule_of(chest, "lid")));
}

TEST(parse_options, refuses_an_unknown_name_and_lists_the_known) {
  const fault said = fault_of({"colour=red"});
  EXPECT_STREQ(said.sqlstate, "22023");
  EXPECT_EQ(said.message, "unknown option \"colour\" of box");
  EXPECT_EQ(said.hint, "The options are: name, parts, size.");
}

TEST(parse_options, refuses_a_value_that_is_no_choice) {
  const fault said = fault_of({"size=Large"});
  EXPECT_STREQ(said.sqlstate, "22023");
  EXPECT_EQ(said.message, "invalid value for option \"size\" of box: \"Large\"");
  EXPECT_EQ(said.hint, "Use one of: small, large.");
}

TEST(parse_options, refuses_an_argument_without_a_name) {
  EXPECT_EQ(fault_of({"large"}).message, "argument \"large\" of box has no \"=\"");
  EXPECT_EQ(fault_of({""}).message, "argument \"\" of box has no \"=\"");
  EXPECT_EQ(fault_of({"=x"}).message, "unknown option \"\" of box");
}

TEST(parse_options, refuses_a_repeated_name) {
  EXPECT_EQ(fault_of({"name=a", "name=a"}).message, "option \"name\" of box is given more than once");
}

TEST(options, have_defaults) {
  EXPECT_EQ(text_option(parse({}), "name"), "box");
  EXPECT_EQ(text_option(parse({"name="}), "name"), "");
  EXPECT_EQ(text_option(parse({}), "size"), "small");
  EXPECT_EQ(choice_option(parse({}), "size"), 0U);
  EXPECT_EQ(choice_option(parse({"size=large"}), "size"), 1U);
}

TEST(options, take_null_as_the_default_of_a_list) {
  EXPECT_TRUE(list_rule("parts", "a,b").takes_null());
  EXPECT_TRUE(column_rule("key", column_of::own).takes_null());
  EXPECT_FALSE(column_rule("key", column_of::own, "id").takes_null());
  EXPECT_FALSE(table_rule("parent").must_be_given().takes_null());
}

TEST(options, tell_default_and_what_leaving_out_the_argument_means) {
  constexpr option_rule rule = list_rule("parts", "a").when_enabled("a,b").from(3, "all_parts");
  EXPECT_STREQ(rule.usual(), "a");
  EXPECT_STREQ(rule.usual_argument(), "a,b");
  EXPECT_EQ(rule.argument_name(), "all_parts");
  EXPECT_EQ(rules[0].argument_name(), "name");
}

TEST(options, refuse_a_rule_that_the_feature_has_not) {
  EXPECT_EQ(&rule_of(feature, "parts"), &rules[1]);
  try {
    rule_of(feature, "part");
    FAIL();
  } catch (const fault &said) {
    EXPECT_STREQ(said.sqlstate, sqlstate::internal_error);
    EXPECT_EQ(said.message, "box has no option \"part\"");
  }
}

TEST(options, are_sound_where_a_rename_can_follow_them) {
  static constexpr option_rule sound[] = {table_rule("settings").from(1),
                                          column_rule("key", column_of::settings).from(2)};
  static constexpr option_rule of_nobody[] = {column_rule("key", 0)};
  static constexpr option_rule of_no_table[] = {column_rule("key", column_of::settings)};
  static constexpr option_rule twice[] = {text_rule("a", ""), text_rule("a", "")};
  static constexpr option_rule one_argument[] = {text_rule("a", "").from(1), text_rule("b", "").from(1)};
  EXPECT_TRUE(is_sound({"box", "box", sound}));
  EXPECT_FALSE(is_sound({"box", "box", of_nobody}));
  EXPECT_FALSE(is_sound({"box", "box", of_no_table}));
  EXPECT_FALSE(is_sound({"box", "box", twice}));
  EXPECT_FALSE(is_sound({"box", "box", one_argument}));
}

} // namespace options_test
