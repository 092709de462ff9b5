#include "postgres/citus/distribute.hpp"

#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::pg {

void require_citus() {
  if (!has_citus())
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = "the extension citus is not installed in this database",
                .hint =
                    "Run CREATE EXTENSION citus; on the coordinator of a cluster, or leave out distribute => true."};
}

void distribute(Oid table, const char *column, Oid beside) {
  call([] {
    set_config_option("citus.multi_shard_modify_mode", "sequential", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true,
                      0, false);
  });
  permit_triggers();
  const parameter parameters[] = {{REGCLASSOID, ObjectIdGetDatum(table)},
                                  parameter::text(column),
                                  parameter::text(OidIsValid(beside) ? qualified(beside) : "default")};
  execute("SELECT pg_catalog.create_distributed_table($1, $2, colocate_with => $3)", parameters);
}

} // namespace upkeep::pg
