// Whether an index of the source finds the rows of a group.
#include "features/rollups/comparison/expected.hpp"
#include "features/rollups/enable/requirements.hpp"
#include "postgres/relation.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// A cast that changes no byte is none to an index.
Node *without_relabels(void *node) {
  auto *stripped = static_cast<Node *>(node);
  while (stripped && IsA(stripped, RelabelType))
    stripped = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(stripped)->arg);
  return stripped;
}

// What an index would have of a key: a column of integers serves a key of another width.
Node *indexed(const rollup &of, const group_key &key) {
  Node *tree = without_relabels(key.value.tree());
  return integer_column(of, key) && IsA(tree, FuncExpr)
             ? without_relabels(linitial(reinterpret_cast<FuncExpr *>(tree)->args))
             : tree;
}

struct sought_rows {
  Node *const *keys; // without relabels
  int count;
  List *known; // what is true of the rows of a group
};

// Trivial, as all that runs on PostgreSQL's side of the door.
bool is_key(const sought_rows &sought, Node *element) {
  return std::any_of(sought.keys, sought.keys + sought.count, [&](const Node *key) { return equal(key, element); });
}

bool begins_with_keys(const sought_rows &sought, Relation index) {
  const FormData_pg_index &form = *index->rd_index;
  const ListCell *expression = list_head(RelationGetIndexExpressions(index));
  for (int i = 0; i < sought.count; ++i) {
    const AttrNumber column = form.indkey.values[i];
    const bool is_wanted = column == 0
                               ? is_key(sought, without_relabels(lfirst(expression)))
                               : std::any_of(sought.keys, sought.keys + sought.count, [=](const Node *key) {
                                   return IsA(key, Var) && reinterpret_cast<const Var *>(key)->varattno == column;
                                 });
    if (!is_wanted)
      return false;
    if (column == 0)
      expression = lnext(index->rd_indexprs, expression);
  }
  return true;
}

bool finds(const sought_rows &sought, Relation index) {
  const Oid method = index->rd_rel->relam;
  if (!index->rd_index->indisvalid || (method != BTREE_AM_OID && method != HASH_AM_OID) ||
      index->rd_index->indnkeyatts < sought.count || !begins_with_keys(sought, index))
    return false;
  List *predicate = RelationGetIndexPredicate(index);
  return !predicate || predicate_implied_by(predicate, sought.known, false);
}

bool has_index(Relation source, const sought_rows &sought) {
  bool is_found = false;
  const ListCell *cell;
  foreach (cell, RelationGetIndexList(source)) {
    Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    is_found = is_found || finds(sought, index);
    index_close(index, AccessShareLock);
  }
  return is_found;
}

Node *not_null(Node *of) {
  NullTest *test = makeNode(NullTest);
  test->arg = reinterpret_cast<Expr *>(of);
  test->nulltesttype = IS_NOT_NULL;
  test->location = -1;
  return reinterpret_cast<Node *>(test);
}

// The filter, and that the keys of a group are there.
List *known_of(Expr *filter, Node *const *keys, int count) {
  List *known = filter ? make_ands_implicit(static_cast<Expr *>(copyObjectImpl(filter))) : NIL;
  for (int i = 0; i < count; ++i)
    known = lappend(known, not_null(keys[i]));
  return known;
}

// A key as an index would have it: a column, or an expression in parentheses.
std::string index_element(const group_key &key, const Node *stripped, Oid source) {
  if (!IsA(stripped, Var))
    return fmt::format("({})", key.value.sql());
  const AttrNumber number = reinterpret_cast<const Var *>(stripped)->varattno;
  return pg::quoted(pg::string_from([=] { return get_attname(source, number, false); }));
}

} // namespace

void notice_unless_indexed(const rollup &of) {
  std::vector<Node *> keys;
  std::vector<std::string> elements;
  for (const group_key &each : of.keys) {
    keys.push_back(indexed(of, each));
    elements.push_back(index_element(each, keys.back(), of.source));
  }
  bool is_found = false;
  pg::with_relation(of.source, [&](Relation source) {
    call([&, all = keys.data(), count = static_cast<int>(keys.size()), filter = of.filter.tree()] {
      is_found =
          has_index(source, {all, count, of.groups_nulls ? make_ands_implicit(filter) : known_of(filter, all, count)});
    });
  });
  if (is_found)
    return;
  const std::string source = pg::qualified(of.source), list = joined(elements, ", ");
  call([&] {
    ereport(NOTICE,
            errmsg("no index of \"%s\" begins with the keys of the rollup: reading a group reads all of it",
                   get_rel_name(of.source)),
            errhint("CREATE INDEX ON %s (%s);", source.c_str(), list.c_str()));
  });
}

} // namespace upkeep::rollups
