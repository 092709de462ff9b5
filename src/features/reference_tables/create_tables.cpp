#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/reference_tables/distributed_tables.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <set>

namespace upkeep::reference_tables {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// The columns that every table has.
constexpr reference_column id_column{"id", "uuid PRIMARY KEY DEFAULT gen_random_uuid()"};
constexpr reference_column stamp_columns[] = {{"created_at", "timestamptz(3) NOT NULL DEFAULT now()"},
                                              {"updated_at", "timestamptz(3) NOT NULL DEFAULT now()"}};

// Where a table that is there has another primary key already.
constexpr reference_column second_id_column{"id", "uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE", nullptr,
                                            "for other tables to refer to; unique only, as there was a primary key"};

// Where rows lie with those of their shop.
constexpr reference_column shop_key_columns[] = {
    {shop_column, "uuid NOT NULL", nullptr, "the shop, by which the table is distributed"},
    {"id", "uuid NOT NULL DEFAULT gen_random_uuid()"}};

struct schema_in_use {
  Oid oid;
  fragment name;
  bool is_distributed; // then foreign keys come later
};

Oid table_in(Oid schema, const char *name) {
  return call([=] { return get_relname_relid(name, schema); });
}

bool has_primary_key(Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  return pg::execute("SELECT FROM pg_index WHERE indrelid = $1 AND indisprimary", parameters).count() > 0;
}

// Whether an index begins with the columns, and, where it must be unique, has no other.
bool has_index(Oid table, const reference_index &index) {
  const pg::parameter parameters[] = {
      pg::parameter::oid(table), pg::parameter::text(index.columns), {BOOLOID, BoolGetDatum(index.unique)}};
  return pg::execute(sql(R"sql(
    SELECT FROM pg_index i, LATERAL (
      SELECT string_to_array($2, ',') AS wanted, array_agg(a.attname::text ORDER BY k.place) AS has
      FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
      WHERE k.place <= i.indnkeyatts) c
    WHERE i.indrelid = $1 AND i.indisvalid AND i.indpred IS NULL AND c.has[:cardinality(c.wanted)] = c.wanted
      AND (NOT $3 OR (i.indisunique AND i.indimmediate AND c.has = c.wanted))
  )sql"),
                     parameters)
             .count() > 0;
}

// To the column id where that is a key; a table that is there without any key gets this one.
fragment foreign_key(const reference_column &column, const schema_in_use &schema) {
  const std::string_view references = column.references;
  const std::string name(references.substr(0, references.find(' ')));
  const fragment table = sql("{schema}.{name}", "schema"_is = schema.name, "name"_is = pg::identifier{name});
  const Oid oid = table_in(schema.oid, name.c_str());
  bool has_key = has_index(oid, {"id", true});
  if (!has_key && !has_primary_key(oid)) {
    pg::execute(sql("ALTER TABLE {table} ADD PRIMARY KEY (id)", "table"_is = table));
    has_key = true;
  }
  return sql("REFERENCES {table} {key} {actions}", "table"_is = table, "key"_is = fragment(has_key ? "(id)" : ""),
             "actions"_is = fragment(std::string(references.substr(name.size()))));
}

fragment definition(const reference_column &column, const schema_in_use &schema) {
  return sql("{name} {type} {references}", "name"_is = pg::identifier{column.name}, "type"_is = fragment(column.type),
             "references"_is = column.references && !schema.is_distributed ? foreign_key(column, schema) : fragment());
}

void comment_on(const fragment &object, const char *comment) {
  if (comment)
    pg::execute(sql("COMMENT ON {object} IS {comment}", "object"_is = object, "comment"_is = pg::literal{comment}));
}

void comment_on_column(const fragment &table, const reference_column &column) {
  comment_on(sql("COLUMN {table}.{column}", "table"_is = table, "column"_is = pg::identifier{column.name}),
             column.comment);
}

// All columns of a new table, in their order.
std::vector<reference_column> all_columns(const reference_table &table, bool by_shop) {
  std::vector<reference_column> all;
  if (by_shop)
    all.assign(std::begin(shop_key_columns), std::end(shop_key_columns));
  else
    all.push_back(id_column);
  for (const auto &list : {table.columns, table.later_columns, std::span<const reference_column>(stamp_columns)})
    std::ranges::copy_if(list, std::back_inserter(all), [&](const reference_column &column) {
      return !by_shop || std::string_view(column.name) != shop_column;
    });
  return all;
}

void create_table(const reference_table &table, bool by_shop, const fragment &name, const schema_in_use &schema) {
  const std::vector<reference_column> columns = all_columns(table, by_shop);
  std::vector<fragment> parts;
  for (const reference_column &column : columns)
    parts.push_back(definition(column, schema));
  if (by_shop)
    parts.push_back(sql("PRIMARY KEY ({shop}, id)", "shop"_is = pg::identifier{shop_column}));
  pg::execute(sql("CREATE TABLE {name} ({parts})", "name"_is = name, "parts"_is = pg::joined(parts)));
  comment_on(sql("TABLE {name}", "name"_is = name), table.comment);
  for (const reference_column &column : columns)
    comment_on_column(name, column);
}

// Returns whether all of the later ones were missing.
bool add_columns(const reference_table &table, Oid existing, const fragment &name, const schema_in_use &schema,
                 const char *verb) {
  pg::require_own_table(existing, verb);
  const reference_column &id = has_primary_key(existing) ? second_id_column : id_column;
  std::vector<const reference_column *> missing;
  pg::with_relation(existing, [&](Relation relation) {
    const auto look = [&](const reference_column &column) {
      if (pg::find_column(RelationGetDescr(relation), column.name) == InvalidAttrNumber)
        missing.push_back(&column);
    };
    look(id);
    for (const auto &list : {table.columns, table.later_columns, std::span<const reference_column>(stamp_columns)})
      for (const reference_column &column : list)
        look(column);
  });
  for (const reference_column *column : missing) {
    pg::execute(sql("ALTER TABLE {table} ADD COLUMN {definition}", "table"_is = name,
                    "definition"_is = definition(*column, schema)));
    comment_on_column(name, *column);
  }
  return std::ranges::all_of(table.later_columns, [&](const reference_column &column) {
    return std::ranges::find(missing, &column) != missing.end();
  });
}

// Nobody writes another until the index is there.
bool has_duplicates(const fragment &table, const reference_index &index) {
  pg::execute(sql("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", "table"_is = table));
  return pg::execute(sql(R"sql(
    SELECT FROM {table} WHERE ({columns}) IS NOT NULL GROUP BY {columns} HAVING count(*) > 1 LIMIT 1
  )sql",
                         "table"_is = table, "columns"_is = fragment(index.columns)))
             .count() > 0;
}

