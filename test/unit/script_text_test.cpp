// What of a migration file is SQL.
#include "core/guard/script_text.hpp"

#include <gtest/gtest.h>

namespace script_text_test {

using namespace upkeep;
using namespace upkeep::guard;

namespace {

std::string way_back_of(std::string_view file) {
  const script_text read = read_script(file);
  return read.way_back ? read.way_back->text : "";
}

TEST(script_text, plain_sql_stays_as_it_is) {
  for (const char *sql :
       {"", "SELECT 1", "SELECT 'a\\'; SELECT \"b\\\"", "SELECT E'\\'\\\\' || $1; -- \\i x\n/* \\i /* */ y */",
        "DO $$ \\i x $$; DO $a$ $$ \\ $a$", "SELECT 'it''s'", "SELECT 'open", "$a$ open", "/* open", "\"open"})
    EXPECT_EQ(read_script(sql).sql, sql);
}

TEST(script_text, commands_of_psql_are_blanked) {
  const script_text read = read_script("\\set x 1\nSELECT 1;\n  \\i other.sql \nSELECT 2 \\gexec\nSELECT 3");
  EXPECT_EQ(read.sql, "        \nSELECT 1;\n               \nSELECT 2 ;     \nSELECT 3");
  ASSERT_EQ(read.unseen.size(), 2u);
  EXPECT_EQ(read.unseen[0].text, "\\i other.sql");
  EXPECT_EQ(read.unseen[0].position, 21u);
  EXPECT_EQ(read.unseen[1].text, "\\gexec");
  EXPECT_TRUE(read_script("\\echo hello\n\\pset null x\n\\q").unseen.empty());
  EXPECT_EQ(read_script("\\").sql, ";");
  EXPECT_EQ(read_script("SELECT 1\\; SELECT 2;").sql, "SELECT 1;  SELECT 2;");
}

TEST(script_text, the_data_of_a_copy_is_no_sql) {
  EXPECT_EQ(read_script("COPY a.b (x) FROM stdin;\n1\t'\n\\.\nDROP TABLE t;").sql,
            "COPY a.b (x) FROM stdin;\n   \n  \nDROP TABLE t;");
  EXPECT_EQ(read_script("-- data\ncopy  t\nfrom  STDIN ;\n'").sql, "-- data\ncopy  t\nfrom  STDIN ;\n ");
  EXPECT_EQ(read_script("/* x */ COPY t FROM stdin;\n'\n").sql, "/* x */ COPY t FROM stdin;\n \n");
  EXPECT_EQ(read_script("COPY t TO stdout;\nSELECT 1").sql, "COPY t TO stdout;\nSELECT 1");
}

TEST(script_text, ends_where_the_way_back_begins) {
  for (const char *marker :
       {"-- migrate:down", "-- migrate:down transaction:false", "-- +goose Down", "--+goose down", "-- Down Migration",
        "--- DOWN  MIGRATION ---", "-- +migrate Down notransaction", "--//@UNDO", "-- //@UNDO", "-- rambler down",
        "---- create above / drop below ----", "-- !Downs"}) {
    const std::string up = "CREATE TABLE t ();\n", file = up + marker + "\nDROP TABLE t;\n";
    EXPECT_EQ(read_script(file).sql, up) << marker;
    EXPECT_EQ(way_back_of(file), marker);
    EXPECT_EQ(read_script(file).way_back->position, up.size());
  }
}

TEST(script_text, other_comments_do_not_end_it) {
  for (const char *file : {"-- migrate:up\nSELECT 1;", "-- +goose Up\nSELECT 1;", "-- +goose StatementBegin\nSELECT 1;",
                           "-- down\nSELECT 1;", "-- migrate:downwards\nSELECT 1;", "SELECT '\n-- migrate:down\n';",
                           "DO $$\n-- +goose Down\n$$; SELECT 1;", "/*\n-- migrate:down\n*/ SELECT 1;",
                           "--> statement-breakpoint\nSELECT 1;", "--rollback DROP TABLE t;\nSELECT 1;",
                           "SELECT 1;\n-- migrate:down\n\n-- nothing\n/* to do */\n"})
    EXPECT_EQ(way_back_of(file), "") << file;
}

} // namespace

} // namespace script_text_test
