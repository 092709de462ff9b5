// upkeep.confirm_drop and allow_drop: a table, a column or a schema may be lost, once. The rows stand in a table, so
// that they follow transactions and savepoints by themselves.
#include "features/guard/approvals.hpp"

#include "features/guard/guard.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::guard {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

Oid find_schema(const std::string &name) {
  return call([&] { return get_namespace_oid(name.c_str(), true); });
}

// By the caller's search_path where no schema is given.
Oid find_table(std::span<const std::string> parts) {
  if (parts.size() == 1)
    return call([&] { return RelnameGetRelid(parts[0].c_str()); });
  const Oid schema = find_schema(parts[0]);
  return OidIsValid(schema) ? call([&] { return get_relname_relid(parts[1].c_str(), schema); }) : InvalidOid;
}

void require_table(Oid table) {
  const char kind = call([=] { return get_rel_relkind(table); });
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("\"{}\" is not a table", pg::table_name(table)),
                .hint = "Only tables, their columns and whole schemas hold rows; nothing else needs a confirmation."};
}

} // namespace

object_name resolve_object(const std::string &text) {
  const char *forms = "Write schema.table, schema.table.column, or the name of a schema.";
  List *names = NIL;
  const bool is_name = call([&] { return SplitIdentifierString(pstrdup(text.c_str()), '.', &names); });
  if (!is_name || names == NIL || list_length(names) > 3)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("improper object name: \"{}\"", text),
                .hint = forms};
  std::vector<std::string> parts;
  const ListCell *cell;
  foreach (cell, names)
    parts.emplace_back(static_cast<const char *>(lfirst(cell)));
  const std::span<const std::string> all(parts);
  if (const Oid table = parts.size() < 3 ? find_table(all) : InvalidOid; OidIsValid(table)) {
    require_table(table);
    return {RelationRelationId, table};
  }
  if (const Oid schema = parts.size() == 1 ? find_schema(parts[0]) : InvalidOid; OidIsValid(schema))
    return {NamespaceRelationId, schema};
  const Oid table = parts.size() > 1 ? find_table(all.first(parts.size() - 1)) : InvalidOid;
  if (!OidIsValid(table))
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("relation \"{}\" does not exist", text),
                .hint = forms};
  require_table(table);
  const AttrNumber column = call([&] { return get_attnum(table, parts.back().c_str()); });
  if (column <= 0)
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message =
                    fmt::format("column \"{}\" of table \"{}\" does not exist", parts.back(), pg::table_name(table)),
                .hint = forms};
  return {RelationRelationId, table, parts.back()};
}

void require_rights(const object_name &name) {
  const bool is_schema = name.catalog == NamespaceRelationId;
  const Oid schema = is_schema ? name.object : call([&] { return get_rel_namespace(name.object); });
  if (owns_schema(schema) || (!is_schema && call([&] { return pg::owns_table(name.object, GetUserId()); })))
    return;
  throw fault{.sqlstate = sqlstate::insufficient_privilege,
              .message = is_schema ? fmt::format("must be owner of schema {}",
                                                 pg::string_from([=] { return get_namespace_name(schema); }))
                                   : fmt::format("must be owner of table {}", pg::table_name(name.object)),
              .hint = "Let the owner call this, or a member of the owner's role."};
}

namespace {

// Those of transactions that are over, and those that have expired. What another session is about to take is left
// alone.
void clean_up() {
  if (call([] { return IsolationUsesXactSnapshot(); }))
    return;
  pg::execute(sql(R"sql(
    DELETE FROM upkeep.drop_approvals a
    USING (SELECT d.ctid AS place
           FROM upkeep.drop_approvals d
           WHERE d.expires [<] pg_catalog.clock_timestamp()
             OR d.transaction [<>] '0'
                AND d.transaction [<] pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
           FOR UPDATE SKIP LOCKED) o
    WHERE a.ctid [=] o.place
  )sql"));
}

// $4 is the rows expected, $5 the ttl.
void approve(const object_name &name, const fragment &transaction, const fragment &expires,
             const pg::parameter &expect_rows, const pg::parameter &ttl) {
  require_rights(name);
  const pg::parameter parameters[] = {pg::parameter::oid(name.catalog), pg::parameter::oid(name.object),
                                      pg::parameter::text(name.column), expect_rows, ttl};
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    clean_up();
    pg::execute(sql(R"sql(
      INSERT INTO upkeep.drop_approvals (catalog, object, column_name, transaction, expires, expect_rows)
      VALUES ($1, $2, $3::pg_catalog.name, {transaction}, {expires}, $4)
      ON CONFLICT (catalog, object, column_name, transaction) DO UPDATE
        SET expires = excluded.expires, expect_rows = excluded.expect_rows, approved_by = excluded.approved_by
    )sql",
                    "transaction"_is = transaction, "expires"_is = expires),
                parameters);
  });
}

} // namespace

