// A phrase of the report as it is built in.
#pragma once

#include "core/numeric/money.hpp"
#include "core/report/phrases.hpp"

#include <iterator>
#include <string_view>

namespace upkeep::report {

struct phrase_wording {
  phrase key;
  std::string_view code; // in upkeep.wordings
  std::string_view text[std::size(languages)];
};

} // namespace upkeep::report
