// Live views as the catalogue has them, and those that are made again.
#include "features/soft_delete/live_view.hpp"

#include "features/catalogue.hpp"
#include "features/soft_delete/soft_column.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/subtransaction.hpp"

#include <algorithm>

namespace upkeep::soft_delete {

using pg::call;

namespace {

pg::parameter oid_or_null(std::optional<Oid> oid) { return {OIDOID, ObjectIdGetDatum(oid.value_or(InvalidOid)), !oid}; }

// What a view was given beside its query: the role, the statement, the column that it is about, and what is lost where
// that does not fit the columns any more. What grants build upon comes first.
pg::fragment gifts() {
  return pg::sql(R"sql(
    WITH view AS (
      SELECT c.oid, c.relowner, c.relacl, $2::pg_catalog.text AS name
      FROM pg_catalog.pg_class c WHERE c.oid [=] $1
    ), columns AS (
      SELECT a.attnum, a.attacl, a.attname::pg_catalog.text AS name
      FROM pg_catalog.pg_attribute a
      WHERE a.attrelid [=] $1 AND a.attnum [>] 0
    ), grants AS (
      SELECT a.*, ''::pg_catalog.text AS name FROM view v, pg_catalog.aclexplode(v.relacl) a
      UNION ALL SELECT a.*, c.name FROM columns c, pg_catalog.aclexplode(c.attacl) a
    )
    SELECT v.relowner, pg_catalog.pg_get_triggerdef(t.oid), '' AS name, '' AS lost, 1 AS step, false AS builds_on
    FROM view v JOIN pg_catalog.pg_trigger t ON t.tgrelid [=] v.oid AND NOT t.tgisinternal
    UNION ALL
    SELECT v.relowner,
      pg_catalog.format('ALTER VIEW %s ALTER %I SET DEFAULT %s', v.name, c.name,
                        pg_catalog.pg_get_expr(d.adbin, d.adrelid)),
      c.name, pg_catalog.format('the default of column "%s"', c.name), 1, false
    FROM view v
    JOIN pg_catalog.pg_attrdef d ON d.adrelid [=] v.oid
    JOIN columns c ON c.attnum [=] d.adnum
    UNION ALL
    SELECT v.relowner, pg_catalog.pg_get_ruledef(r.oid), '', pg_catalog.format('rule "%s"', r.rulename), 1, false
    FROM view v JOIN pg_catalog.pg_rewrite r ON r.ev_class [=] v.oid AND r.rulename [<>] '_RETURN'
    UNION ALL
    SELECT v.relowner,
      pg_catalog.format(CASE WHEN c.name IS NULL THEN 'COMMENT ON VIEW %s IS %L'
                          ELSE 'COMMENT ON COLUMN %s.%3$I IS %2$L' END,
                        v.name, d.description, c.name), COALESCE(c.name, ''), '', 1, false
    FROM view v
    JOIN pg_catalog.pg_description d ON d.objoid [=] v.oid
      AND d.classoid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
    LEFT JOIN columns c ON c.attnum [=] d.objsubid
    UNION ALL
    SELECT v.relowner, pg_catalog.format('REVOKE ALL ON %s FROM %I', v.name, pg_catalog.pg_get_userbyid(v.relowner)),
      '', '', 2, false
    FROM view v WHERE v.relacl IS NOT NULL
    UNION ALL
    SELECT g.grantor,
      pg_catalog.format('GRANT %s%s ON %s TO %s%s', g.privilege_type,
                        CASE WHEN g.name [<>] '' THEN pg_catalog.format(' (%I)', g.name) END, v.name,
                        CASE WHEN g.grantee [=] 0 THEN 'PUBLIC'
                             ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END,
                        CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' END), g.name, '', 3,
      g.grantor [<>] v.relowner
    FROM view v, grants g
    ORDER BY 5, 6, 2
  )sql");
}

} // namespace

std::vector<Oid> live_views(std::optional<Oid> table) {
  const pg::parameter parameters[] = {oid_or_null(table)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT v.oid
    FROM pg_catalog.pg_class v
    WHERE v.relkind [=] 'v'
      AND EXISTS (
        SELECT FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_proc p ON p.oid [=] t.tgfoid
        JOIN pg_catalog.pg_namespace n ON n.oid [=] p.pronamespace
        WHERE t.tgrelid [=] v.oid AND p.proname [=] 'soft_delete' AND n.nspname [=] 'upkeep')
      AND ($1 IS NULL OR EXISTS (
        SELECT FROM pg_catalog.pg_rewrite r
        JOIN pg_catalog.pg_depend d ON d.classid [=] 'pg_catalog.pg_rewrite'::pg_catalog.regclass::pg_catalog.oid
          AND d.objid [=] r.oid AND d.refclassid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
        WHERE r.ev_class [=] v.oid AND d.refobjid [=] $1))
    ORDER BY v.oid::pg_catalog.regclass::pg_catalog.text
  )sql"),
                                     parameters);
  std::vector<Oid> views;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    views.push_back(found.oid(row, 1));
  return views;
}

bool is_outdated(Oid view, Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(view), pg::parameter::oid(table)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT (SELECT pg_catalog.array_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
            WHERE a.attrelid [=] $1 AND a.attnum [>] 0 AND NOT a.attisdropped)
      IS DISTINCT FROM (SELECT pg_catalog.array_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
                        WHERE a.attrelid [=] $2 AND a.attnum [>] 0 AND NOT a.attisdropped)
  )sql"),
                                     parameters);
  bool is_null = false;
  return DatumGetBool(found.value(0, 1, is_null));
}

