// Must not compile: the template does not use an argument.
#include "postgres/sql/sql.hpp"

using namespace upkeep;

pg::fragment template_unused(Oid table) { return pg::sql("SELECT FROM '{table}' t", "table"_is = pg::table{table}); }
