// Which schemas are guarded, and which of their tables.
#include "features/guard/guarded_schemas.hpp"

#include "core/text/joined.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

namespace {

Oid table_of_upkeep(const char *name) {
  return call([=] {
    const Oid schema = get_namespace_oid("upkeep", true);
    return OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;
  });
}

} // namespace

bool guard_sleeps() {
  // The extension itself may be on its way in or out. What another node of a cluster says was judged there.
  return creating_extension || IsBinaryUpgrade || pg::is_paused(pg::pausable::guard) || pg::is_citus_session() ||
         !OidIsValid(table_of_upkeep("guard_rules"));
}

guarded_schemas guarded_schemas::now() { return guard_sleeps() ? guarded_schemas{} : as_ruled(); }

guarded_schemas guarded_schemas::as_ruled() {
  guarded_schemas result;
  // Before 0.5.0 there are no rules, but upkeep.check() asks for them anyway.
  if (!OidIsValid(table_of_upkeep("guard_rules")))
    return result;
  // The role that runs DDL need not be allowed to read them.
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    const pg::rows rules = pg::execute(pg::sql(R"sql(
      SELECT n.oid, r.mode [=] 'block'
      FROM upkeep.guard_rules r
      JOIN pg_catalog.pg_namespace n ON n.nspname [=] r.schema_name
    )sql"));
    for (std::uint64_t row = 0; row < rules.count(); ++row) {
      bool is_null = false;
      result.blocking[rules.oid(row, 1)] = DatumGetBool(rules.value(row, 2, is_null));
    }
  });
  return result;
}

guarded_schemas guarded_schemas::all() {
  guarded_schemas result;
  result.everything = true;
  return result;
}

namespace {

// The table's schema, and those of the tables above it.
std::vector<Oid> schemas_of(Oid table) {
  std::vector<Oid> tables = pg::ancestors(table);
  tables.insert(tables.begin(), table);
  for (Oid &each : tables)
    each = call([=] { return get_rel_namespace(each); });
  return tables;
}

} // namespace

bool guarded_schemas::reaches(Oid table) const {
  if (contains(call([=] { return get_rel_namespace(table); })))
    return true;
  const std::vector<Oid> schemas = schemas_of(table);
  return std::any_of(schemas.begin(), schemas.end(), [this](Oid schema) { return contains(schema); });
}

bool guarded_schemas::blocks(Oid table) const {
  const std::vector<Oid> schemas = schemas_of(table);
  return everything || std::any_of(schemas.begin(), schemas.end(), [this](Oid schema) {
           const auto found = blocking.find(schema);
           return found != blocking.end() && found->second;
         });
}

bool guarded_schemas::guards(Oid table) const {
  if (!reaches(table))
    return false;
  const char kind = call([=] { return get_rel_relkind(table); });
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_SEQUENCE)
    return false;
  bool is_ours_to_guard = false;
  pg::with_relation(table, [&](Relation relation) {
    is_ours_to_guard = !pg::is_temporary(relation) && relation->rd_createSubid == InvalidSubTransactionId &&
                       !IsCatalogRelation(relation);
  });
  return is_ours_to_guard && !pg::is_shard(table) && !pg::belongs_to_extension(table);
}

// `schemas`: an array of oids, as text.
std::vector<Oid> guarded_schemas::tables_in(const std::string &schemas) const {
  const pg::parameter parameters[] = {pg::parameter::text(schemas)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    WITH RECURSIVE reached (oid) AS (
      SELECT c.oid
      FROM pg_catalog.pg_class c
      WHERE c.relnamespace [=] ANY ($1::pg_catalog.oid[]) AND c.relkind [=] ANY ('{r,p}')
      UNION
      SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN reached r ON i.inhparent [=] r.oid
    )
    SELECT c.oid
    FROM reached r
    JOIN pg_catalog.pg_class c ON c.oid [=] r.oid
    WHERE c.oid [>=] 16384 AND c.relkind [=] ANY ('{r,p}') AND c.relpersistence [<>] 't'
    ORDER BY c.oid
  )sql"),
                                     parameters);
  std::vector<Oid> tables;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    tables.push_back(found.oid(row, 1));
  std::erase_if(tables, [](Oid table) { return pg::is_shard(table) || pg::belongs_to_extension(table); });
  return tables;
}

std::vector<Oid> guarded_schemas::tables() const {
  std::vector<std::string> schemas;
  for (const auto &[schema, blocks] : blocking)
    schemas.push_back(std::to_string(schema));
  return tables_in(fmt::format("{{{}}}", joined(schemas, ",")));
}

std::vector<Oid> guarded_schemas::tables_of(Oid schema) const { return tables_in(fmt::format("{{{}}}", schema)); }

bool owns_schema(Oid schema) {
  return call([=] {
    HeapTuple found = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
    if (!HeapTupleIsValid(found))
      return false;
    const Oid owner = reinterpret_cast<Form_pg_namespace>(GETSTRUCT(found))->nspowner;
    ReleaseSysCache(found);
    return has_privs_of_role(GetUserId(), owner);
  });
}

Oid keeper() { return pg::owner_of(table_of_upkeep("guard_rules")); }

} // namespace upkeep::guard