noted_view::noted_view(Oid view, Oid table)
    : name(pg::table{view}), table(table), schema(call([=] { return get_rel_namespace(view); })) {
  const pg::parameter of[] = {pg::parameter::oid(view)};
  options = pg::execute(pg::sql(R"sql(
              SELECT pg_catalog.array_to_string(c.reloptions, ', ') FROM pg_catalog.pg_class c WHERE c.oid [=] $1
            )sql"),
                        of)
                .text(0, 1)
                .value_or("security_invoker=false");
  const pg::parameter parameters[] = {pg::parameter::oid(view), pg::parameter::text(name)};
  const pg::rows found = pg::execute(gifts(), parameters);
  for (std::uint64_t row = 0; row < found.count(); ++row)
    statements.push_back(
        {found.oid(row, 1), found.text(row, 2).value(), found.text(row, 3).value(), found.text(row, 4).value()});
}

void noted_view::drop() const { pg::execute(pg::sql("DROP VIEW {name}", "name"_is = name)); }

// Who may alter a table need not have the right to make a view in its schema again.
void noted_view::create() const {
  const pg::parameter parameters[] = {pg::parameter::oid(schema)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT pg_catalog.has_schema_privilege($1, 'CREATE'), e.extowner
    FROM pg_catalog.pg_extension e WHERE e.extname [=] 'pg_upkeep'
  )sql"),
                                     parameters);
  bool is_null = false;
  const bool may_create = DatumGetBool(found.value(0, 1, is_null));
  const Oid creator = may_create ? call([] { return GetUserId(); }) : found.oid(0, 2);
  pg::as_user(creator, 0, [&] { create_live_view(false, name, table, options); });
}

void noted_view::make() const {
  if (!soft_column_of(table))
    return call([&] {
      ereport(NOTICE, errmsg("live view %s is dropped", name.text().c_str()),
              errdetail("Nothing says any more when a row of \"%s\" was deleted.", get_rel_name(table)));
    });
  create();
  for (const statement &each : statements) {
    bool is_there = each.column.empty();
    pg::with_relation(table, [&](Relation relation) {
      is_there |= pg::find_column(RelationGetDescr(relation), each.column) != InvalidAttrNumber;
    });
    auto give = [&] { pg::as_user(each.role, 0, [&] { pg::execute(each.sql); }); };
    if (!is_there)
      continue;
    if (each.lost.empty())
      give();
    else if (!pg::runs(give))
      call([&] {
        ereport(NOTICE, errmsg("live view %s lost %s", name.text().c_str(), each.lost.c_str()),
                errdetail("It does not fit the columns that table \"%s\" has now.", get_rel_name(table)));
      });
  }
}

} // namespace upkeep::soft_delete
