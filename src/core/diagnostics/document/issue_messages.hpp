// What an issue says in the wordings of a user, from its fields.
#pragma once

#include "core/text/json.hpp"

namespace upkeep::diagnostics {

// Adds to the issue's message, or replaces there, what `wordings` has of its code, {language: wording}. A wording that
// cannot be rendered is left out. `facts`: those of the document, for currency and unit.
void add_messages(json &issue, const json &wordings, const json &facts);

} // namespace upkeep::diagnostics
