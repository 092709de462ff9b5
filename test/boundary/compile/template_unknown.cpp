// Must not compile: the template has a name without an argument.
#include "postgres/sql/sql.hpp"

using namespace upkeep;

pg::fragment template_unknown(Oid table) { return pg::sql("SELECT FROM {tabel} t", "table"_is = pg::table{table}); }
