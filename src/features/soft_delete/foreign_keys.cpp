#include "features/soft_delete/foreign_keys.hpp"

#include "postgres/citus/shards.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::soft_delete {

using pg::call;

namespace {

// Keys that are not enforced, and those over periods, say nothing of single rows.
constexpr const char *checks_rows = PG_VERSION_NUM >= 180000 ? "f.conenforced AND NOT f.conperiod" : "true";

std::vector<std::string> names_in(const pg::rows &found, std::uint64_t row, int column) {
  return pg::split_names(found.text(row, column).value(), "foreign key");
}

std::vector<Oid> oids_in(const pg::rows &found, std::uint64_t row, int column) {
  std::vector<Oid> oids;
  for (const std::string &each : names_in(found, row, column))
    oids.push_back(static_cast<Oid>(std::stoul(each)));
  return oids;
}

// As the table that was distributed has it: a shard's has its number at the end.
std::string name_of_key(std::string name, Oid child) {
  const std::optional<pg::shard> part = pg::shard_of(child);
  const std::string end = part ? fmt::format("_{}", part->id) : "";
  if (name.ends_with(end))
    name.resize(name.size() - end.size());
  return name;
}

foreign_key read_key(const pg::rows &found, std::uint64_t row) {
  bool is_null = false;
  return {.name = name_of_key(found.text(row, 1).value(), found.oid(row, 2)),
          .child = found.oid(row, 2),
          .parent = found.oid(row, 3),
          .on_delete = DatumGetChar(found.value(row, 4, is_null)),
          .is_deferrable = DatumGetBool(found.value(row, 5, is_null)),
          .child_columns = names_in(found, row, 6),
          .parent_columns = names_in(found, row, 7),
          .unlinked_columns = names_in(found, row, 8),
          .child_types = oids_in(found, row, 9),
          .parent_types = oids_in(found, row, 10),
          .finds_children = pg::fragment(found.text(row, 11).value()),
          .finds_parent = pg::fragment(found.text(row, 12).value()),
          .relates = pg::fragment(found.text(row, 13).value())};
}

// The columns are compared by the collation of the parent's, which need not be named where it is the child's too.
std::vector<foreign_key> read_keys(const char *side, const std::vector<Oid> &tables) {
  std::vector<pg::fragment> list;
  for (const Oid each : tables)
    list.push_back(pg::fragment(std::to_string(each)));
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT f.conname, f.conrelid, f.confrelid, f.confdeltype, f.condeferrable, k.child_columns, k.parent_columns,
      (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ',' ORDER BY s.number)
       FROM ROWS FROM (pg_catalog.unnest(COALESCE(f.confdelsetcols, f.conkey))) WITH ORDINALITY s (attnum, number)
       JOIN pg_catalog.pg_attribute a ON a.attrelid [=] f.conrelid AND a.attnum [=] s.attnum),
      k.child_types, k.parent_types, k.finds_children, k.finds_parent, k.relates
    FROM pg_catalog.pg_constraint f
    CROSS JOIN LATERAL (
      SELECT pg_catalog.string_agg(pg_catalog.quote_ident(c.attname), ',' ORDER BY k.number) AS child_columns,
        pg_catalog.string_agg(pg_catalog.quote_ident(p.attname), ',' ORDER BY k.number) AS parent_columns,
        pg_catalog.string_agg(c.atttypid::pg_catalog.text, ',' ORDER BY k.number) AS child_types,
        pg_catalog.string_agg(p.atttypid::pg_catalog.text, ',' ORDER BY k.number) AS parent_types,
        pg_catalog.string_agg(pg_catalog.format('$%s OPERATOR(%I.%s) c.%I%s', k.number, n.nspname, o.oprname,
                                                c.attname, l.clause), ' AND ' ORDER BY k.number) AS finds_children,
        pg_catalog.string_agg(pg_catalog.format('p.%I OPERATOR(%I.%s) $%s%s', p.attname, n.nspname, o.oprname,
                                                k.number, l.clause), ' AND ' ORDER BY k.number) AS finds_parent,
        pg_catalog.string_agg(pg_catalog.format('p.%I OPERATOR(%I.%s) c.%I%s', p.attname, n.nspname, o.oprname,
                                                c.attname, l.clause), ' AND ' ORDER BY k.number) AS relates
      FROM ROWS FROM (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey), pg_catalog.unnest(f.conpfeqop))
        WITH ORDINALITY k (child, parent, equals, number)
      JOIN pg_catalog.pg_attribute c ON c.attrelid [=] f.conrelid AND c.attnum [=] k.child
      JOIN pg_catalog.pg_attribute p ON p.attrelid [=] f.confrelid AND p.attnum [=] k.parent
      JOIN pg_catalog.pg_operator o ON o.oid [=] k.equals
      JOIN pg_catalog.pg_namespace n ON n.oid [=] o.oprnamespace
      CROSS JOIN LATERAL (
        SELECT COALESCE(pg_catalog.min(pg_catalog.format(' COLLATE %I.%I', s.nspname, l.collname)), '') AS clause
        FROM pg_catalog.pg_collation l
        JOIN pg_catalog.pg_namespace s ON s.oid [=] l.collnamespace
        WHERE l.oid [=] p.attcollation AND p.attcollation [<>] c.attcollation
      ) l
    ) k
    WHERE f.contype [=] 'f' AND f.conparentid [=] 0 AND f.{side} [=] ANY (ARRAY[{tables}]::pg_catalog.oid[])
      AND {checks_rows}
    ORDER BY f.conname, f.oid
  )sql",
                                             "side"_is = pg::identifier{side}, "tables"_is = pg::joined(list),
                                             "checks_rows"_is = pg::fragment(checks_rows)));
  std::vector<foreign_key> keys;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    keys.push_back(read_key(found, row));
  return keys;
}

} // namespace

std::vector<foreign_key> keys_to(const std::vector<Oid> &tables) { return read_keys("confrelid", tables); }
std::vector<foreign_key> keys_of(const std::vector<Oid> &tables) { return read_keys("conrelid", tables); }

std::vector<Oid> with_roots(Oid table) {
  std::vector<Oid> tables{table};
  const List *roots = call([=] { return get_rel_relispartition(table) ? get_partition_ancestors(table) : NIL; });
  const ListCell *cell;
  foreach (cell, roots)
    tables.push_back(lfirst_oid(cell));
  return tables;
}

} // namespace upkeep::soft_delete
