#include "postgres/sql/row_expression.hpp"

#include "core/fault.hpp"
#include "postgres/boundary.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/text.hpp"
#include "postgres/sql/tree_walk.hpp"
#include "postgres/sql/trusted_parts.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

extern "C" {
#include <rewrite/rewriteManip.h>
#include <utils/ruleutils.h>
}

namespace upkeep::pg {

namespace {

constexpr std::string_view before_expression = "SELECT ";

// An error of the parser points into the text that it was given, not into the client's statement.
struct parsed_text {
  const char *sql;
  ErrorContextCallback callback;

  static void tell(void *argument) {
    const int position = geterrposition();
    if (position <= 0)
      return;
    errposition(0);
    internalerrposition(position);
    internalerrquery(static_cast<const parsed_text *>(argument)->sql);
  }
};

template <class Parse> auto telling(const char *sql, Parse &&parse) {
  parsed_text text{sql, {error_context_stack, parsed_text::tell, nullptr}};
  text.callback.arg = &text;
  const error_stacks saved;
  error_context_stack = &text.callback;
  return call(parse);
}

bool has_nothing_else(const SelectStmt &statement) {
  return list_length(statement.targetList) == 1 && !statement.distinctClause && !statement.intoClause &&
         !statement.fromClause && !statement.whereClause && !statement.groupClause && !statement.havingClause &&
         !statement.windowClause && !statement.valuesLists && !statement.sortClause && !statement.limitOffset &&
         !statement.limitCount && !statement.lockingClause && !statement.withClause && statement.op == SETOP_NONE;
}

// nullptr where the statement is more than a list of one value without a name.
Node *only_value(const List *statements) {
  if (list_length(statements) != 1)
    return nullptr;
  Node *statement = linitial_node(RawStmt, statements)->stmt;
  if (!IsA(statement, SelectStmt) || !has_nothing_else(*reinterpret_cast<SelectStmt *>(statement)))
    return nullptr;
  const auto *target = linitial_node(ResTarget, reinterpret_cast<SelectStmt *>(statement)->targetList);
  return target->name || target->indirection ? nullptr : target->val;
}

[[noreturn]] void not_supported(const std::string &what, std::string_view found, const char *hint) {
  throw fault{.sqlstate = sqlstate::feature_not_supported,
              .message = fmt::format("{} must not have {}", what, found),
              .hint = hint};
}

constexpr const char *one_row_hint = "It may use the columns of one row, constants, and immutable operators and "
                                     "functions.";

bool has_subquery(Node *node, void *) { return node && (IsA(node, SubLink) || walk_raw(node, has_subquery, nullptr)); }

bool is_star(Node *node, void *) { return node && (IsA(node, A_Star) || walk_raw(node, is_star, nullptr)); }

struct read_columns {
  AttrNumber numbers[MaxHeapAttributeNumber];
  int count;
  bool has_whole_row, has_system_column;
};

bool collect_columns(Node *node, void *context) {
  if (!node)
    return false;
  if (!IsA(node, Var))
    return walk_expression(node, collect_columns, context);
  auto &found = *static_cast<read_columns *>(context);
  const AttrNumber number = reinterpret_cast<Var *>(node)->varattno;
  found.has_whole_row |= number == 0;
  found.has_system_column |= number < 0;
  if (number > 0 && std::find(found.numbers, found.numbers + found.count, number) == found.numbers + found.count)
    found.numbers[found.count++] = number;
  return false;
}

ParseState *state_for(Relation table) {
  ParseState *state = make_parsestate(nullptr);
  addNSItemToQuery(state, addRangeTableEntryForRelation(state, table, AccessShareLock, nullptr, false, true), false,
                   true, true);
  return state;
}

Node *analyse(ParseState *state, Node *raw) {
  Node *made = transformExpr(state, static_cast<Node *>(copyObjectImpl(raw)), EXPR_KIND_OTHER);
  if (exprType(made) == UNKNOWNOID)
    made = coerce_type(state, made, UNKNOWNOID, TEXTOID, -1, COERCION_IMPLICIT, COERCE_IMPLICIT_CAST, -1);
  assign_expr_collations(state, made);
  return made;
}

// A row without a type would read as one again.
Node *coerce(ParseState *state, Node *analysed, value_type to) {
  if (exprType(analysed) == RECORDOID)
    return nullptr;
  Node *made = coerce_to_target_type(state, static_cast<Node *>(copyObjectImpl(analysed)), exprType(analysed), to.type,
                                     to.modifier, COERCION_ASSIGNMENT, COERCE_IMPLICIT_CAST, -1);
  if (made)
    assign_expr_collations(state, made);
  return made;
}

// Nothing of a constant is computed before everybody is known whose code would do it.
void require_trusted_constants(Node *raw, Relation table, value_type to, const std::string &what) {
  Node *copy = call([=] { return static_cast<Node *>(copyObjectImpl(raw)); });
  ParseState *state = call([=] { return state_for(table); });
  if (hide_strings(copy, state) == 0)
    return;
  Node *made = call([=] { return analyse(state, copy); });
  if (OidIsValid(to.type))
    if (Node *coerced = call([=] { return coerce(state, made, to); }))
      made = coerced;
  require_trusted_parts(made, table->rd_rel->relowner, what);
}

// `shows_casts`: also those that an assignment makes, which round to the scale of a column.
std::string deparsed(Node *tree, Relation table, bool shows_casts) {
  return string_from([=] {
    return deparse_expression(tree, deparse_context_for(RelationGetRelationName(table), RelationGetRelid(table)), false,
                              shows_casts);
  });
}

// Whether it is a coercion to a length that refuses what is longer: as a cast it would read as an explicit one, which
// cuts.
bool limits_length(const Node *coerced) {
  constexpr int value_modifier_is_explicit = 3;
  if (!IsA(coerced, FuncExpr))
    return false;
  const auto &function = *reinterpret_cast<const FuncExpr *>(coerced);
  return function.funcformat == COERCE_IMPLICIT_CAST && list_length(function.args) == value_modifier_is_explicit;
}

// No function call does the same to the elements of an array.
bool limits_elements(const Node *coerced) {
  if (!IsA(coerced, ArrayCoerceExpr))
    return false;
  const auto *element = reinterpret_cast<const Node *>(reinterpret_cast<const ArrayCoerceExpr *>(coerced)->elemexpr);
  while (IsA(element, CoerceToDomain))
    element = reinterpret_cast<const Node *>(reinterpret_cast<const CoerceToDomain *>(element)->arg);
  return limits_length(element);
}

Node *with_length_called(const Node *coerced) {
  auto *copy = static_cast<Node *>(copyObjectImpl(coerced));
  if (limits_length(copy))
    reinterpret_cast<FuncExpr *>(copy)->funcformat = COERCE_EXPLICIT_CALL;
  return copy;
}

void require_one_row(Node *analysed, Relation table, const std::string &what, std::vector<AttrNumber> &read) {
  if (call([=] { return contain_aggs_of_level(analysed, 0); }))
    not_supported(what, "an aggregate function in it", one_row_hint);
  if (call([=] { return contain_windowfuncs(analysed); }))
    not_supported(what, "a window function", one_row_hint);
  if (call([=] { return expression_returns_set(analysed); }))
    not_supported(what, "a set-returning function", one_row_hint);
  read_columns columns{};
  call([&] { collect_columns(analysed, &columns); });
  if (columns.has_whole_row)
    not_supported(what, "a whole row", one_row_hint);
  if (columns.has_system_column)
    not_supported(what, "a system column", one_row_hint);
  read.assign(columns.numbers, columns.numbers + columns.count);
  for (const AttrNumber number : read)
    if (const char kind = TupleDescAttr(RelationGetDescr(table), number - 1)->attgenerated; kind == 'v')
      not_supported(what, "a virtual generated column",
                    "Triggers do not see what such a column says: write its expression instead.");
}

// Contexts of expressions that nobody needs any more, to be deleted outside destructors. Made at the first use and
// never destroyed; it has room for every one there is.
std::vector<MemoryContext> *unneeded = nullptr;
std::size_t kept = 0;

std::shared_ptr<void> new_memory() {
  if (!unneeded)
    unneeded = new std::vector<MemoryContext>;
  for (; !unneeded->empty(); unneeded->pop_back(), --kept)
    MemoryContextDelete(unneeded->back());
  unneeded->reserve(kept + 1);
  MemoryContext made =
      call([] { return AllocSetContextCreate(TopMemoryContext, "pg_upkeep expression", ALLOCSET_SMALL_SIZES); });
  ++kept;
  return {static_cast<void *>(made), [](void *memory) { unneeded->push_back(static_cast<MemoryContext>(memory)); }};
}

const char *name_of(const ColumnRef *column) { return strVal(linitial(column->fields)); }

// The references in an expression, into a list. A column has its own name alone.
bool collect_references(Node *node, void *context) {
  if (!node)
    return false;
  if (!IsA(node, ColumnRef))
    return walk_raw(node, collect_references, context);
  auto &found = *static_cast<List **>(context);
  const auto *column = reinterpret_cast<ColumnRef *>(node);
  if (list_length(column->fields) == 1 && IsA(linitial(column->fields), String))
    found = lappend(found, node);
  return false;
}

std::vector<const ColumnRef *> references_in(const std::string &text) {
  List *found = NIL;
  Node *raw = parse_expression(text, "expression");
  call([&] { collect_references(raw, &found); });
  std::vector<const ColumnRef *> references;
  const ListCell *cell;
  foreach (cell, found)
    references.push_back(static_cast<const ColumnRef *>(lfirst(cell)));
  return references;
}

// How long the name is that stands there, quoted or not.
std::size_t length_of_name(const std::string &sql, std::size_t at) {
  std::size_t end = at + 1;
  if (sql[at] == '"') {
    for (; end < sql.size(); ++end)
      if (sql[end] == '"' && (end + 1 == sql.size() || sql[end + 1] != '"'))
        return end + 1 - at;
      else if (sql[end] == '"')
        ++end;
    return end - at;
  }
  const auto belongs = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '$' || c >= 0x80; };
  while (end < sql.size() && belongs(static_cast<unsigned char>(sql[end])))
    ++end;
  return end - at;
}

} // namespace

