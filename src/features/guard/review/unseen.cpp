#include "features/guard/review/unseen.hpp"

#include "postgres/sql/query.hpp"
#include "postgres/sql/tree_walk.hpp"

#include <set>

namespace upkeep::guard {

using pg::call;

namespace {

struct found_nodes {
  List *writes = NIL;
  List *calls = NIL;

  static bool visit(Node *node, void *into) {
    auto *found = static_cast<found_nodes *>(into);
    if (!node)
      return false;
    if (IsA(node, DeleteStmt) || IsA(node, UpdateStmt))
      found->writes = lappend(found->writes, node);
    else if (IsA(node, FuncCall))
      found->calls = lappend(found->calls, node);
    return pg::walk_raw(node, visit, into);
  }
};

bool is_query(const Node *statement) {
  switch (statement ? nodeTag(statement) : T_Invalid) {
  case T_SelectStmt:
  case T_InsertStmt:
  case T_UpdateStmt:
  case T_DeleteStmt:
  case T_MergeStmt:
    return true;
  default:
    return false;
  }
}

struct function_name {
  std::string schema; // "" where search_path says
  std::string name;
};

function_name name_of(const FuncCall *function) {
  const int parts = list_length(function->funcname);
  return {parts > 1 ? strVal(list_nth(function->funcname, parts - 2)) : "", strVal(llast(function->funcname))};
}

bool writes_nothing(const function_name &function) {
  const pg::parameter parameters[] = {pg::parameter::text(function.name), pg::parameter::text(function.schema)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT pg_catalog.bool_and(n.nspname [=] ANY ('{pg_catalog,upkeep}'::pg_catalog.name[])
                               OR p.provolatile [<>] 'v' OR p.proparallel [=] 's')
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid [=] p.pronamespace
    WHERE p.proname [=] $1::pg_catalog.name
      AND CASE $2 WHEN '' THEN pg_catalog.pg_function_is_visible(p.oid) ELSE n.nspname [=] $2::pg_catalog.name END
  )sql"),
                                     parameters);
  bool is_null = false;
  const bool is_harmless = DatumGetBool(found.value(0, 1, is_null));
  return !is_null && is_harmless;
}

void add_function(const FuncCall *function, const char *what, std::vector<unseen_code> &found) {
  const function_name name = name_of(function);
  if (writes_nothing(name))
    return;
  const std::string written = (name.schema.empty() ? "" : pg::quoted(name.schema) + '.') + pg::quoted(name.name) + "()";
  found.push_back(
      {written, fmt::format("{} {} runs code that is not looked at: what it loses cannot be told", what, written)});
}

} // namespace

query_parts parts_of(const Node *statement) {
  query_parts parts;
  if (!is_query(statement))
    return parts;
  found_nodes found;
  call([&] { found_nodes::visit(const_cast<Node *>(statement), &found); });
  const ListCell *cell;
  foreach (cell, found.writes)
    parts.writes.push_back(static_cast<const Node *>(lfirst(cell)));
  foreach (cell, found.calls)
    parts.calls.push_back(lfirst_node(FuncCall, cell));
  return parts;
}

std::vector<unseen_code> unseen_in(const Node *statement, const query_parts &parts) {
  std::vector<unseen_code> found;
  if (statement && IsA(statement, DoStmt))
    found.push_back({"", "DO runs code that is not looked at: what it loses cannot be told"});
  else if (statement && IsA(statement, ExecuteStmt))
    found.push_back(
        {"", fmt::format("EXECUTE {} runs a statement that was prepared elsewhere: what it loses cannot be told",
                         pg::quoted(reinterpret_cast<const ExecuteStmt *>(statement)->name))});
  else if (statement && IsA(statement, CallStmt))
    add_function(reinterpret_cast<const CallStmt *>(statement)->funccall, "procedure", found);
  std::set<std::string> told;
  for (const FuncCall *each : parts.calls)
    if (const function_name name = name_of(each); told.insert(name.schema + '.' + name.name).second)
      add_function(each, "function", found);
  return found;
}

} // namespace upkeep::guard
