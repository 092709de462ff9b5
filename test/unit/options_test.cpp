#include "core/fault.hpp"
#include "core/options.hpp"

#include <array>
#include <gtest/gtest.h>

using namespace upkeep;

namespace {

constexpr std::array<std::string_view, 2> sizes{"small", "large"};
constexpr std::array<option_rule, 3> rules{
    {{"name", option_kind::text}, {"parts", option_kind::list}, {"size", option_kind::choice, sizes}}};
constexpr feature_rule feature{"box", "box", rules};

std::vector<option> parse(const std::vector<std::string> &arguments) { return parse_options(feature, arguments); }

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
