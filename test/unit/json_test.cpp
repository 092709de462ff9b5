#include "core/fault.hpp"
#include "core/text/json.hpp"

#include <gtest/gtest.h>

namespace json_test {

using namespace upkeep;

namespace {

std::string again(std::string_view text) { return parse_json(text).dump(); }

// The detail of the error, with its position; "none" where there is none.
std::string refusal(std::string_view text) {
  try {
    parse_json(text);
    return "none";
  } catch (const fault &said) {
    EXPECT_STREQ(said.sqlstate, "22P02");
    EXPECT_EQ(said.message, "this is not JSON");
    return said.detail;
  }
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

} // namespace

TEST(parse_json, reads_every_kind) {
  EXPECT_TRUE(parse_json("null").is_null());
  EXPECT_TRUE(parse_json("true").is_true());
  EXPECT_EQ(parse_json("false").type(), json::kind::boolean);
  EXPECT_FALSE(parse_json("false").is_true());
  EXPECT_EQ(parse_json("-12.50e+3").text(), "-12.50e+3");
  EXPECT_EQ(parse_json("-12.50e+3").type(), json::kind::number);
  EXPECT_EQ(parse_json("\"a b\"").text(), "a b");
  EXPECT_EQ(parse_json("[1, [], {}]").elements().size(), 3u);
  EXPECT_EQ(parse_json(R"({"a": {"b": [7]}})")["a"]["b"].elements().front().text(), "7");
}

TEST(parse_json, keeps_what_a_double_would_lose) {
  for (const char *number : {"9223372036854775807", "0.1000", "1e400", "-0", "123456789012345678901234567890.5"})
    EXPECT_EQ(again(number), number);
}

TEST(parse_json, takes_blanks_for_nothing) {
  EXPECT_EQ(again(" \t\r\n{ \"a\" :\n[ 1 ,2 ] , \"b\":{ } }\n"), R"({"a":[1,2],"b":{}})");
  EXPECT_EQ(again("[ ]"), "[]");
}

TEST(parse_json, reads_escapes) {
  EXPECT_EQ(parse_json(R"("\"\\\/\b\f\n\r\t")").text(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(parse_json(R"("\u0041\u00e9\u20AC\ud83d\ude00")").text(), "Aé€😀");
  EXPECT_EQ(parse_json("\"é€😀\"").text(), "é€😀");
}

TEST(parse_json, refuses_what_is_no_json) {
  EXPECT_EQ(refusal(""), "At byte 1: a value was expected.");
  EXPECT_EQ(refusal("[1, 2"), "At byte 6: a comma or a bracket was expected.");
  EXPECT_EQ(refusal("[1,]"), "At byte 4: a value was expected.");
  EXPECT_EQ(refusal("{\"a\" 1}"), "At byte 6: a colon was expected.");
  EXPECT_EQ(refusal("{\"a\": 1,}"), "At byte 9: a key was expected.");
  EXPECT_EQ(refusal("{\"a\": 1"), "At byte 8: a comma or a brace was expected.");
  EXPECT_EQ(refusal("{a: 1}"), "At byte 2: a key was expected.");
  EXPECT_EQ(refusal("1 2"), "At byte 3: something follows the value.");
  EXPECT_EQ(refusal("\"abc"), "At byte 5: a quote was expected.");
  EXPECT_EQ(refusal("\"a\nb\""), "At byte 4: a control character within a string.");
  for (const char *text : {"nul",
                           "True",
                           "01",
                           "+1",
                           ".5",
                           "5.",
                           "1e",
                           "1e+",
                           "-",
                           "--1",
                           "NaN",
                           "Infinity",
                           "'a'",
                           "]",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "\"\\u12g4\"",
                           "\"\\",
                           "[1 2]",
                           "{\"a\":}",
                           "\xef\xbb\xbf"
                           "1"})
    EXPECT_NE(refusal(text), "none") << text;
  EXPECT_NE(refusal(std::string_view("1\0", 2)), "none");
}

TEST(parse_json, refuses_characters_that_are_none) {
  for (const char *text : {R"("\ud83d")", R"("\ud83dx")", R"("\ud83d\n")", R"("\ud83d\u0041")", R"("\ude00")"})
    EXPECT_NE(refusal(text).find("half a surrogate pair"), std::string::npos) << text;
  EXPECT_NE(refusal(R"("\u0000")").find("cannot hold"), std::string::npos);
}

TEST(parse_json, refuses_what_is_nested_too_deep) {
  EXPECT_EQ(refusal(nested(100)), "none");
  EXPECT_EQ(again(nested(100)), nested(100));
  EXPECT_EQ(refusal(nested(102)), "At byte 102: nested too deep.");
  EXPECT_EQ(refusal(std::string(1000000, '[')), "At byte 102: nested too deep.");
}

TEST(parse_json, cuts_what_is_nested_too_deep_where_asked_to) {
  const auto cut = [](const std::string &text) { return parse_json(text, on_too_deep::cut).dump(); };
  EXPECT_EQ(cut(nested(101)), nested(101));
  const std::string left = std::string(101, '[') + "null" + std::string(101, ']');
  EXPECT_EQ(cut(nested(102)), left);
  EXPECT_EQ(cut(nested(1'000'000)), left);
  const json kept = parse_json(R"({"a": 1, "deep": )" + std::string(200, '[') + R"({"x": "]}\"]", "y": {}}, 7)" +
                                   std::string(200, ']') + R"(, "b": 2})",
                               on_too_deep::cut);
  EXPECT_EQ(kept["a"].text() + kept["b"].text(), "12");
  for (const std::string &text :
       {std::string(300, '['), std::string(300, '[') + "\"", std::string(300, '[') + "]", std::string("[1,]")})
    EXPECT_THROW(parse_json(text, on_too_deep::cut), fault) << text;
}

TEST(json, escapes_what_json_does_not_allow) {
  EXPECT_EQ(json::string("a\"b\\c/\n\x01\x7f é").dump(), "\"a\\\"b\\\\c/\\u000a\\u0001\x7f é\"");
  EXPECT_EQ(again(R"({"\n\"": "\u001f"})"), "{\"\\u000a\\\"\":\"\\u001f\"}");
}

TEST(json, has_the_last_of_members_with_one_key) {
  json object = parse_json(R"({"a": 1, "b": 2, "a": 3})");
  EXPECT_EQ(object["a"].text(), "3");
  object.set("a", json::number("4"));
  object.set("c", json::boolean(true));
  EXPECT_EQ(object["a"].text(), "4");
  EXPECT_EQ(object.dump(), R"({"a":1,"b":2,"a":4,"c":true})");
}

TEST(json, has_null_for_what_is_not_there) {
  const json object = parse_json(R"({"a": null, "b": [1]})");
  EXPECT_TRUE(object["a"].is_null());
  EXPECT_TRUE(object["missing"].is_null());
  EXPECT_TRUE(object["b"]["no object"].is_null());
  EXPECT_TRUE(json::number("1")["a"]["b"].is_null());
}

TEST(json, is_built_member_by_member) {
  json rows = json::array();
  rows.add(json::string("x"));
  rows.add({});
  json object = json::object();
  object.set("rows", rows);
  object.set("empty", json::object());
  ASSERT_NE(object.find("rows"), nullptr);
  EXPECT_EQ(object.find("none"), nullptr);
  object.find("rows")->add(json::boolean(false));
  EXPECT_EQ(object.dump(), R"({"rows":["x",null,false],"empty":{}})");
}

} // namespace json_test
