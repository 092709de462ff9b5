// How far a long command is, in the place where PostgreSQL keeps the progress of its own: every session can read it.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

struct progress_counts {
  std::int64_t rows_total;
  std::int64_t rows_done;
  std::int64_t rows_changed;
  std::int64_t batches;
};

// The current command works on `table`; to be called again with each batch. Neither raises.
void show_progress(Oid table, const progress_counts &counts);
void end_progress();

// Runs `body`, whose progress is gone at its end, whether it throws or not.
template <class F> void with_progress(F &&body) {
  try {
    body();
  } catch (...) {
    end_progress();
    throw;
  }
  end_progress();
}

// Counts one more batch of a recalculation, shows how far that is, and tells so in a NOTICE. May throw.
void report_recalculated(Oid table, progress_counts &counts);

struct running_command {
  int process;
  Oid database;
  Oid role;
  Oid table;
  progress_counts counts;
};
// What a backend runs, if it shows its progress. `number`: as backend_status counts.
bool read_progress(const PgBackendStatus &backend, running_command &into);

} // namespace upkeep::pg
