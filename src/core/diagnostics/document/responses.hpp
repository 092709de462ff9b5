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
// Both sorted by severity, losses of profit before other impacts, impact, and code.
// The answer of this week holds, or else what held in the week before. It is reopened where the issue is more
// severe than when it was answered, or its impact more than one and a half times as large; `done` also where the issue
// fires in a later week. Merging twice changes nothing more. Throws 22023 if it is not a document of a diagnosis.
json merge_issues(const merge_request &request);

// A stored row of weekly_diagnostics, and what is known of the week before; a null for what is not.
struct overlay_request {
  const json &issues, &responses, &facts; // facts.today tells which snoozes are over
  const json &previous, &previous_responses;
};

// The issues of the row as its answers have them now: nothing but `response` differs, and that only where an answer was
// given, changed or taken back since it was stored. One that was taken back leaves what held in the week before, as far
// as that is known. A response to an answer of the week before stays as it is. Twice changes nothing more, and nor does
// merging the same document anew. Never throws: what is not an array of issues comes back as it was.
json overlay_responses(const overlay_request &row);

} // namespace upkeep::diagnostics
