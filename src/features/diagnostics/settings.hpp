// A shop's settings, out of jsonb.
#pragma once

#include "core/diagnostics/facts/settings_json.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::diagnostics {

// As core reads them. What is nested deeper than any setting is cut.
json settings_tree(Jsonb *settings);

} // namespace upkeep::diagnostics