void notice_duplicates(const reference_table &table, const fragment &name, const reference_index &index) {
  const fragment merge = index.merge(name);
  call([&] {
    ereport(NOTICE,
            errmsg("\"%s\" gets no unique index on (%s): it has rows that are equal there", table.name, index.columns),
            errhint("Merge them, then call this again: %s", merge.text().c_str()));
  });
}

// Where rows lie with those of their shop, no index can be unique without it.
std::string with_shop(std::string_view columns) {
  return std::string(columns).starts_with(shop_column) ? std::string(columns)
                                                       : fmt::format("{},{}", shop_column, columns);
}

void create_indexes(const reference_table &table, bool by_shop, const fragment &name, Oid schema) {
  const Oid oid = table_in(schema, table.name);
  for (reference_index index : table.indexes) {
    const std::string columns = by_shop ? with_shop(index.columns) : index.columns;
    index.columns = columns.c_str();
    if (has_index(oid, index))
      continue;
    if (index.merge && has_duplicates(name, index))
      notice_duplicates(table, name, index);
    else
      pg::execute(index.unique ? sql("ALTER TABLE {table} ADD UNIQUE ({columns})", "table"_is = name,
                                     "columns"_is = fragment(index.columns))
                               : sql("CREATE INDEX ON {table} ({columns})", "table"_is = name,
                                     "columns"_is = fragment(index.columns)));
  }
}

// "shops.id is bigint", where the table is there with a key that the reference cannot name; empty where it can.
std::string other_key(std::string_view references, Oid schema) {
  const std::string name(references.substr(0, references.find(' ')));
  const Oid table = table_in(schema, name.c_str());
  const char kind = call([=] { return get_rel_relkind(table); });
  const AttrNumber id = call([=] { return get_attnum(table, "id"); });
  if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) || id == InvalidAttrNumber)
    return {};
  const Oid type = call([=] { return get_atttype(table, id); });
  if (call([=] { return getBaseType(type); }) == UUIDOID)
    return {};
  return fmt::format("{}.id is {}", name, pg::string_from([=] { return format_type_be(type); }));
}

