#include "postgres/citus/colocation.hpp"

#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::pg {

void refuse_apart(Oid other, Oid table) {
  throw fault{.sqlstate = sqlstate::feature_not_supported,
              .message =
                  fmt::format("table \"{}\" is not co-located with \"{}\"", table_name(other), table_name(table)),
              .hint = fmt::format("Distribute both by the tenant: SELECT create_distributed_table({}, ..., "
                                  "colocate_with => {}).",
                                  literals({qualified(other)}), literals({qualified(table)}))};
}

void require_no_replicas(Oid table, const char *verb) {
  if (citus_kind_of(table) == citus_kind::reference)
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("cannot {} on \"{}\": it is a reference table", verb, table_name(table)),
                .detail = "Its triggers would fire on each of its replicas.",
                .hint = "Distribute the table by the tenant, or keep it a local table."};
}

std::optional<std::string> distribution_column(Oid table) {
  if (citus_kind_of(table) != citus_kind::distributed)
    return std::nullopt;
  const parameter parameters[] = {parameter::oid(table)};
  return execute(sql(R"sql(
    SELECT pg_catalog.column_to_column_name(p.logicalrelid, p.partkey)
    FROM pg_catalog.pg_dist_partition p
    WHERE p.logicalrelid::pg_catalog.oid [=] $1
  )sql"),
                 parameters)
      .text(0, 1);
}

void refuse_truncating_shards(Oid table, std::string_view feature) {
  if (has_shards(table))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("cannot truncate distributed table \"{}\": {} is enabled on it",
                                       table_name(table), feature),
                .detail = "A TRUNCATE does not show the rows of the shards.",
                .hint = fmt::format("DELETE FROM {}; or call upkeep.disable_{} first.", qualified(table), feature)};
}

void drop_truncate_triggers_of_shards(Oid table) {
  if (!has_shards(table))
    return;
  // Citus fills in the shard as format() does: another % is written twice.
  run_on_shards(table, std::nullopt, sql(R"sql(
    DO $do$
    DECLARE
      each pg_catalog.name;
    BEGIN
      SET LOCAL lock_timeout = '5s';
      FOR each IN
        SELECT t.tgname
        FROM pg_catalog.pg_trigger t
        JOIN pg_catalog.pg_proc p ON p.oid [=] t.tgfoid
        JOIN pg_catalog.pg_namespace n ON n.oid [=] p.pronamespace
        WHERE t.tgrelid [=] %1$L::pg_catalog.regclass AND n.nspname [=] 'upkeep' AND t.tgtype [&] 32 [=] 32
      LOOP
        EXECUTE pg_catalog.format('DROP TRIGGER %%I ON %%s', each, %1$L::pg_catalog.regclass);
      END LOOP;
    END
    $do$
  )sql"));
}

void permit_triggers() {
  if (has_citus())
    call([] {
      set_config_option("citus.enable_unsafe_triggers", "on", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0,
                        false);
    });
}

} // namespace upkeep::pg
