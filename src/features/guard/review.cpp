// upkeep.review: what the statements of a migration would lose, without running one.
#include "features/guard/judge.hpp"
#include "postgres/arguments.hpp"
#include "postgres/result_set.hpp"

namespace upkeep {

using pg::call;

namespace {

pg::result_set::nullable text_or_null(const std::string &text) {
  if (text.empty())
    return {};
  return {call([&] { return CStringGetTextDatum(text.c_str()); }), false};
}

// An error's position is one in this text, not in the query that the client has sent.
void point_into(void *sql) {
  const int position = geterrposition();
  if (position <= 0)
    return;
  errposition(0);
  internalerrposition(position);
  internalerrquery(static_cast<const char *>(sql));
}

const List *parse(const char *sql) {
  ErrorContextCallback context{error_context_stack, point_into, const_cast<char *>(sql)};
  error_context_stack = &context;
  const List *statements = raw_parser(sql, RAW_PARSE_DEFAULT);
  error_context_stack = context.previous;
  return statements;
}

void review_statement(int number, const Node *statement, const guarded_schemas &everything, pg::result_set &result) {
  judge judged(everything, judge::purpose::review);
  for (const ddl_action &action : actions_of(statement))
    judged.look_at(action);
  for (const found_loss &each : judged.found.losses)
    result.add(number, std::string("block"), each.what.object,
               loss_message(GetCommandTagName(call([=] { return CreateCommandTag(const_cast<Node *>(statement)); })),
                            std::span(&each.what, 1)),
               loss_hint(std::span(&each.what, 1), {}));
  for (const remark &each : judged.found.remarks)
    result.add(number, std::string(each.weight == remark::warn ? "warn" : "note"), text_or_null(each.object), each.text,
               text_or_null(each.hint));
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.review(sql text) RETURNS TABLE (statement integer, severity text, object text, finding text, hint text): no
// rows for a statement that has nothing to say. Errors: 22004, 42601.
UPKEEP_FUNCTION(upkeep_review) {
  return pg::entry([=] {
    const std::string sql = pg::arguments(fcinfo).string(0, "sql");
    pg::result_set result(fcinfo, 0);
    pg::with_spi([&] {
      const guarded_schemas everything = guarded_schemas::all();
      const List *statements = call([&] { return parse(sql.c_str()); });
      int number = 0;
      const ListCell *cell;
      foreach (cell, statements)
        review_statement(++number, lfirst_node(RawStmt, cell)->stmt, everything, result);
    });
    return Datum(0);
  });
}
