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

// The unique indexes of a table, and the statements that make them anew, with another condition or the same: a
// partitioned table's for its partitions as well.
pg::rows read_indexes(Relation table, const std::optional<std::string> &column) {
  const pg::parameter parameters[] = {pg::parameter::oid(RelationGetRelid(table)),
                                      column ? pg::parameter::text(*column) : pg::parameter{TEXTOID, Datum(0), true}};
  return pg::execute(pg::sql(R"sql(
    SELECT i.indexrelid, c.relname,
      COALESCE('ALTER TABLE ' || t.name || ' DROP CONSTRAINT ' || quote_ident(k.conname), 'DROP INDEX ' || x.name)
        || '; '
        || CASE WHEN starts_with(d.text, d.head || 'ONLY ') THEN d.head || substr(d.text, length(d.head) + 6)
             ELSE d.text END
        || COALESCE(CASE WHEN i.indpred IS NULL THEN ' WHERE (' ELSE ' AND (' END || quote_ident($2) || ' IS NULL)', '')
        || ';'
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
    CROSS JOIN LATERAL (
      SELECT pg_get_indexdef(i.indexrelid) AS text, 'CREATE UNIQUE INDEX ' || quote_ident(c.relname) || ' ON ' AS head
    ) d
    LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('u', 'x') AND k.conrelid = i.indrelid
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid = ($2 IS NOT NULL) AND NOT i.indisprimary
      AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)
    ORDER BY c.relname
  )sql"),
                     parameters);
}

} // namespace

std::vector<blocking_index> blocking_indexes(Relation table, const soft_column &column) {
  const AttrNumber number = pg::find_column(RelationGetDescr(table), column.name);
  const pg::rows found = read_indexes(table, column.name);
  std::vector<blocking_index> indexes;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const Oid index = found.oid(row, 1);
    if (!call([&] { return has_live_rows_only(index, number, *TupleDescAttr(RelationGetDescr(table), number - 1)); }))
      indexes.push_back({found.text(row, 2).value(), found.text(row, 3).value()});
  }
  return indexes;
}

std::vector<blocking_index> invalid_indexes(Relation table) {
  const pg::rows found = read_indexes(table, std::nullopt);
  std::vector<blocking_index> indexes;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    indexes.push_back({found.text(row, 2).value(), found.text(row, 3).value()});
  return indexes;
}

} // namespace upkeep::soft_delete
