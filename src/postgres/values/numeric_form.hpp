// The stored form of numeric, as PostgreSQL keeps it on disk since 9.1: a header of one word (sign, scale and weight),
// or of two, then groups of four decimal digits, the most significant first.
#pragma once

#include <cstdint>

namespace upkeep::pg::numeric_form {

inline constexpr std::uint16_t sign_mask = 0xC000, negative_sign = 0x4000, short_sign = 0x8000, special_sign = 0xC000;
inline constexpr std::uint16_t short_negative = 0x2000, short_weight_sign = 0x0040, short_weight_mask = 0x003F;
inline constexpr std::uint16_t special_mask = 0xF000, special_nan = 0xC000, long_scale_mask = 0x3FFF;
inline constexpr int short_scale_shift = 7, short_most_scale = 0x3F, short_most_weight = 0x3F,
                     short_least_weight = -0x40;
inline constexpr int group_digits = 4, group_base = 10000;

} // namespace upkeep::pg::numeric_form
