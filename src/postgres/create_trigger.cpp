#include "postgres/create_trigger.hpp"

#include "postgres/query.hpp"

extern "C" {
#include <catalog/pg_proc.h>
}

namespace upkeep::pg {

namespace {

bool may_name_functions() {
  return call([] { return may_use_schema(get_namespace_oid("upkeep", false), GetUserId()); });
}

// What PostgreSQL makes of the statement, but for the look at the function's schema.
void create_by_oid(const char *sql) {
  CreateTrigStmt *statement =
      castNode(CreateTrigStmt, linitial_node(RawStmt, raw_parser(sql, RAW_PARSE_DEFAULT))->stmt);
  const char *function = strVal(llast(statement->funcname));
  const Oid found = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(function),
                                    PointerGetDatum(buildoidvector(nullptr, 0)),
                                    ObjectIdGetDatum(get_namespace_oid("upkeep", false)));
  CreateTrigger(statement, sql, InvalidOid, InvalidOid, InvalidOid, InvalidOid, found, InvalidOid, nullptr, false,
                false);
  CommandCounterIncrement();
}

} // namespace

void create_trigger(const std::string &sql) {
  if (may_name_functions())
    execute(sql);
  else
    call([&] { create_by_oid(sql.c_str()); });
}

} // namespace upkeep::pg
