#include "features/reference_tables/distributed_tables.hpp"

#include "postgres/citus/distribute.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::reference_tables {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

Oid oid_of(const reference_table &table, Oid schema) {
  return call([&] { return get_relname_relid(table.name, schema); });
}

fragment name_of(const reference_table &table, Oid schema) { return fragment(pg::qualified(oid_of(table, schema))); }

// What the others are to lie with: a table of the schema that is distributed already, or the caller's.
Oid first_distributed(const reference_schema &what, Oid schema) {
  for (const reference_table &table : what.tables)
    if (const Oid there = oid_of(table, schema); OidIsValid(there) && pg::has_shards(there))
      return there;
  return OidIsValid(what.beside) && pg::has_shards(what.beside) ? what.beside : InvalidOid;
}

void add_foreign_key(const reference_schema &what, const reference_table &table, const reference_column &column,
                     Oid schema) {
  const std::string_view references = column.references;
  const auto target =
      std::ranges::find(what.tables, references.substr(0, references.find(' ')), &reference_table::name);
  if (target->place == placement::local)
    return;
  const bool is_cascade = references.ends_with("ON DELETE CASCADE");
  const std::string own = target->place == placement::shops ? "" : fmt::format("{}, ", shop_column);
  pg::execute(sql("ALTER TABLE {table} ADD FOREIGN KEY ({own}{column}) REFERENCES {target} ({own}id) {action}",
                  "table"_is = name_of(table, schema), "own"_is = fragment(own),
                  "column"_is = pg::identifier{column.name}, "target"_is = name_of(*target, schema),
                  "action"_is = fragment(is_cascade ? "ON DELETE CASCADE" : "")));
}

} // namespace

void require_placements(const reference_schema &what, Oid schema) {
  if (what.is_distributed)
    pg::require_citus();
  for (const reference_table &table : what.tables) {
    const Oid there = oid_of(table, schema);
    const bool wanted = what.is_distributed && table.place != placement::local;
    if (OidIsValid(there) && pg::has_shards(there) != wanted)
      throw fault{.sqlstate = sqlstate::feature_not_supported,
                  .message = wanted ? fmt::format("table \"{}\" is there and is not distributed", table.name)
                                    : fmt::format("table \"{}\" is there and is distributed", table.name),
                  .hint = what.is_distributed ? "Choose a schema of their own, or distribute the tables that are there."
                                              : "Choose a schema of their own, or pass distribute => true."};
  }
}

void distribute_tables(const reference_schema &what, Oid schema) {
  Oid beside = first_distributed(what, schema);
  std::vector<const reference_table *> made;
  for (const reference_table &table : what.tables) {
    const Oid there = oid_of(table, schema);
    if (table.place == placement::local || !OidIsValid(there) || pg::has_shards(there))
      continue;
    pg::distribute(there, table.place == placement::shops ? "id" : shop_column, beside);
    made.push_back(&table);
    if (!OidIsValid(beside))
      beside = there;
  }
  for (const reference_table *table : made)
    for (const reference_column &column : table->columns)
      if (column.references)
        add_foreign_key(what, *table, column, schema);
}

} // namespace upkeep::reference_tables
