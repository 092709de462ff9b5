// upkeep.guard_exempt and guard_unexempt: a standing yes to what a job does again and again.
#include "features/guard/exemptions.hpp"

#include "features/guard/approvals.hpp"
#include "features/guard/guard.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

namespace {

// Not in databases of an older version; a table of another owner gives no exemptions.
bool has_exemptions() {
  const Oid table = call([] {
    const Oid schema = get_namespace_oid("upkeep", true);
    return OidIsValid(schema) ? get_relname_relid("guard_exemptions", schema) : InvalidOid;
  });
  return OidIsValid(table) && pg::owner_of(table) == keeper();
}

// A superuser is a member of every role, but has only what was granted, like anyone.
bool is_member(const std::string &role) {
  return call([&] {
    const Oid given = get_role_oid(role.c_str(), true);
    return OidIsValid(given) && is_member_of_role_nosuper(GetUserId(), given);
  });
}

// The tables that this transaction has taken it from.
std::vector<Oid> former_parents(Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  std::vector<Oid> parents;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    const pg::rows rows = pg::execute(pg::sql(R"sql(
      SELECT d.parent
      FROM upkeep.guard_detached d
      WHERE d.detached [=] $1 AND d.transaction [=] pg_catalog.pg_current_xact_id_if_assigned()
      ORDER BY d.parent
    )sql"),
                                      parameters);
    for (std::uint64_t row = 0; row < rows.count(); ++row)
      parents.push_back(rows.oid(row, 1));
  });
  return parents;
}

// The tables whose exemption holds for this one.
std::vector<Oid> exempting(Oid table) {
  std::vector<Oid> found{table};
  for (std::size_t next = 0; next < found.size(); ++next)
    for (const std::vector<Oid> &above : {pg::ancestors(found[next]), former_parents(found[next])})
      for (const Oid each : above)
        if (std::find(found.begin(), found.end(), each) == found.end())
          found.push_back(each);
  // Partitions come and go; what they are partitions of stays.
  if (call([=] { return get_rel_relkind(table); }) == RELKIND_PARTITIONED_TABLE)
    found.erase(found.begin());
  return found;
}

void require_role(const std::string &role) {
  call([&] { get_role_oid(role.c_str(), false); });
}

Oid table_to_exempt(const std::string &object) {
  const object_name name = resolve_object(object);
  if (name.catalog != RelationRelationId || !name.column.empty())
    throw fault{
        .sqlstate = sqlstate::wrong_object_type,
        .message = fmt::format("\"{}\" is not a table", object),
        .hint = "A table is exempt, or the partitions of one; a schema or a column needs a confirmation each time."};
  require_rights(name);
  return name.object;
}

void exempt(Oid table, const pg::parameter &role, const pg::parameter &until) {
  const pg::parameter parameters[] = {pg::parameter::oid(table), role, until};
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    pg::execute(pg::sql(R"sql(
      INSERT INTO upkeep.guard_exemptions (object, role, until) VALUES ($1, $2, $3)
      ON CONFLICT (object) DO UPDATE
        SET role = excluded.role, until = excluded.until, exempted_by = excluded.exempted_by
    )sql"),
                parameters);
  });
}

bool unexempt(Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  bool was = false;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    was = pg::execute(pg::sql("DELETE FROM upkeep.guard_exemptions WHERE object [=] $1 RETURNING 1"), parameters)
              .count() > 0;
  });
  return was;
}

} // namespace

std::vector<exemption> exemptions(std::optional<Oid> table) {
  std::vector<exemption> found;
  if (!has_exemptions())
    return found;
  const pg::parameter parameters[] = {{OIDOID, ObjectIdGetDatum(table.value_or(InvalidOid)), !table}};
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    const pg::rows rows = pg::execute(pg::sql(R"sql(
      SELECT e.object, e.role, pg_catalog.to_jsonb(e.until) [#>>] '{}',
        coalesce(e.until [<=] pg_catalog.clock_timestamp(), false)
      FROM upkeep.guard_exemptions e
      WHERE $1 IS NULL OR e.object [=] $1
      ORDER BY e.object::pg_catalog.regclass::pg_catalog.text COLLATE pg_catalog."C"
    )sql"),
                                      parameters);
    for (std::uint64_t row = 0; row < rows.count(); ++row) {
      bool is_null = false;
      found.push_back(
          {rows.oid(row, 1), rows.text(row, 2), rows.text(row, 3), DatumGetBool(rows.value(row, 4, is_null))});
    }
  });
  return found;
}