std::optional<approval> take_approval(Oid catalog, Oid object, const std::string &column) {
  const pg::parameter parameters[] = {pg::parameter::oid(catalog), pg::parameter::oid(object),
                                      pg::parameter::text(column)};
  std::optional<approval> taken;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    // A confirmation of this transaction goes before what may serve another.
    const pg::rows rows = pg::execute(sql(R"sql(
      DELETE FROM upkeep.drop_approvals d
      WHERE (d.catalog, d.object, d.column_name, d.transaction) [=] (
        SELECT a.catalog, a.object, a.column_name, a.transaction
        FROM upkeep.drop_approvals a
        WHERE a.catalog [=] $1 AND a.object [=] $2 AND a.column_name [=] $3::pg_catalog.name
          AND a.expires [>] pg_catalog.clock_timestamp()
          AND a.transaction [=] ANY (ARRAY['0'::pg_catalog.xid8, pg_catalog.pg_current_xact_id()])
        ORDER BY a.transaction DESC
        LIMIT 1)
      RETURNING d.transaction [<>] '0', d.expect_rows
    )sql"),
                                      parameters);
    if (rows.count() == 0)
      return;
    bool is_null = false;
    taken = approval{DatumGetBool(rows.value(0, 1, is_null)), std::nullopt};
    const Datum expected = rows.value(0, 2, is_null);
    if (!is_null)
      taken->expect_rows = DatumGetInt64(expected);
  });
  return taken;
}

void rename_approvals(Oid table, const std::string &from, const std::string &to) {
  const pg::parameter parameters[] = {pg::parameter::oid(table), pg::parameter::text(to), pg::parameter::text(from)};
  const fragment of_table =
      sql("catalog [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AND object [=] $1");
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    // What stands under the new name was for a column that is gone.
    pg::execute(sql("DELETE FROM upkeep.drop_approvals WHERE {of_table} AND column_name [=] $2::pg_catalog.name",
                    "of_table"_is = of_table),
                std::span(parameters).first(2));
    pg::execute(sql(R"sql(
      UPDATE upkeep.drop_approvals
      SET column_name = $2::pg_catalog.name
      WHERE {of_table} AND column_name [=] $3::pg_catalog.name
    )sql",
                    "of_table"_is = of_table),
                parameters);
  });
}

void forget_approvals() {
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [] {
    pg::execute(sql(R"sql(
      DELETE FROM upkeep.drop_approvals a
      USING pg_catalog.pg_event_trigger_dropped_objects() d
      WHERE d.classid [=] a.catalog AND d.objid [=] a.object
        AND (d.objsubid [=] 0 OR a.column_name [=] d.address_names[3]::pg_catalog.name)
    )sql"));
  });
}

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep.confirm_drop(object text, expect_rows bigint) RETURNS void: this transaction may lose it, once. Errors: 22004,
// 22023, 42501, 42703, 42809, 42P01.
UPKEEP_FUNCTION(upkeep_confirm_drop) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string object = given.string(0, "object");
    const auto expect_rows = given.optional_value(1);
    if (expect_rows && DatumGetInt64(*expect_rows) < 0)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = "expect_rows must not be negative",
                  .hint = "Leave it out to allow any number of rows."};
    pg::with_spi([&] {
      approve(resolve_object(object), sql("pg_catalog.pg_current_xact_id()"), sql("'infinity'"),
              {INT8OID, expect_rows.value_or(0), !expect_rows}, {INTERVALOID, 0, true});
    });
    return Datum(0);
  });
}

// upkeep.allow_drop(object text, ttl interval) RETURNS void: whichever transaction comes first within ttl. Errors:
// 22004, 22023, 42501, 42703, 42809, 42P01.
UPKEEP_FUNCTION(upkeep_allow_drop) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string object = given.string(0, "object");
    const auto ttl = given.optional_value(1);
    if (!ttl)
      throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                  .message = "ttl must not be NULL",
                  .hint = "Say how long it may take: '10 minutes'."};
    pg::with_spi([&] {
      const pg::parameter duration[] = {{INTERVALOID, *ttl}};
      bool is_null = false;
      if (!DatumGetBool(pg::execute(sql("SELECT $1 [>] '0'::pg_catalog.interval"), duration).value(0, 1, is_null)))
        throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                    .message = "ttl must be greater than zero",
                    .hint = "Say how long it may take: '10 minutes'."};
      approve(resolve_object(object), sql("'0'"), sql("pg_catalog.clock_timestamp() [+] $5"), {INT8OID, 0, true},
              duration[0]);
    });
    return Datum(0);
  });
}
