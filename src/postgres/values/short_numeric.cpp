#include "postgres/values/short_numeric.hpp"

#include "postgres/values/numeric_form.hpp"

#include <algorithm>
#include <cstring>

namespace upkeep::pg {

namespace {

using namespace numeric_form;

// The groups of `magnitude`, the least significant last; returns where the first of them is.
template <typename integer> int split_groups(integer magnitude, std::int16_t *end_of_groups) {
  int first = 0;
  for (; magnitude != 0; magnitude /= group_base)
    end_of_groups[--first] = static_cast<std::int16_t>(magnitude % group_base);
  return first;
}

} // namespace

bool short_numeric::build(int128 digits, int scale) {
  // Groups lie around the point: shift the digits to a whole number of them.
  const int shift = scale < 0 ? -scale : (group_digits - scale % group_digits) % group_digits;
  const uint128 magnitude = digits < 0 ? -static_cast<uint128>(digits) : static_cast<uint128>(digits);
  std::int16_t groups[max_groups];
  int first;
  if (shift < group_digits && magnitude <= UINT64_MAX / group_base) [[likely]]
    first = split_groups(static_cast<std::uint64_t>(magnitude) * static_cast<std::uint64_t>(powers_of_ten[shift]),
                         groups + max_groups);
  else if (shift <= 35 && magnitude <= powers_of_ten[38 - shift])
    first = split_groups(magnitude * powers_of_ten[shift], groups + max_groups);
  else
    return false;
  first += max_groups;
  const int shown_scale = std::max(scale, 0);
  const int behind = (shown_scale + group_digits - 1) / group_digits;
  int weight = max_groups - first - behind - 1;
  int last = max_groups;
  while (last > first && groups[last - 1] == 0)
    --last;
  if (first == last)
    weight = 0;

  const bool is_negative = digits < 0;
  const bool is_short = shown_scale <= short_most_scale && weight >= short_least_weight && weight <= short_most_weight;
  std::uint16_t header[2];
  if (is_short)
    header[0] =
        static_cast<std::uint16_t>(short_sign | (is_negative ? short_negative : 0) | shown_scale << short_scale_shift |
                                   (weight < 0 ? short_weight_sign : 0) | (weight & short_weight_mask));
  else {
    header[0] = static_cast<std::uint16_t>((is_negative ? negative_sign : 0) | shown_scale);
    header[1] = static_cast<std::uint16_t>(weight);
  }
  const std::size_t header_size = is_short ? sizeof header[0] : sizeof header;
  const std::size_t groups_size = sizeof(std::int16_t) * static_cast<std::size_t>(last - first);
  std::memcpy(image + VARHDRSZ, header, header_size);
  std::memcpy(image + VARHDRSZ + header_size, groups + first, groups_size);
  SET_VARSIZE(image, VARHDRSZ + header_size + groups_size);
  return true;
}

} // namespace upkeep::pg
