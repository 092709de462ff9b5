// The diagnosis of a shop's week: its facts against its own past and its settings, as a JSON document.
#pragma once

#include "core/diagnostics/facts/facts.hpp"
#include "core/diagnostics/facts/shop_settings.hpp"
#include "core/text/json_sink.hpp"

#include <string>

namespace upkeep::diagnostics {

// Lower-case hex of SHA-256, which the server has.
using sha256_function = std::string (*)(std::string_view bytes);

// Raised with every change of what the same facts give.
inline constexpr int diagnosis_version = 1;

struct diagnosis_request {
  const shop_days &days;
  const shop_settings &settings;
  day_number today;
  bool is_minor; // amounts count the currency's smallest unit
  sha256_function sha256;
};

// The document, with the keys week_start, week_label, state, issues, rules, facts and input_digest.
// Throws fault 22023 where the week does not begin on the shop's first day of the week.
void diagnose(const diagnosis_request &request, json_sink &into);

} // namespace upkeep::diagnostics
