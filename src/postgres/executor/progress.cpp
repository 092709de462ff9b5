#include "postgres/executor/progress.hpp"

#include "postgres/boundary.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::pg {

namespace {

// PostgreSQL's views look for commands of its own; ours is not one of those, and is recognised by its first parameter.
constexpr std::int64_t signature = 0x7570'6B65'6570'2E70;
enum parameter { signature_at, rows_total_at, rows_done_at, rows_changed_at, batches_at };

} // namespace

void show_progress(Oid table, const progress_counts &counts) {
  if (!MyBEEntry || MyBEEntry->st_progress_param[signature_at] != signature ||
      MyBEEntry->st_progress_command_target != table)
    pgstat_progress_start_command(PROGRESS_COMMAND_INVALID, table);
  const int indexes[] = {signature_at, rows_total_at, rows_done_at, rows_changed_at, batches_at};
  const int64 values[] = {signature, counts.rows_total, counts.rows_done, counts.rows_changed, counts.batches};
  pgstat_progress_update_multi_param(lengthof(indexes), indexes, values);
}

void end_progress() { pgstat_progress_update_param(signature_at, 0); }

void report_recalculated(Oid table, progress_counts &counts) {
  ++counts.batches;
  show_progress(table, counts);
  const std::string name = table_name(table);
  call([&] {
    ereport(NOTICE, errmsg("recalculated \"%s\": " INT64_FORMAT " of " INT64_FORMAT " rows, " INT64_FORMAT " changed",
                           name.c_str(), counts.rows_done, counts.rows_total, counts.rows_changed));
  });
}

bool read_progress(const PgBackendStatus &backend, running_command &into) {
  const auto *parameters = backend.st_progress_param;
  if (backend.st_procpid <= 0 || parameters[signature_at] != signature)
    return false;
  into = {backend.st_procpid,
          backend.st_databaseid,
          backend.st_userid,
          backend.st_progress_command_target,
          {parameters[rows_total_at], parameters[rows_done_at], parameters[rows_changed_at], parameters[batches_at]}};
  return true;
}

} // namespace upkeep::pg
