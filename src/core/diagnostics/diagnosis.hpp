// The diagnosis of a shop's week: its facts against its own past and its settings, as a JSON document.
#pragma once

#include "core/diagnostics/diagnosis_request.hpp"
#include "core/text/json_sink.hpp"

namespace upkeep::diagnostics {

// The document, with the keys week_start, week_label, state, issues, rules, facts and input_digest.
// Throws fault 22023 where the week does not begin on the shop's first day of the week.
void diagnose(const diagnosis_request &request, json_sink &into);

} // namespace upkeep::diagnostics
