// Which schemas are guarded, and which of their tables.
#include "features/guard/guard.hpp"
#include "postgres/relation.hpp"
#include "postgres/settings.hpp"

namespace upkeep {

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
  // The extension itself may be on its way in or out.
  return creating_extension || IsBinaryUpgrade || pg::is_paused(pg::pausable::guard) ||
         !OidIsValid(table_of_upkeep("guard_rules"));
}

guarded_schemas guarded_schemas::now() { return guard_sleeps() ? guarded_schemas{} : as_ruled(); }

guarded_schemas guarded_schemas::as_ruled() {
  guarded_schemas result;
  // Before 0.5.0 there are no rules, and upkeep.check() asks for them all the same.
  if (!OidIsValid(table_of_upkeep("guard_rules")))
    return result;
  const pg::rows rules =
      pg::execute("SELECT n.oid, r.mode OPERATOR(pg_catalog.=) 'block' FROM upkeep.guard_rules r"
                  " JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) r.schema_name");
  for (std::uint64_t row = 0; row < rules.count(); ++row) {
    bool is_null = false;
    result.blocking[rules.oid(row, 1)] = DatumGetBool(rules.value(row, 2, is_null));
  }
  return result;
}

guarded_schemas guarded_schemas::all() {
  guarded_schemas result;
  result.everything = true;
  return result;
}

bool guarded_schemas::guards(Oid table) const {
  if (!contains(call([=] { return get_rel_namespace(table); })))
    return false;
  const char kind = call([=] { return get_rel_relkind(table); });
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE && kind != RELKIND_SEQUENCE)
    return false;
  bool is_ours_to_guard = false;
  pg::with_relation(table, [&](Relation relation) {
    is_ours_to_guard = !pg::is_temporary(relation) && relation->rd_createSubid == InvalidSubTransactionId &&
                       !IsCatalogRelation(relation);
  });
  return is_ours_to_guard && !OidIsValid(call([=] { return getExtensionOfObject(RelationRelationId, table); }));
}

std::vector<Oid> guarded_schemas::tables() const {
  std::vector<Oid> found;
  for (const auto &[schema, blocks] : blocking) {
    const pg::parameter parameters[] = {pg::parameter::oid(schema)};
    const pg::rows tables = pg::execute(
        "SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relnamespace OPERATOR(pg_catalog.=) $1 AND c.oid "
        "OPERATOR(pg_catalog.>=) 16384"
        " AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}') AND c.relpersistence OPERATOR(pg_catalog.<>) 't'"
        " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.deptype OPERATOR(pg_catalog.=) 'e'"
        " AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid"
        " AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.objsubid OPERATOR(pg_catalog.=) 0)"
        " ORDER BY c.oid",
        parameters);
    for (std::uint64_t row = 0; row < tables.count(); ++row)
      found.push_back(tables.oid(row, 1));
  }
  return found;
}

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

} // namespace upkeep
