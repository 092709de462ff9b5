// upkeep.live_view.
#include "features/soft_delete/live_view.hpp"

#include "features/catalogue.hpp"
#include "features/soft_delete/soft_column.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"

#include <algorithm>

namespace upkeep::soft_delete {

using pg::call;

namespace {

constexpr const char *usual_options = "security_invoker=true";

// Sees a table's columns through the view, as long as nothing but the view's own rights is asked for.
soft_column require_enabled(Oid table) {
  const std::optional<soft_column> column = soft_column_of(table);
  if (!column)
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("soft_delete is not enabled on \"{}\"", pg::table_name(table)),
                .hint = fmt::format("SELECT upkeep.enable_soft_delete({});", pg::literals({pg::qualified(table)}))};
  return *column;
}

void make_schema(const std::string &schema, Oid owner) {
  if (OidIsValid(call([&] { return get_namespace_oid(schema.c_str(), true); })))
    return;
  const std::string role = pg::string_from([=] { return GetUserNameFromId(owner, false); });
  pg::execute(pg::sql("CREATE SCHEMA {schema} AUTHORIZATION {role}", "schema"_is = pg::identifier{schema},
                      "role"_is = pg::identifier{role}));
}

pg::fragment qualified_name(const std::string &schema, const std::string &name) {
  return pg::sql("{schema}.{name}", "schema"_is = pg::identifier{schema}, "name"_is = pg::identifier{name});
}

// Whether what the view has is what the table begins with: then the rest can be added to it.
bool is_extended(Oid view, Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(view), pg::parameter::oid(table)};
  return pg::execute(pg::sql(R"sql(
    SELECT FROM pg_attribute v
    LEFT JOIN (SELECT a.*, row_number() OVER (ORDER BY a.attnum) AS place FROM pg_attribute a
               WHERE a.attrelid = $2 AND a.attnum > 0 AND NOT a.attisdropped) t ON t.place = v.attnum
    WHERE v.attrelid = $1 AND v.attnum > 0
      AND (t.attname, t.atttypid, t.atttypmod, t.attcollation)
        IS DISTINCT FROM (v.attname, v.atttypid, v.atttypmod, v.attcollation)
  )sql"),
                     parameters)
             .count() == 0;
}

// Citus writes through no view.
void notice_read_only(Oid view, Oid table) {
  if (!pg::has_shards(table))
    return;
  const std::string column = require_enabled(table).name;
  call([&] {
    ereport(NOTICE,
            errmsg("live view \"%s\" can only be read: \"%s\" is distributed", get_rel_name(view), get_rel_name(table)),
            errhint("Write to the table; to delete a row, set its column \"%s\".", column.c_str()));
  });
}

Oid make_live_view(Oid table, const std::string &schema) {
  pg::require_own_table(table, "make a live view", AccessShareLock);
  require_enabled(table);
  make_schema(schema, pg::owner_of(table));
  const std::string name = pg::table_name(table);
  const pg::fragment view = qualified_name(schema, name);
  const auto find = [&] {
    return call([&] { return get_relname_relid(name.c_str(), get_namespace_oid(schema.c_str(), false)); });
  };
  const Oid known = find();
  const std::vector<Oid> own = live_views(table);
  if (std::ranges::count(own, known) == 0) {
    create_live_view(false, view, table, usual_options);
    pg::execute(pg::sql(R"sql(
      CREATE TRIGGER {trigger} INSTEAD OF DELETE ON {view} FOR EACH ROW EXECUTE FUNCTION upkeep.soft_delete()
    )sql",
                        "trigger"_is = pg::identifier{soft_delete_trigger}, "view"_is = view));
  } else if (is_extended(known, table)) {
    create_live_view(true, view, table, usual_options);
  } else {
    const noted_view noted(known, table);
    noted.drop();
    noted.make();
  }
  const Oid made = find();
  notice_read_only(made, table);
  return made;
}

} // namespace

void create_live_view(bool replaces, const pg::fragment &name, Oid table, const std::string &options) {
  std::vector<std::string> columns;
  pg::with_relation(table, [&](Relation relation) {
    TupleDesc descriptor = RelationGetDescr(relation);
    for (int i = 0; i < descriptor->natts; ++i)
      if (!TupleDescAttr(descriptor, i)->attisdropped)
        columns.emplace_back(NameStr(TupleDescAttr(descriptor, i)->attname));
  });
  pg::execute(pg::sql(R"sql(
    CREATE {or_replace} VIEW {name} WITH ({options}) AS SELECT {columns} FROM {table} t WHERE t.{column} IS NULL
  )sql",
                      "or_replace"_is = pg::fragment(replaces ? "OR REPLACE" : ""), "name"_is = name,
                      "options"_is = pg::fragment(options), "columns"_is = pg::columns_of("t", columns),
                      "table"_is = pg::table{table}, "column"_is = pg::identifier{require_enabled(table).name}));
  const Oid owner = pg::owner_of(table);
  if (call([=] { return GetUserId() == owner; }))
    return;
  const std::string role = pg::string_from([=] { return GetUserNameFromId(owner, false); });
  pg::execute(pg::sql("ALTER VIEW {name} OWNER TO {role}", "name"_is = name, "role"_is = pg::identifier{role}));
}

} // namespace upkeep::soft_delete

using namespace upkeep;
using namespace upkeep::soft_delete;

// upkeep.live_view(target, schema) RETURNS regclass: makes the view, with its schema where that is missing, or makes it
// anew of the columns that the table has now. Errors: 22004, 2BP01, 42501, 42809, 42P01, 42P07, 55000.
UPKEEP_FUNCTION(upkeep_live_view) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = given.table(0, "target");
    const std::string schema = given.name(1, "schema");
    Oid view = InvalidOid;
    pg::with_spi([&] { view = make_live_view(target, schema); });
    return ObjectIdGetDatum(view);
  });
}
