#include "features/cron_job.hpp"

#include "postgres/sql/query.hpp"

namespace upkeep {

void require_cron(const char *function) {
  const pg::rows found = pg::execute(pg::sql("SELECT FROM pg_catalog.pg_extension e WHERE e.extname [=] 'pg_cron'"));
  if (found.count() == 0)
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = "the extension pg_cron is not installed in this database",
                .hint = fmt::format("Install pg_cron and CREATE EXTENSION pg_cron, or have another scheduler call {}.",
                                    function)};
}

Datum schedule_job(const char *name, const std::string &schedule, const std::string &command) {
  const pg::parameter parameters[] = {pg::parameter::text(schedule), pg::parameter::text(command)};
  bool is_null = false;
  return pg::execute(pg::sql("SELECT cron.schedule({job}, $1, $2)", "job"_is = pg::literal{name}), parameters)
      .value(0, 1, is_null);
}

} // namespace upkeep
