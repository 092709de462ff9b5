// A fresh diagnosis and what is known of the shop already: the issues of the same week as they were stored, those of
// the week before, and what the user answered to both.
#pragma once

#include "core/text/json.hpp"

namespace upkeep::diagnostics {

// Users write their answers by hand, {fingerprint: {status: ack | dismissed | snoozed_until | done, until, note, at}}:
// what is not understood is ignored, as are stored issues that are none.
struct merge_request {
  const json &fresh;                         // the document of upkeep.diagnose
  const json &stored, &responses;            // of the same week
  const json &previous, &previous_responses; // of the week before
  const json &wordings;                      // {code: {language: wording}}
};

// The issues to store: those of the document, each with baseline_state, response and the wordings, then those that no
// longer fire, as absent; without those whose rule the document has as not evaluated, or as inhibited for want of data.
// The answer of this week holds, or else what held in the week before. It is reopened where the issue is more
// severe than when it was answered, or its impact more than one and a half times as large; `done` also where the issue
// fires in a later week. Merging twice changes nothing more. Throws 22023 if it is not a document of a diagnosis.
json merge_issues(const merge_request &request);

} // namespace upkeep::diagnostics
