// What is asked of a diagnosis: a shop's days and settings, and what day it is.
#pragma once

#include "core/diagnostics/facts/facts.hpp"
#include "core/diagnostics/facts/shop_settings.hpp"

#include <string>
#include <string_view>

namespace upkeep::diagnostics {

// Lower-case hex of SHA-256, which the server has.
using sha256_function = std::string (*)(std::string_view bytes);

struct diagnosis_request {
  const shop_days &days;
  const shop_settings &settings;
  day_number today;
  bool is_minor; // amounts count the currency's smallest unit
  sha256_function sha256;
};

} // namespace upkeep::diagnostics
