// Must compile: each name has its argument, and each argument its name; what stands in quotes and comments is not a
// name.
#include "postgres/sql/sql.hpp"

using namespace upkeep;

pg::fragment template_allowed(Oid table, const std::string &column) {
  return pg::sql(R"sql(
    SELECT t.{column}, '{}', "{name}" -- {not a name, and doesn't end here
    FROM {table} t
  )sql",
                 "table"_is = pg::table{table}, "column"_is = pg::identifier{column});
}
