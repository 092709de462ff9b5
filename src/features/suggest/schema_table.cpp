#include "features/suggest/schema_table.hpp"

#include "core/suggest/names.hpp"
#include "core/text/joined.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <set>

namespace upkeep::suggest {

using pg::call;

namespace {

constexpr const char *tables_sql = R"sql(
SELECT c.oid, c.relname, c.relkind::text, c.relowner::regrole::text, pg_has_role(c.relowner, 'USAGE')::text
FROM pg_class c
WHERE c.relnamespace = $1 AND c.oid >= 16384 AND c.relpersistence <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname)sql";

// A CHECK that lists texts is one of the column alone, or of its domain, that compares with an array.
constexpr const char *columns_sql = R"sql(
WITH RECURSIVE bases AS (
  SELECT a.attnum, a.atttypid AS type FROM pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT b.attnum, t.typbasetype FROM bases b JOIN pg_type t ON t.oid = b.type WHERE t.typtype = 'd')
SELECT a.attname, t.oid, format_type(a.atttypid, a.atttypmod), (a.attgenerated <> '' OR a.attidentity <> '')::text,
  (NOT a.attnotnull)::text,
  coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
  coalesce((SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
    (SELECT array_agg(replace(m.label[1], '''''', '''')) FROM pg_constraint k,
       regexp_matches(pg_get_constraintdef(k.oid), '''((?:[^'']|'''')*)''', 'g') AS m(label)
     WHERE k.contype = 'c' AND pg_get_constraintdef(k.oid) ~ '^CHECK \(\({1,2}[^=]* = ANY \('
       AND ((k.conrelid = $1 AND k.conkey = ARRAY[a.attnum])
         OR k.contypid IN (SELECT b.type FROM bases b WHERE b.attnum = a.attnum))))::text
FROM pg_attribute a
JOIN bases b ON b.attnum = a.attnum
JOIN pg_type t ON t.oid = b.type AND t.typtype <> 'd'
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = $1
ORDER BY a.attnum)sql";

constexpr const char *keys_sql = R"sql(
SELECT a.attname, k.confrelid, f.attname, t.name
FROM pg_constraint k
CROSS JOIN LATERAL (SELECT b.attname AS name, o.n FROM unnest(k.conkey, k.confkey) WITH ORDINALITY o(own, other, n)
    JOIN pg_attribute b ON b.attrelid = k.conrelid AND b.attnum = o.own
    JOIN pg_attribute c ON c.attrelid = k.confrelid AND c.attnum = o.other AND c.attname = b.attname
    WHERE cardinality(k.conkey) = 2
    UNION ALL SELECT '', 0 WHERE cardinality(k.conkey) = 1) t
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[CASE t.n WHEN 1 THEN 2 ELSE 1 END]
JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[CASE t.n WHEN 1 THEN 2 ELSE 1 END]
WHERE k.contype = 'f' AND k.conrelid = $1
ORDER BY a.attnum, k.oid)sql";

constexpr const char *unique_sql = R"sql(
SELECT (SELECT array_agg(a.attname::text ORDER BY a.attname::text COLLATE "C") FROM pg_attribute a
  WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))::text
FROM pg_index i
WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
ORDER BY NOT i.indisprimary, i.indexrelid)sql";

constexpr const char *partitioned_by_sql = R"sql(
SELECT DISTINCT a.attname FROM pg_partition_tree($1) t
JOIN pg_partitioned_table p ON p.partrelid = t.relid
JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = ANY (p.partattrs::int2[]) AND a.attnum > 0
ORDER BY a.attname)sql";

// An array as PostgreSQL writes it.
std::vector<std::string> elements(const std::string &array) {
  const pg::parameter parameters[] = {pg::parameter::text(array)};
  const pg::rows found = pg::read("SELECT label FROM unnest($1::text[]) AS u(label)", parameters);
  std::vector<std::string> labels;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    labels.push_back(found.text(row, 1).value_or(""));
  return labels;
}