Node *parse_expression(const std::string &text, const std::string &what) {
  const std::string sql = fmt::format("{}{}", before_expression, text);
  Node *value = telling(sql.c_str(), [&] { return only_value(raw_parser(sql.c_str(), RAW_PARSE_DEFAULT)); });
  if (!value)
    throw fault{.sqlstate = sqlstate::syntax_error,
                .message = fmt::format("{} must be one expression", what),
                .detail = fmt::format("It is: {}.", text),
                .hint = "Write one expression over the columns of the row, as in an index."};
  return value;
}

row_expression::row_expression(Node *raw, Relation table, value_type to, const std::string &what)
    : memory(new_memory()) {
  if (call([=] { return has_subquery(raw, nullptr); }))
    not_supported(what, "a subquery", one_row_hint);
  if (call([=] { return is_star(raw, nullptr); }))
    not_supported(what, "a whole row", one_row_hint);
  const within context(static_cast<MemoryContext>(memory.get()));
  require_trusted_constants(raw, table, to, what);
  ParseState *state = call([=] { return state_for(table); });
  analysed = call([=] { return analyse(state, raw); });
  require_one_row(analysed, table, what, read);
  Node *coerced = OidIsValid(to.type) ? call([=, this] { return coerce(state, analysed, to); }) : analysed;
  if (!coerced)
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("{} is of type {}, which cannot be assigned to {}", what,
                                       string_from([this] { return format_type_be(exprType(analysed)); }),
                                       string_from([&] { return format_type_with_typemod(to.type, to.modifier); })),
                .hint = "Cast the expression."};
  if (limits_elements(coerced))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("{} may be too long for elements of {}", what,
                                       string_from([&] { return format_type_with_typemod(to.type, to.modifier); })),
                .hint = "Cast the expression, which cuts what is longer, or give the column a type without a length."};
  require_trusted_parts(coerced, table->rd_rel->relowner, what);
  planned = call([=] { return expression_planner(reinterpret_cast<Expr *>(copyObjectImpl(coerced))); });
  if (call([this] { return contain_mutable_functions(reinterpret_cast<Node *>(planned)); }))
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message = fmt::format("{} must be immutable", what),
                .hint = "What depends on a setting or on the time cannot be kept true: name the time zone, as in "
                        "(created_at AT TIME ZONE 'UTC')::date."};
  value = call([=] { return exprType(coerced); });
  if (IsA(planned, Var))
    single = reinterpret_cast<Var *>(planned)->varattno;
  with_pinned_settings([&] {
    plain_text = deparsed(analysed, table, false);
    coerced_text = deparsed(call([=] { return with_length_called(coerced); }), table, true);
  });
}

std::string rename_in_expression(const std::string &text, const std::string &from, const std::string &to) {
  std::vector<const ColumnRef *> found = references_in(text);
  std::ranges::sort(found, std::ranges::greater(), &ColumnRef::location);
  std::string renamed = text;
  for (const ColumnRef *each : found) {
    if (from != name_of(each))
      continue;
    const auto at = static_cast<std::size_t>(each->location) - before_expression.size();
    renamed.replace(at, length_of_name(text, at), quoted(to));
  }
  return renamed;
}

std::vector<std::string> columns_in_expression(const std::string &text) {
  std::vector<std::string> names;
  for (const ColumnRef *each : references_in(text))
    if (std::ranges::find(names, name_of(each)) == names.end())
      names.emplace_back(name_of(each));
  return names;
}

} // namespace upkeep::pg
