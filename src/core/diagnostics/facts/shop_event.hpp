// What happens to a shop on some days that its figures alone do not tell.
#pragma once

#include "core/calendar.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upkeep::diagnostics {

// On a day that is closed nobody expects figures; on one of an outage there are none to trust. Holidays and promotions
// make a week that no other is compared with.
enum class event_kind : std::uint8_t { holiday, closed, promotion, outage };
std::string_view name_of(event_kind kind) noexcept;
std::optional<event_kind> event_kind_from(std::string_view name) noexcept;

struct shop_event {
  day_number first, last;
  event_kind kind;
  std::string name;
};

} // namespace upkeep::diagnostics
