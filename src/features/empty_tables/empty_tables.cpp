// upkeep.empty_tables: a schema as tests want to find it.
#include "features/catalogue.hpp"
#include "features/empty_tables/emptied_tables.hpp"
#include "features/orders/number/order_counters.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "features/registry.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <limits>

namespace upkeep {

using pg::call;
using pg::sql;

namespace {

using tables = std::vector<Oid>;

bool contains(const tables &all, Oid table) { return std::ranges::find(all, table) != all.end(); }

void require_database_name(const std::string &confirm) {
  const std::string database = pg::execute("SELECT current_database()").text(0, 1).value();
  if (confirm != database)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("empty_tables is not confirmed by \"{}\"", confirm),
                .detail = "It deletes all rows of your tables in the schema.",
                .hint = fmt::format("Pass the name of this database, if you mean it: confirm => {}.",
                                    pg::literals({database}))};
}

Oid require_schema(const std::string &name) {
  const Oid schema = call([&] { return get_namespace_oid(name.c_str(), true); });
  if (!OidIsValid(schema))
    throw fault{.sqlstate = sqlstate::invalid_schema_name,
                .message = fmt::format("schema \"{}\" does not exist", name),
                .hint = "Pass the name of a schema, as it stands in pg_namespace."};
  return schema;
}

// The tables of the schema that the caller may do with as their owner, without those that initdb or an extension made.
tables own_tables(Oid schema) {
  const pg::parameter parameters[] = {pg::parameter::oid(schema)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT c.oid
    FROM pg_class c
    WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'p') AND c.oid >= {first} AND pg_has_role(c.relowner, 'USAGE')
    ORDER BY 1
  )sql",
                                         "first"_is = std::int32_t(FirstNormalObjectId)),
                                     parameters, pg::snapshot::latest);
  tables own;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    own.push_back(found.oid(row, 1));
  std::erase_if(own, [](Oid table) { return pg::is_shard(table) || pg::belongs_to_extension(table); });
  return own;
}

// Those of them that are still there when nobody else can write them.
tables lock_tables(Oid schema) {
  const tables found = own_tables(schema);
  for (const Oid table : found)
    call([=] { LockRelationOid(table, AccessExclusiveLock); });
  tables own = own_tables(schema);
  std::erase_if(own, [&](Oid table) { return !contains(found, table); });
  return own;
}

// With the partitions that are elsewhere; children that are none are tables of their own.
tables with_partitions(const tables &own) {
  tables all = own;
  for (const Oid table : own)
    if (call([=] { return get_rel_relkind(table); }) == RELKIND_PARTITIONED_TABLE)
      for (const Oid partition : pg::with_descendants(table, AccessExclusiveLock))
        if (!contains(all, partition))
          all.push_back(partition);
  return all;
}

std::uint64_t count_in_shards(Oid table) {
  bool is_null = false;
  const pg::rows found = pg::execute(sql("SELECT count(*) FROM {table}", "table"_is = pg::own_rows_of(table)));
  return static_cast<std::uint64_t>(DatumGetInt64(found.value(0, 1, is_null)));
}

std::int64_t count_rows(const tables &all) {
  std::uint64_t count = 0;
  for (const Oid table : all) {
    if (pg::has_shards(table)) {
      count += call([=] { return get_rel_relkind(table); }) == RELKIND_RELATION ? count_in_shards(table) : 0;
      continue;
    }
    pg::with_relation(table, [&](Relation relation) {
      if (relation->rd_rel->relkind == RELKIND_RELATION)
        count += pg::count_rows(relation, std::numeric_limits<std::uint64_t>::max()).rows;
    });
  }
  return static_cast<std::int64_t>(count);
}

// The sequence that a trigger of order_number draws from. A trigger made by hand may name anything.
std::optional<Oid> sequence_of(const managed_trigger &trigger) {
  try {
    const option_list options = parse_options(*trigger.feature, trigger.arguments);
    const std::string *name = find_option(options, "sequence");
    const std::optional<Oid> found = name ? pg::find_sibling(*name, trigger.table) : std::nullopt;
    return found && call([&] { return get_rel_relkind(*found); }) == RELKIND_SEQUENCE ? found : std::nullopt;
  } catch (const fault &) {
    return std::nullopt;
  }
}

// Sequences of order numbers, unless a table that is not emptied draws from them too.
tables sequences_of(const tables &all) {
  tables own, others;
  for (const managed_trigger &trigger : managed_triggers())
    if (trigger.feature == &order_number_feature)
      if (const std::optional<Oid> sequence = sequence_of(trigger))
        (contains(all, trigger.table) ? own : others).push_back(*sequence);
  std::erase_if(own, [&](Oid sequence) { return contains(others, sequence); });
  return own;
}

void truncate(const tables &own, const tables &all) {
  std::vector<pg::fragment> names;
  for (const Oid table : own)
    names.push_back(pg::own_rows_of(table));
  const emptied_tables emptied(all);
  pg::execute(sql("TRUNCATE {names} RESTART IDENTITY", "names"_is = pg::joined(names)));
}

std::int64_t empty_tables(const std::string &schema, const std::string &confirm) {
  require_database_name(confirm);
  const tables own = lock_tables(require_schema(schema));
  if (own.empty())
    return 0;
  const tables all = with_partitions(own);
  const std::int64_t count = count_rows(all);
  const tables sequences = sequences_of(all);
  truncate(own, all);
  for (const Oid sequence : sequences)
    pg::execute(sql("ALTER SEQUENCE {sequence} RESTART", "sequence"_is = pg::table{sequence}));
  orders::restart_counters(all);
  orders::forget_stock(all);
  return count;
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.empty_tables(schema, confirm) RETURNS bigint: how many rows there were. Errors: 22004, 22023, 3F000, 42501,
// 0A000 a table that is not emptied refers to one that is, UK007.
UPKEEP_FUNCTION(upkeep_empty_tables) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string schema = given.name(0, "schema"), confirm = given.string(1, "confirm");
    std::int64_t count = 0;
    pg::with_spi([&] { count = empty_tables(schema, confirm); });
    return Int64GetDatum(count);
  });
}
