// upkeep_internal.rule_definitions: the rules of the weekly diagnosis, which the view upkeep.rules shows.
#include "core/diagnostics/rules/rules.hpp"
#include "core/numeric/decimal.hpp"
#include "postgres/sql/result_set.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

pg::result_set::nullable threshold(std::int64_t millionths) {
  if (millionths == no_threshold)
    return {};
  std::string plain = to_text(millionths, 6);
  trim(plain);
  return {call([&] { return pg::numeric_from(plain.c_str()); }), false};
}

pg::result_set::ready severities(const rule_definition &each) {
  Datum names[2];
  int count = 0;
  if (each.warning != no_threshold)
    names[count++] = call([] { return CStringGetTextDatum("warning"); });
  if (each.critical != no_threshold)
    names[count++] = call([] { return CStringGetTextDatum("critical"); });
  return {call([&] { return PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT)); })};
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep_internal.rule_definitions() RETURNS TABLE (code text, basis text, severities text[], warning numeric, critical
// numeric, minimum_data text, meaning text).
UPKEEP_FUNCTION(upkeep_rule_definitions) {
  return pg::entry([=] {
    pg::result_set result(fcinfo);
    for (std::size_t which = 0; which < rule_count; ++which) {
      const rule_definition &each = definition_of(static_cast<rule>(which));
      result.add(std::string(each.code), std::string(name_of(each.basis)), severities(each), threshold(each.warning),
                 threshold(each.critical), std::string(each.minimum), std::string(each.meaning));
    }
    return Datum(0);
  });
}
