#include "features/orders/number/unique_numbers.hpp"

#include "core/text/joined.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::sql;

namespace {

// Columns that a unique index must have beside the number: those that partitions are chosen by.
std::vector<std::string> partition_columns(Oid orders) {
  const pg::parameter parameters[] = {pg::parameter::oid(orders)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT DISTINCT a.attname
    FROM pg_partition_tree($1) t
    JOIN pg_partitioned_table p ON p.partrelid = t.relid
    JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = ANY (p.partattrs::int2[]) AND a.attnum > 0
    ORDER BY 1
  )sql"),
                                     parameters);
  std::vector<std::string> columns;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    columns.push_back(found.text(row, 1).value());
  return columns;
}

// The column that makes the number unique where it is not so alone, or "".
std::string column_beside(Oid orders, const std::string &number) {
  const pg::parameter parameters[] = {pg::parameter::oid(orders), pg::parameter::text(number)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT o.attname
    FROM pg_index i
    JOIN pg_attribute n ON n.attrelid = i.indrelid AND n.attname = $2::name
      AND n.attnum = ANY ((i.indkey::int2[])[0:1])
    JOIN pg_attribute o ON o.attrelid = i.indrelid AND o.attnum = ANY ((i.indkey::int2[])[0:1])
      AND o.attnum <> n.attnum
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
      AND i.indexprs IS NULL AND i.indnkeyatts = 2
    LIMIT 1
  )sql"),
                                     parameters);
  return found.count() ? found.text(0, 1).value() : "";
}

void require_index(Oid orders, const order_number_settings &settings) {
  std::vector<std::string> columns = partition_columns(orders);
  if (settings.tenant)
    columns.insert(columns.begin(), *settings.tenant);
  std::erase(columns, settings.column);
  columns.push_back(settings.column);
  const pg::parameter parameters[] = {pg::parameter::oid(orders), pg::parameter::text(settings.column)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT FROM pg_index i
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
      AND i.indexprs IS NULL
      AND (SELECT bool_or(a.attname::text = $2) AND bool_and(a.attname::text = ANY (ARRAY[{columns}]))
           FROM pg_attribute a
           WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
  )sql",
                                         "columns"_is = pg::fragment(pg::literals(columns))),
                                     parameters);
  if (found.count() == 0) {
    std::vector<std::string> names;
    for (const std::string &column : columns)
      names.push_back(pg::quoted(column));
    const std::string create =
        fmt::format("CREATE UNIQUE INDEX ON {} ({});", pg::qualified(orders), joined(names, ", "));
    const std::string other = settings.tenant ? "" : column_beside(orders, settings.column);
    throw fault{
        .sqlstate = sqlstate::object_not_in_prerequisite_state,
        .message =
            fmt::format("column \"{}\" of table \"{}\" has no unique index", settings.column, pg::table_name(orders)),
        .hint = other.empty()
                    ? create
                    : fmt::format("If each \"{0}\" has numbers of its own, pass tenant_column => '{0}'; else {1}",
                                  other, create)};
  }
}

// A unique index on the number alone, or with columns that partitions are chosen by: a second tenant's first number
// would be taken.
void require_no_index_alone(Oid orders, const order_number_settings &settings) {
  std::vector<std::string> columns = partition_columns(orders);
  std::erase(columns, *settings.tenant);
  columns.push_back(settings.column);
  const pg::parameter parameters[] = {pg::parameter::oid(orders), pg::parameter::text(settings.column)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT i.indexrelid::regclass::text,
      (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I;', i.indrelid::regclass, c.conname)
       FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
    FROM pg_index i
    WHERE i.indrelid = $1 AND i.indisunique AND i.indexprs IS NULL
      AND (SELECT bool_or(a.attname::text = $2) AND bool_and(a.attname::text = ANY (ARRAY[{columns}]))
           FROM pg_attribute a
           WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
    ORDER BY i.indexrelid
    LIMIT 1
  )sql",
                                         "columns"_is = pg::fragment(pg::literals(columns))),
                                     parameters);
  if (found.count())
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format(
                    "unique index \"{}\" on \"{}\" of table \"{}\" keeps tenants from having the same number",
                    found.text(0, 1).value(), settings.column, pg::table_name(orders)),
                .hint = found.text(0, 2).value_or(fmt::format("DROP INDEX {};", found.text(0, 1).value()))};
}

} // namespace

void require_unique_numbers(Oid orders, const order_number_settings &settings) {
  require_index(orders, settings);
  if (settings.per_tenant)
    require_no_index_alone(orders, settings);
}

} // namespace upkeep::orders
