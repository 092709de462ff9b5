// upkeep.merge_issues and upkeep.answered_issues: a fresh diagnosis beside what is stored of the shop and what its user
// answered.
#include "core/diagnostics/document/responses.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

// A null where it is NULL. What is nested deeper than any answer is cut: what users write must not stop a run, nor take
// the rest of it away.
json json_argument(FunctionCallInfo fcinfo, int index) {
  if (PG_ARGISNULL(index))
    return {};
  return parse_json(pg::string_from([=] {
                      Jsonb *value = PG_GETARG_JSONB_P(index);
                      return JsonbToCString(nullptr, &value->root, VARSIZE(value));
                    }),
                    on_too_deep::cut);
}

Datum jsonb_of(const json &value) {
  const std::string text = value.dump();
  return call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); });
}

json fresh_argument(FunctionCallInfo fcinfo) {
  if (PG_ARGISNULL(0))
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = "argument \"fresh\" must not be null",
                .hint = "Pass what upkeep.diagnose returns."};
  return json_argument(fcinfo, 0);
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.merge_issues(fresh, stored, user_responses, previous, previous_responses, wordings) RETURNS jsonb: an array of
// issues. Errors: 22004, 22023.
UPKEEP_FUNCTION(upkeep_merge_issues) {
  return pg::entry([=] {
    const json fresh = fresh_argument(fcinfo);
    const json stored = json_argument(fcinfo, 1), responses = json_argument(fcinfo, 2),
               previous = json_argument(fcinfo, 3), previous_responses = json_argument(fcinfo, 4),
               wordings = json_argument(fcinfo, 5);
    return jsonb_of(merge_issues({fresh, stored, responses, previous, previous_responses, wordings}));
  });
}

// upkeep.answered_issues(issues, user_responses, facts, previous, previous_responses) RETURNS jsonb: the issues; NULL
// of NULL.
UPKEEP_FUNCTION(upkeep_answered_issues) {
  return pg::entry([=] {
    if (PG_ARGISNULL(0)) {
      fcinfo->isnull = true;
      return Datum(0);
    }
    const json issues = json_argument(fcinfo, 0), responses = json_argument(fcinfo, 1),
               facts = json_argument(fcinfo, 2), previous = json_argument(fcinfo, 3),
               previous_responses = json_argument(fcinfo, 4);
    return jsonb_of(overlay_responses({issues, responses, facts, previous, previous_responses}));
  });
}