// What the foreign keys of a table that are missing cannot refer to.
std::set<std::string> other_keys(const reference_table &table, Oid schema) {
  std::set<std::string> others;
  const Oid existing = table_in(schema, table.name);
  for (const reference_column &column : table.columns)
    if (column.references && call([&] { return get_attnum(existing, column.name); }) == InvalidAttrNumber)
      if (std::string other = other_key(column.references, schema); !other.empty())
        others.insert(std::move(other));
  return others;
}

// All at once, before anything is made: PostgreSQL's error would be of one foreign key.
void require_keys(const reference_schema &what, Oid schema) {
  std::set<std::string> others;
  for (const reference_table &table : what.tables)
    if (!table.is_later)
      others.merge(other_keys(table, schema));
  if (!others.empty())
    throw fault{
        .sqlstate = sqlstate::type_mismatch,
        .message = fmt::format("cannot {} beside tables whose keys are not uuid: {}", what.verb,
                               joined(std::vector(others.begin(), others.end()), ", ")),
        .hint = "Choose a schema of their own, or create the tables that refer to these keys first, with columns of "
                "their types: a table that is there gets the columns that it lacks."};
}

// A table that older versions do not have belongs to whoever has the others.
void give_to_owner_of_others(const reference_schema &what, const fragment &name, Oid schema) {
  for (const reference_table &other : what.tables) {
    const Oid there = table_in(schema, other.name);
    if (other.is_later || !OidIsValid(there))
      continue;
    const Oid owner = pg::owner_of(there);
    if (owner != call([] { return GetUserId(); }))
      pg::execute(sql("ALTER TABLE {name} OWNER TO {owner}", "name"_is = name,
                      "owner"_is = pg::identifier{pg::string_from([=] { return GetUserNameFromId(owner, false); })}));
    return;
  }
}

Oid require_schema(const std::string &name) {
  const Oid found = call([&] { return get_namespace_oid(name.c_str(), true); });
  if (OidIsValid(found))
    return found;
  pg::execute(sql("CREATE SCHEMA {name}", "name"_is = pg::identifier{name}));
  return call([&] { return get_namespace_oid(name.c_str(), false); });
}

bool has_columns(Oid existing, const reference_table &table) {
  return std::ranges::all_of(table.columns, [&](const reference_column &column) {
    return call([&] { return get_attnum(existing, column.name); }) != InvalidAttrNumber;
  });
}

// What stands in the way of a table that came later: it must not keep the others from being made. Empty for nothing.
std::string in_the_way(const reference_table &table, Oid existing, Oid schema) {
  if (OidIsValid(existing))
    return has_columns(existing, table) ? "" : "there is another of that name";
  const std::set<std::string> others = other_keys(table, schema);
  return joined(std::vector(others.begin(), others.end()), ", ");
}

bool is_left_out(const reference_table &table, const reference_schema &what, Oid existing, Oid schema) {
  if (!table.is_later)
    return false;
  if (!knows_later(what))
    return true;
  const std::string why = in_the_way(table, existing, schema);
  if (why.empty())
    return false;
  call([&] {
    ereport(NOTICE, errmsg("table \"%s\" is not made: %s", table.name, why.c_str()),
            errhint("To do without it, ignore this; else make it by hand, and enable what it is for."));
  });
  return true;
}

} // namespace

void create_tables(const reference_schema &what, const std::string &schema) {
  const schema_in_use space{require_schema(schema), pg::identifier{schema}, what.is_distributed};
  require_placements(what, space.oid);
  require_keys(what, space.oid);
  made_tables made;
  for (reference_table table : what.tables) {
    const Oid existing = table_in(space.oid, table.name);
    if (is_left_out(table, what, existing, space.oid)) {
      made.left_out.insert(table.name);
      continue;
    }
    if (!knows_later(what))
      table.later_columns = {};
    const fragment full = sql("{schema}.{name}", "schema"_is = space.name, "name"_is = pg::identifier{table.name});
    const bool by_shop = is_by_shop(what, table);
    bool is_renewed = true;
    if (OidIsValid(existing))
      is_renewed = !pg::has_shards(existing) && add_columns(table, existing, full, space, what.verb);
    else {
      create_table(table, by_shop, full, space);
      if (table.is_later)
        give_to_owner_of_others(what, full, space.oid);
    }
    if (is_renewed)
      made.renewed.insert(table_in(space.oid, table.name));
    create_indexes(table, by_shop, full, space.oid);
  }
  if (what.is_distributed) {
    // Numbers that no two nodes give need their sequence before.
    enable_features(what, space.oid, made, &order_number_feature);
    distribute_tables(what, space.oid);
  }
  enable_features(what, space.oid, made);
}

} // namespace upkeep::reference_tables
