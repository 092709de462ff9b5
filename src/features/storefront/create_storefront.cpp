// upkeep.create_storefront: makes what is missing of the storefront tables, and enables what keeps them true.
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/storefront/tables.hpp"
#include "postgres/arguments.hpp"
#include "postgres/query.hpp"
#include "postgres/relation.hpp"

namespace upkeep {

using pg::call;

namespace {

// The columns that every table has.
constexpr storefront_column id_column{"id", "uuid PRIMARY KEY DEFAULT gen_random_uuid()"};
constexpr storefront_column stamp_columns[] = {{"created_at", "timestamptz(3) NOT NULL DEFAULT now()"},
                                               {"updated_at", "timestamptz(3) NOT NULL DEFAULT now()"}};

// What is enabled on a table ($1, with $2 as the other one) that has not the trigger yet.
struct storefront_feature {
  const char *table;
  const feature_rule &feature;
  const char *call;
  const char *other = nullptr;
};

constexpr storefront_feature features[] = {
    {"users", updated_at_feature, "enable_updated_at($1)"},
    {"products", updated_at_feature, "enable_updated_at($1, ignore_columns => '{stock_quantity}')"},
    {"carts", updated_at_feature, "enable_updated_at($1)"},
    {"cart_items", updated_at_feature, "enable_updated_at($1)"},
    {"orders", updated_at_feature, "enable_updated_at($1)"},
    {"order_items", updated_at_feature, "enable_updated_at($1)"},
    {"order_items", order_snapshots_feature, "enable_order_snapshots($1, $2, active_column => 'active')", "products"},
    {"orders", order_totals_feature, "enable_order_totals($1, $2)", "order_items"},
    {"orders", order_lock_feature, "enable_order_lock($1, $2)", "order_items"},
    {"orders", order_status_feature,
     R"(enable_order_status($1, '{"pending": ["paid", "cancelled"], )"
     R"("paid": ["completed", "refunded", "cancelled"], "completed": ["refunded"]}'))"},
    {"orders", order_number_feature, "enable_order_number($1)"}};

std::string definition(const storefront_column &column, const std::string &schema) {
  return fmt::format("{} {}{}", pg::quoted(column.name), column.type,
                     column.references ? fmt::format(" REFERENCES {}.{}", schema, column.references) : "");
}

void comment_on(const std::string &object, const char *comment) {
  if (comment)
    pg::execute(fmt::format("COMMENT ON {} IS {}", object, pg::literals({comment})));
}

void comment_on_column(const std::string &table, const storefront_column &column) {
  comment_on(fmt::format("COLUMN {}.{}", table, pg::quoted(column.name)), column.comment);
}

void create_table(const storefront_table &table, const std::string &name, const std::string &schema) {
  std::string columns = definition(id_column, schema);
  for (const auto &list : {table.columns, std::span<const storefront_column>(stamp_columns)})
    for (const storefront_column &column : list)
      columns += ", " + definition(column, schema);
  pg::execute(fmt::format("CREATE TABLE {} ({})", name, columns));
  comment_on("TABLE " + name, table.comment);
  for (const storefront_column &column : table.columns)
    comment_on_column(name, column);
}

void add_columns(const storefront_table &table, Oid existing, const std::string &name, const std::string &schema) {
  pg::require_own_table(existing, "create a storefront");
  std::vector<const storefront_column *> missing;
  pg::with_relation(existing, [&](Relation relation) {
    const auto look = [&](const storefront_column &column) {
      if (pg::find_column(RelationGetDescr(relation), column.name) == InvalidAttrNumber)
        missing.push_back(&column);
    };
    look(id_column);
    for (const auto &list : {table.columns, std::span<const storefront_column>(stamp_columns)})
      for (const storefront_column &column : list)
        look(column);
  });
  for (const storefront_column *column : missing) {
    pg::execute(fmt::format("ALTER TABLE {} ADD COLUMN {}", name, definition(*column, schema)));
    comment_on_column(name, *column);
  }
}

// Whether an index begins with the column, and, where it must be unique, has no other.
bool has_index(Oid table, const storefront_index &index) {
  const pg::parameter parameters[] = {
      pg::parameter::oid(table), pg::parameter::text(index.column), {BOOLOID, BoolGetDatum(index.unique)}};
  return pg::execute("SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
                     " WHERE i.indrelid = $1 AND a.attname::text = $2 AND i.indisvalid AND i.indpred IS NULL"
                     " AND (NOT $3 OR (i.indisunique AND i.indimmediate AND i.indnkeyatts = 1))",
                     parameters)
             .count() > 0;
}

void create_indexes(const storefront_table &table, const std::string &name, Oid schema) {
  const Oid oid = call([&] { return get_relname_relid(table.name, schema); });
  for (const storefront_index &index : table.indexes)
    if (!has_index(oid, index))
      pg::execute(fmt::format("{} {} {} ({})", index.unique ? "ALTER TABLE" : "CREATE INDEX ON", name,
                              index.unique ? "ADD UNIQUE" : "", pg::quoted(index.column)));
}

Oid table_in(Oid schema, const char *name) {
  return call([=] { return get_relname_relid(name, schema); });
}

void enable(const storefront_feature &each, Oid schema) {
  const Oid table = table_in(schema, each.table);
  bool enabled = false;
  pg::with_relation(table, [&](Relation relation) { enabled = trigger_of(relation, each.feature); });
  if (enabled)
    return;
  const pg::parameter parameters[] = {
      {REGCLASSOID, ObjectIdGetDatum(table)},
      {REGCLASSOID, ObjectIdGetDatum(each.other ? table_in(schema, each.other) : table)}};
  pg::execute(std::string("SELECT upkeep.") + each.call, std::span(parameters).first(each.other ? 2 : 1));
}

Oid require_schema(const std::string &name, const std::string &quoted) {
  const Oid found = call([&] { return get_namespace_oid(name.c_str(), true); });
  if (OidIsValid(found))
    return found;
  pg::execute("CREATE SCHEMA " + quoted);
  return call([&] { return get_namespace_oid(name.c_str(), false); });
}

void create_storefront(const std::string &name) {
  const std::string quoted = pg::quoted(name);
  const Oid schema = require_schema(name, quoted);
  for (const storefront_table &table : storefront_tables()) {
    const std::string full = fmt::format("{}.{}", quoted, pg::quoted(table.name));
    const Oid existing = call([&] { return get_relname_relid(table.name, schema); });
    if (OidIsValid(existing))
      add_columns(table, existing, full, quoted);
    else
      create_table(table, full, quoted);
    create_indexes(table, full, schema);
  }
  for (const storefront_feature &each : features)
    enable(each, schema);
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.create_storefront(schema): as the caller. Errors: 22004, 42501, 42809, and PostgreSQL's own where a table that
// is there does not fit.
UPKEEP_FUNCTION(upkeep_create_storefront) {
  return pg::entry([=] {
    const std::string schema = pg::arguments(fcinfo).name(0, "schema");
    pg::with_spi([&] { create_storefront(schema); });
    return Datum(0);
  });
}