std::string exempt_again(const exemption &given) {
  std::string arguments = as_literal(pg::qualified(given.table));
  if (given.role)
    arguments += ", role => " + as_literal(*given.role);
  if (given.ends)
    arguments += ", until => " + as_literal(*given.ends);
  return fmt::format("SELECT upkeep.guard_exempt({});", arguments);
}

bool is_exempt(Oid table) {
  if (!are_there_exemptions())
    return false;
  for (const Oid each : exempting(table))
    for (const exemption &given : exemptions(each))
      if (!given.is_over && (!given.role || is_member(*given.role)))
        return true;
  return false;
}

void note_detached(Oid table, Oid parent) {
  if (!are_there_exemptions())
    return;
  const pg::parameter parameters[] = {pg::parameter::oid(table), pg::parameter::oid(parent)};
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    if (!call([] { return IsolationUsesXactSnapshot(); }))
      pg::execute(pg::sql(R"sql(
        DELETE FROM upkeep.guard_detached d
        WHERE d.transaction [<] pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
          AND d.ctid [=] ANY (ARRAY(SELECT o.ctid FROM upkeep.guard_detached o FOR UPDATE SKIP LOCKED))
      )sql"));
    pg::execute(pg::sql(R"sql(
      INSERT INTO upkeep.guard_detached (detached, parent, transaction)
      VALUES ($1, $2, pg_catalog.pg_current_xact_id())
      ON CONFLICT DO NOTHING
    )sql"),
                parameters);
  });
}

void forget_exemptions() {
  if (!has_exemptions())
    return;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [] {
    pg::execute(pg::sql(R"sql(
      DELETE FROM upkeep.guard_exemptions e
      USING pg_catalog.pg_event_trigger_dropped_objects() d
      WHERE d.classid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AND d.objsubid [=] 0
        AND e.object [=] d.objid
    )sql"));
  });
}

bool are_there_exemptions() {
  if (!has_exemptions())
    return false;
  bool are_there = false;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS,
              [&] { are_there = pg::execute("SELECT FROM upkeep.guard_exemptions LIMIT 1").count() > 0; });
  return are_there;
}

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep.guard_exempt(object text, role name, until timestamptz) RETURNS void: replaces the exemption that the table
// has. Errors: 22004, 22023, 42501, 42703, 42704, 42809, 42P01.
UPKEEP_FUNCTION(upkeep_guard_exempt) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string object = given.string(0, "object");
    const auto role = given.optional_name(1);
    const auto until = given.optional_value(2);
    pg::with_spi([&] {
      const Oid table = table_to_exempt(object);
      if (role)
        require_role(*role);
      exempt(table, role ? pg::parameter{NAMEOID, *given.optional_value(1)} : pg::parameter{NAMEOID, 0, true},
             {TIMESTAMPTZOID, until.value_or(0), !until});
      if (until && DatumGetTimestampTz(*until) <= call([] { return GetCurrentTimestamp(); }))
        call([&] {
          ereport(NOTICE, errmsg("the exemption of \"%s\" is already over", object.c_str()),
                  errhint("Leave until out, or pass a time in the future."));
        });
    });
    return Datum(0);
  });
}

// upkeep.guard_unexempt(object text) RETURNS void: a NOTICE where there is none. Errors: 22004, 22023, 42501, 42703,
// 42809, 42P01.
UPKEEP_FUNCTION(upkeep_guard_unexempt) {
  return pg::entry([=] {
    const std::string object = pg::arguments(fcinfo).string(0, "object");
    pg::with_spi([&] {
      if (!unexempt(table_to_exempt(object)))
        call([&] { ereport(NOTICE, errmsg("\"%s\" is not exempt", object.c_str())); });
    });
    return Datum(0);
  });
}
