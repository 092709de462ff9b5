#include "features/soft_delete/unique_indexes.hpp"

#include "postgres/sql/query.hpp"

namespace upkeep::soft_delete {

using pg::call;

namespace {

// Whether the index has rows only whose column is NULL. May raise.
bool has_live_rows_only(Oid oid, AttrNumber number, const FormData_pg_attribute &attribute) {
  Relation index = index_open(oid, AccessShareLock);
  List *predicate = RelationGetIndexPredicate(index);
  index_close(index, NoLock);
  if (predicate == NIL)
    return false;
  NullTest *is_live = makeNode(NullTest);
  is_live->arg =
      reinterpret_cast<Expr *>(makeVar(1, number, attribute.atttypid, attribute.atttypmod, attribute.attcollation, 0));
  is_live->nulltesttype = IS_NULL;
  is_live->location = -1;
  return predicate_implied_by(list_make1(is_live), predicate, false);
}

} // namespace

std::vector<blocking_index> blocking_indexes(Relation table, const soft_column &column) {
  const AttrNumber number = pg::find_column(RelationGetDescr(table), column.name);
  const pg::parameter parameters[] = {pg::parameter::oid(RelationGetRelid(table)), pg::parameter::text(column.name)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT i.indexrelid, c.relname,
      COALESCE('ALTER TABLE ' || t.name || ' DROP CONSTRAINT ' || quote_ident(k.conname), 'DROP INDEX ' || x.name)
        || '; '
        || regexp_replace(pg_get_indexdef(i.indexrelid), '( WHERE .*)?$', '')
        || ' WHERE ' || COALESCE(pg_get_expr(i.indpred, i.indrelid) || ' AND ', '')
        || '(' || quote_ident($2) || ' IS NULL);'
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    CROSS JOIN LATERAL (
      SELECT quote_ident(n.nspname) || '.' || quote_ident(r.relname) AS name
      FROM pg_class r
      JOIN pg_namespace n ON n.oid = r.relnamespace
      WHERE r.oid = i.indrelid
    ) t
    CROSS JOIN LATERAL (
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
      FROM pg_namespace n
      WHERE n.oid = c.relnamespace
    ) x
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('u', 'x') AND k.conrelid = i.indrelid
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND NOT i.indisprimary AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)
    ORDER BY c.relname
  )sql"),
                                     parameters);
  std::vector<blocking_index> indexes;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const Oid index = found.oid(row, 1);
    if (!call([&] { return has_live_rows_only(index, number, *TupleDescAttr(RelationGetDescr(table), number - 1)); }))
      indexes.push_back({found.text(row, 2).value(), found.text(row, 3).value()});
  }
  return indexes;
}

} // namespace upkeep::soft_delete
