// upkeep.review: what the statements of a migration would lose, without running one.
#include "core/guard/script_text.hpp"
#include "features/guard/judge/judge.hpp"
#include "features/guard/review/script.hpp"
#include "features/guard/review/unseen.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"

namespace upkeep::guard {

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

const char *text_of(const List *arguments, int number) {
  const auto *argument = static_cast<const Node *>(list_nth(arguments, number));
  if (!IsA(argument, A_Const))
    return nullptr;
  const auto *constant = reinterpret_cast<const A_Const *>(argument);
  return !constant->isnull && IsA(&constant->val, String) ? strVal(&constant->val) : nullptr;
}

// What SET, or set_config, as pg_dump writes it, makes of search_path; nullptr: what it was when the session began.
std::optional<const char *> search_path_of(const Node *statement, const query_parts &parts) {
  if (IsA(statement, VariableSetStmt)) {
    auto *set = reinterpret_cast<VariableSetStmt *>(const_cast<Node *>(statement));
    if (set->kind == VAR_RESET_ALL)
      return nullptr;
    if (!set->name || pg_strcasecmp(set->name, "search_path") != 0)
      return {};
    return set->kind == VAR_SET_VALUE ? call([=] { return ExtractSetVariableArgs(set); }) : nullptr;
  }
  for (const FuncCall *each : parts.calls)
    if (strcmp(strVal(llast(each->funcname)), "set_config") == 0 && list_length(each->args) == 3)
      if (const char *name = text_of(each->args, 0), *value = text_of(each->args, 1);
          name && value && pg_strcasecmp(name, "search_path") == 0)
        return value;
  return {};
}

// A file is gone through twice: what a column that is dropped may be called later is known at the end only.
class file_review {
public:
  explicit file_review(const std::string &file) : text(read_script(file)) {
    statements = call([&] { return parse(text.sql.c_str()); });
  }

  void run(pg::result_set &result) {
    go_through(nullptr);
    std::vector<added_column> added = std::move(so_far.added);
    so_far = script();
    so_far.added = std::move(added);
    go_through(&result);
  }

private:
  // Names and types are looked up as the file says; a search_path that it sets ends with it.
  void go_through(pg::result_set *result) {
    const int level = NewGUCNestLevel();
    prepared.clear();
    int number = 0;
    const ListCell *cell;
    foreach (cell, statements) {
      const auto *statement = lfirst_node(RawStmt, cell);
      tell_of_file(++number, statement, result);
      step(number, statement->stmt, result);
    }
    tell_of_file(number + 1, nullptr, result);
    call([=] { AtEOXact_GUC(true, level); });
  }

  void step(int number, const Node *statement, pg::result_set *result) {
    const Node *run = run_by(statement);
    if (!run)
      return;
    const query_parts parts = parts_of(queried_by(run));
    if (result)
      tell(number, statement, run, parts, *result);
    if (const auto path = search_path_of(run, parts))
      call([&] {
        set_config_option("search_path", *path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
      });
    so_far.follow(run, number, !unseen_in(run, parts).empty());
  }

  // What a statement makes run; nullptr: nothing.
  const Node *run_by(const Node *statement) {
    switch (statement ? nodeTag(statement) : T_Invalid) {
    case T_Invalid:
      return nullptr;
    case T_PrepareStmt: {
      const auto *made = reinterpret_cast<const PrepareStmt *>(statement);
      prepared[made->name] = made->query;
      return nullptr;
    }
    case T_ExecuteStmt: {
      const auto found = prepared.find(reinterpret_cast<const ExecuteStmt *>(statement)->name);
      return found == prepared.end() ? statement : found->second;
    }
    case T_ExplainStmt: {
      const auto *explained = reinterpret_cast<const ExplainStmt *>(statement);
      const ListCell *cell;
      foreach (cell, explained->options)
        if (DefElem *option = lfirst_node(DefElem, cell);
            strcmp(option->defname, "analyze") == 0 && call([=] { return defGetBoolean(option); }))
          return run_by(explained->query);
      return nullptr;
    }
    default:
      return statement;
    }
  }

  static const Node *queried_by(const Node *statement) {
    switch (nodeTag(statement)) {
    case T_CopyStmt:
      return reinterpret_cast<const CopyStmt *>(statement)->query;
    case T_CreateTableAsStmt:
      return reinterpret_cast<const CreateTableAsStmt *>(statement)->query;
    case T_DeclareCursorStmt:
      return reinterpret_cast<const DeclareCursorStmt *>(statement)->query;
    default:
      return statement;
    }
  }

  void tell(int number, const Node *statement, const Node *run, const query_parts &parts, pg::result_set &result) {
    judge judged(everything, judge::purpose::review, &so_far);
    std::vector<ddl_action> actions;
    if (parts.writes.empty())
      actions = actions_of(run);
    for (const Node *write : parts.writes)
      for (ddl_action &action : actions_of(write))
        actions.push_back(std::move(action));
    judged.look_at(actions);
    const char *tag = GetCommandTagName(call([=] { return CreateCommandTag(const_cast<Node *>(statement)); }));
    for (const found_loss &each : judged.found.losses)
      result.add(number, std::string("block"), each.what.object, loss_message(tag, std::span(&each.what, 1)),
                 loss_hint(std::span(&each.what, 1), {}));
    for (const remark &each : judged.found.remarks)
      result.add(number, std::string(each.weight == remark::warn ? "warn" : "note"), text_or_null(each.object),
                 each.text, text_or_null(each.hint));
    for (const unseen_code &each : unseen_in(run, parts))
      note(number, each.object, each.text, "Look at it, or review the statements that it runs.", result);
  }

  // What stands before a statement, or in the middle of one, and is not part of it.
  void tell_of_file(int number, const RawStmt *statement, pg::result_set *result) {
    const std::size_t end = statement ? end_of(statement) : std::string::npos;
    for (; result && next_unseen < text.unseen.size() && text.unseen[next_unseen].position < end; ++next_unseen)
      note(number, "",
           fmt::format("{} is a command of psql: what it runs is not looked at", text.unseen[next_unseen].text), "",
           *result);
    if (result && !statement && text.way_back)
      note(number, "",
           fmt::format("the file is looked at up to here: \"{}\" begins what takes it back", text.way_back->text),
           "To look at that too, review it by itself.", *result);
  }

  std::size_t end_of(const RawStmt *statement) const {
    return statement->stmt_len == 0 ? text.sql.size() : statement->stmt_location + statement->stmt_len + 1;
  }

  static void note(int number, const std::string &object, const std::string &finding, const std::string &hint,
                   pg::result_set &result) {
    result.add(number, std::string("note"), text_or_null(object), finding, text_or_null(hint));
  }

  const guarded_schemas everything = guarded_schemas::all();
  script_text text;
  const List *statements = nullptr;
  script so_far;
  std::map<std::string, const Node *> prepared;
  std::size_t next_unseen = 0;
};

} // namespace

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep.review(sql text) RETURNS TABLE (statement integer, severity text, object text, finding text, hint text): no
// rows for a statement that has nothing to say. Errors: 22004, 42601.
UPKEEP_FUNCTION(upkeep_review) {
  return pg::entry([=] {
    const std::string sql = pg::arguments(fcinfo).string(0, "sql");
    pg::result_set result(fcinfo, 0);
    pg::with_spi([&] { file_review(sql).run(result); });
    return Datum(0);
  });
}
