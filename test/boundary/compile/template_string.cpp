// Must not compile: nothing says how the string is to be quoted.
#include "postgres/sql/sql.hpp"

using namespace upkeep;

pg::fragment template_string(const std::string &table) { return pg::sql("SELECT FROM {table} t", "table"_is = table); }
