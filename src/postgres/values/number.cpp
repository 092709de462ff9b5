#include "postgres/values/number.hpp"

#include "postgres/values/numeric_form.hpp"

#include <cstring>

namespace upkeep::pg {

namespace {

using namespace numeric_form;

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
