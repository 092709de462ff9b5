#include "core/order_number.hpp"

#include <fmt/format.h>

namespace upkeep {

std::string format_order_number(std::string_view prefix, std::int64_t number, int digits) {
  return fmt::format("{}{:0{}}", prefix, number, digits);
}

} // namespace upkeep
