// upkeep_internal.migration_list: the rows of the view upkeep.migrations.
#include "core/versions.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/result_set.hpp"

using namespace upkeep;
using pg::call;

// upkeep_internal.migration_list(OUT version, OUT summary, OUT previous, OUT applied) RETURNS SETOF record: the
// versions that the library knows, oldest first; previous is NULL for the first.
UPKEEP_FUNCTION(upkeep_migration_list) {
  return pg::entry([=] {
    pg::result_set result(fcinfo, 0);
    pg::with_spi([&] {
      const pg::rows found = pg::execute("SELECT extversion FROM pg_extension WHERE extname = 'pg_upkeep'");
      const std::string installed = found.count() ? found.text(0, 1).value() : "";
      pg::result_set::nullable previous;
      for (const extension_version &each : versions) {
        const std::string number(each.number);
        result.add(number, std::string(each.summary), previous, compare_versions(each.number, installed) <= 0);
        previous = {call([&] { return CStringGetTextDatum(number.c_str()); }), false};
      }
    });
    return Datum(0);
  });
}
