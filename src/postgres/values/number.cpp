#include "postgres/values/number.hpp"

#include <cstring>

namespace upkeep::pg {

namespace {

// The stored form of numeric, as PostgreSQL keeps it on disk since 9.1: a header of one word (sign, scale and weight),
// or of two, then groups of four decimal digits, the most significant first.
constexpr std::uint16_t sign_mask = 0xC000, negative_sign = 0x4000, short_sign = 0x8000, special_sign = 0xC000;
constexpr std::uint16_t short_negative = 0x2000, short_weight_sign = 0x0040, short_weight_mask = 0x003F;
constexpr std::uint16_t special_mask = 0xF000, special_nan = 0xC000, long_scale_mask = 0x3FFF;
constexpr int short_scale_shift = 7, short_most_scale = 0x3F, short_most_weight = 0x3F, short_least_weight = -0x40;
constexpr int group_digits = 4, group_base = 10000;

// The value of a numeric whose digits are few; false where they are not.
bool read_groups(const char *groups, int count, int weight, int scale, bool is_negative, decimal &into) {
  const int behind = std::max(0, count - 1 - weight); // groups after the point
  if (count > 5 || weight > 4 || behind > 5)
    return false;
  std::int64_t digits = 0;
  for (int i = 0; i < count; ++i) {
    std::int16_t group;
    std::memcpy(&group, groups + sizeof group * i, sizeof group);
    if (digits > (INT64_MAX - group) / group_base)
      return false;
    digits = digits * group_base + group;
  }
  for (int i = count - 1; i < weight; ++i) {
    if (digits > INT64_MAX / group_base)
      return false;
    digits *= group_base;
  }
  // The last group ends with zeros that are not of the number's scale.
  int digits_behind = behind * group_digits;
  for (; digits_behind > scale && digits % 10 == 0; --digits_behind)
    digits /= 10;
  if (digits_behind > max_decimal_digits || digits >= static_cast<std::int64_t>(powers_of_ten[max_decimal_digits]))
    return false;
  into = {is_negative ? -digits : digits, nullptr, static_cast<std::int16_t>(digits_behind), false};
  return true;
}

// The groups of `magnitude`, the least significant last; returns where the first of them is.
template <typename integer> int split_groups(integer magnitude, std::int16_t *end_of_groups) {
  int first = 0;
  for (; magnitude != 0; magnitude /= group_base)
    end_of_groups[--first] = static_cast<std::int16_t>(magnitude % group_base);
  return first;
}

number_kind read_numeric(Datum value, decimal &into) {
  const auto *stored = PG_DETOAST_DATUM_PACKED(value);
  const char *at = VARDATA_ANY(stored);
  const int length = static_cast<int>(VARSIZE_ANY_EXHDR(stored));
  std::uint16_t header;
  std::memcpy(&header, at, sizeof header);
  if ((header & sign_mask) == special_sign)
    return (header & special_mask) == special_nan ? number_kind::nan : number_kind::infinity;
  const bool is_short = header & short_sign;
  int weight, scale;
  bool is_negative;
  if (is_short) {
    weight = (header & short_weight_sign ? ~static_cast<int>(short_weight_mask) : 0) | (header & short_weight_mask);
    scale = (header & ~(sign_mask | short_negative)) >> short_scale_shift;
    is_negative = header & short_negative;
  } else {
    std::int16_t stored_weight;
    std::memcpy(&stored_weight, at + sizeof header, sizeof stored_weight);
    weight = stored_weight;
    scale = header & long_scale_mask;
    is_negative = (header & sign_mask) == negative_sign;
  }
  const int header_size = is_short ? 1 : 2;
  const int count = length / static_cast<int>(sizeof(std::int16_t)) - header_size;
  if (!read_groups(at + sizeof header * header_size, count, weight, scale, is_negative, into))
    into = {0, DatumGetCString(DirectFunctionCall1(numeric_out, value)), 0, false};
  return number_kind::finite;
}

} // namespace

number_kind read_number(Datum value, Oid base_type, decimal &into) {
  switch (base_type) {
  case INT2OID:
    into = decimal::of(DatumGetInt16(value));
    return number_kind::finite;
  case INT4OID:
    into = decimal::of(DatumGetInt32(value));
    return number_kind::finite;
  case INT8OID:
    into = decimal::of(DatumGetInt64(value));
    return number_kind::finite;
  default:
    return read_numeric(value, into);
  }
}

void not_finite(number_kind kind, const std::string &what, const std::string &detail) {
  throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
              .message = fmt::format("{} is {}, which cannot be computed with", what,
                                     kind == number_kind::nan ? "NaN" : "infinite"),
              .detail = detail,
              .hint = "Store a finite number, or NULL where none is known."};
}

std::optional<number_type> number_type_of(Oid base_type, std::int32_t modifier) {
  switch (base_type) {
  case INT2OID:
    return number_type{number_type::int2, true, 0, 0};
  case INT4OID:
    return number_type{number_type::int4, true, 0, 0};
  case INT8OID:
    return number_type{number_type::int8, true, 0, 0};
  case NUMERICOID: {
    if (modifier < VARHDRSZ)
      return number_type{};
    // As numeric_typmod_precision and numeric_typmod_scale: precision above, an 11-bit signed scale below.
    const std::int32_t packed = modifier - VARHDRSZ;
    return number_type{number_type::numeric, true, static_cast<std::int16_t>(packed >> 16 & 0xFFFF),
                       static_cast<std::int16_t>(((packed & 0x7FF) ^ 1024) - 1024)};
  }
  default:
    return std::nullopt;
  }
}

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

Datum numeric_from(const char *plain) {
  return DirectFunctionCall3(numeric_in, CStringGetDatum(plain), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

Datum to_numeric(Datum value, Oid base_type) {
  switch (base_type) {
  case INT2OID:
    return DirectFunctionCall1(int2_numeric, value);
  case INT4OID:
    return DirectFunctionCall1(int4_numeric, value);
  case INT8OID:
    return DirectFunctionCall1(int8_numeric, value);
  default:
    return value;
  }
}

bool equals_number(Datum value, Oid base_type, const std::string &plain) {
  return call([&] {
    return DatumGetBool(DirectFunctionCall2(numeric_eq, to_numeric(value, base_type), numeric_from(plain.c_str())));
  });
}

} // namespace upkeep::pg
