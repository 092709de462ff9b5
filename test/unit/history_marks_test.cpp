// What stands in an entry in the place of a value.
#include "core/history/marks.hpp"

#include <gtest/gtest.h>

namespace history_marks_test {

using namespace upkeep::history;

namespace {

const std::string hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

TEST(history_marks, hex_goes_there_and_back) {
  const auto digest = digest_of_hex(hex);
  ASSERT_TRUE(digest);
  EXPECT_EQ((*digest)[1], 0x11);
  EXPECT_EQ(hex_of(*digest), hex);
  EXPECT_EQ(bytes_of(*digest).size(), 32u);
  EXPECT_FALSE(digest_of_hex(""));
  EXPECT_FALSE(digest_of_hex(hex.substr(1)));
  EXPECT_FALSE(digest_of_hex(hex + "0"));
  EXPECT_FALSE(digest_of_hex("A" + hex.substr(1)));
  EXPECT_FALSE(digest_of_hex("g" + hex.substr(1)));
}

TEST(history_marks, marks_are_read) {
  const digest_bytes digest = *digest_of_hex(hex);
  EXPECT_EQ(digest_mark(digest), "{\"digest\": \"" + hex + "\"}");
  EXPECT_EQ(erased_mark(digest), "{\"erased\": \"" + hex + "\"}");
  EXPECT_EQ(read_mark(digest_mark(digest)).is, mark::digest);
  EXPECT_EQ(read_mark(digest_mark(digest)).digest, digest);
  EXPECT_EQ(read_mark(erased_mark(digest)).is, mark::erased);
  EXPECT_EQ(read_mark(erased_mark(digest)).digest, digest);
}

TEST(history_marks, what_resembles_a_mark_is_a_value) {
  for (const std::string text : {"7", "null", "\"digest\"", "{}", "{\"digest\": 7}", "{\"digest\": \"ab\"}",
                                 "{\"digest\": \"", "{\"digest\": \"\"}", "{\"erased\": null}",
                                 "{\"jsonb\": 1, \"x\": 2}", "{\"a\": {\"jsonb\": 1}}", "[{\"jsonb\": 1}]"}) {
    const marked_value read = read_mark(text);
    EXPECT_EQ(read.is, mark::none) << text;
    EXPECT_EQ(read.value, text);
  }
}

TEST(history_marks, documents_that_would_be_taken_for_marks_are_wrapped) {
  for (const std::string text :
       {"null", "{\"digest\": 7}", "{\"erased\": {\"a\": 1}}", "{\"jsonb\": null}", "{\"jsonb\": {\"jsonb\": [1]}}"}) {
    const std::string stored = stored_document(text);
    EXPECT_EQ(stored, "{\"jsonb\": " + text + "}");
    EXPECT_EQ(read_mark(stored).is, mark::wrapped);
    EXPECT_EQ(read_mark(stored).value, text);
  }
  for (const std::string text : {"7", "\"null\"", "{}", "{\"digest\": 1, \"more\": 2}", "{\"digests\": 1}", "[null]"})
    EXPECT_EQ(stored_document(text), text);
}

TEST(history_marks, texts_of_digests) {
  EXPECT_EQ(column_text(3, "email", R"({"id": 7})", R"("a@b.c")"), "3\nemail\n{\"id\": 7}\n\"a@b.c\"");
  EXPECT_EQ(value_text(41, side::before, "email", "null"), "41\nbefore\nemail\nnull");
  EXPECT_EQ(value_text(41, side::after, "email", "null"), "41\nafter\nemail\nnull");
}

} // namespace

} // namespace history_marks_test
