// What PostgreSQL finds first when it loads the library.
#include "postgres/compat.hpp"
#include "postgres/executor/closing_work.hpp"
#include "postgres/executor/statement.hpp"
#include "postgres/settings.hpp"

extern "C" {
PG_MODULE_MAGIC;
PGDLLEXPORT void _PG_init(void);
}

void _PG_init(void) {
  upkeep::pg::define_settings();
  upkeep::pg::watch_statements();
  upkeep::pg::watch_ends_of_statements();
}
