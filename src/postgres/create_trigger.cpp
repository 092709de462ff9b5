#include "postgres/create_trigger.hpp"

#include "postgres/as_user.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/sql/query.hpp"

extern "C" {
#include <catalog/pg_proc.h>
}

namespace upkeep::pg {

namespace {

bool may_execute(Oid function, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(ProcedureRelationId, function, role, ACL_EXECUTE) == ACLCHECK_OK;
#else
  return pg_proc_aclcheck(function, role, ACL_EXECUTE) == ACLCHECK_OK;
#endif
}

struct trigger_function {
  Oid schema;
  Oid function;
  Oid owner;
};

CreateTrigStmt *parse(const char *sql) {
  return castNode(CreateTrigStmt, linitial_node(RawStmt, raw_parser(sql, RAW_PARSE_DEFAULT))->stmt);
}

trigger_function function_of(const CreateTrigStmt *statement) {
  const Oid schema = get_namespace_oid("upkeep", false);
  HeapTuple row = SearchSysCache3(PROCNAMEARGSNSP, CStringGetDatum(strVal(llast(statement->funcname))),
                                  PointerGetDatum(buildoidvector(nullptr, 0)), ObjectIdGetDatum(schema));
  if (!HeapTupleIsValid(row))
    return {schema, InvalidOid, InvalidOid};
  const auto *form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(row));
  const trigger_function found{schema, form->oid, form->proowner};
  ReleaseSysCache(row);
  return found;
}

} // namespace

void create_trigger(const std::string &sql) {
  permit_triggers();
  CreateTrigStmt *statement = call([&] { return parse(sql.c_str()); });
  const trigger_function found = call([=] { return function_of(statement); });
  if (!OidIsValid(found.function) ||
      call([&] { return may_use_schema(found.schema, GetUserId()) && may_execute(found.function, GetUserId()); })) {
    execute(sql);
    return;
  }
  // Creates what the statement would, as the function's owner, who is allowed to. No user code runs meanwhile: event
  // triggers see statements, not this.
  as_user(found.owner, 0, [&] {
    call([&] {
      CreateTrigger(statement, sql.c_str(), InvalidOid, InvalidOid, InvalidOid, InvalidOid, found.function, InvalidOid,
                    nullptr, false, false);
      CommandCounterIncrement();
    });
  });
}

void drop_trigger(Oid table, const std::string &name) {
  permit_triggers();
  execute(sql("DROP TRIGGER {name} ON {table}", "name"_is = identifier{name}, "table"_is = pg::table{table}));
}

} // namespace upkeep::pg