void read_columns(schema_table &table, std::span<const pg::parameter> parameters) {
  const pg::rows found = pg::read(columns_sql, parameters);
  std::vector<std::optional<std::string>> labels;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const std::string name = found.text(row, 1).value();
    table.columns.push_back({name, snake_name(name), found.oid(row, 2), found.text(row, 3).value(),
                             found.text(row, 4) == "true", found.text(row, 5) == "true", found.text(row, 6).value(),
                             std::nullopt});
    labels.push_back(found.text(row, 7));
  }
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i])
      table.columns[i].labels = elements(*labels[i]);
}

void read_keys(schema_table &table, std::span<const pg::parameter> parameters) {
  const pg::rows keys = pg::read(keys_sql, parameters);
  for (std::uint64_t row = 0; row < keys.count(); ++row)
    table.foreign_keys.push_back(
        {keys.text(row, 1).value(), keys.oid(row, 2), keys.text(row, 3).value(), keys.text(row, 4).value()});
  const pg::rows unique = pg::read(unique_sql, parameters);
  std::vector<std::string> lists;
  for (std::uint64_t row = 0; row < unique.count(); ++row)
    lists.push_back(unique.text(row, 1).value());
  for (const std::string &list : lists)
    table.unique.push_back(elements(list));
  if (table.kind != RELKIND_PARTITIONED_TABLE)
    return;
  const pg::rows chosen_by = pg::read(partitioned_by_sql, parameters);
  for (std::uint64_t row = 0; row < chosen_by.count(); ++row)
    table.partitioned_by.push_back(chosen_by.text(row, 1).value());
}

} // namespace

const schema_column *schema_table::find(const std::string &column) const {
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const schema_column &each) { return each.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

const schema_column *schema_table::best(name_patterns patterns) const {
  return best(patterns, [](const schema_column &) { return true; });
}

bool schema_table::is_key(const std::string &column) const {
  return std::find(unique.begin(), unique.end(), std::vector{column}) != unique.end();
}

bool schema_table::is_unique(const std::string &column, const std::string &tenant) const {
  std::set<std::string> most(partitioned_by.begin(), partitioned_by.end());
  most.insert(column);
  if (!tenant.empty())
    most.insert(tenant);
  return std::any_of(unique.begin(), unique.end(), [&](const std::vector<std::string> &each) {
    return std::find(each.begin(), each.end(), column) != each.end() &&
           std::all_of(each.begin(), each.end(), [&](const std::string &one) { return most.contains(one); });
  });
}

std::string schema_table::unique_columns(const std::string &column, const std::string &tenant) const {
  std::vector<std::string> columns;
  if (!tenant.empty())
    columns.push_back(pg::quoted(tenant));
  columns.push_back(pg::quoted(column));
  for (const std::string &each : partitioned_by)
    if (each != column && each != tenant)
      columns.push_back(pg::quoted(each));
  return joined(columns, ", ");
}

// Only names of their own: a column that ends in a pattern is another one, as shipping_price beside price.
std::size_t column_rank(name_patterns patterns, const schema_column &column) {
  return is_one_of(patterns, column.word) ? rank_of(patterns, column.word).value() : no_rank;
}

std::vector<schema_table> read_schema(Oid schema) {
  const pg::parameter of_schema[] = {pg::parameter::oid(schema)};
  const pg::rows found = pg::read(tables_sql, of_schema);
  std::vector<schema_table> tables;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    if (pg::is_shard(found.oid(row, 1)))
      continue;
    tables.push_back({found.oid(row, 1),
                      "",
                      table_word(found.text(row, 2).value()),
                      found.text(row, 3).value()[0],
                      found.text(row, 4).value(),
                      found.text(row, 5) == "true",
                      {},
                      {},
                      {},
                      {}});
  }
  for (schema_table &table : tables) {
    const pg::parameter of_table[] = {pg::parameter::oid(table.oid)};
    table.name = pg::qualified(table.oid);
    read_columns(table, of_table);
    read_keys(table, of_table);
  }
  return tables;
}

} // namespace upkeep::suggest
