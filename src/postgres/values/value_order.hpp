// Values of one type told apart and sorted as its indexes do, those of the commonest types without a function call.
#pragma once

#include "postgres/compat.hpp"

#include <cstring>

namespace upkeep::pg {

// Trivial. None of the values is NULL.
struct value_order {
  enum class way : std::uint8_t {
    number,   // by value, and ordered as the signed integers that they are
    bits,     // by value, and equal only where they are the same
    uuid,     // bytes from the first to the last
    function, // the type's hash, equality and order
    image     // has no hash: equal only where bytes are
  };

  way by;
  bool by_value;
  std::int16_t length;
  Oid collation;
  FmgrInfo hash, equal, compare;
};

// `type`: under any domains. `memory` keeps what the functions remember. The type has an order. May raise.
value_order order_of(Oid type, Oid collation, MemoryContext memory);

std::uint32_t hash_by_function(value_order &order, Datum value);
bool is_same_by_function(value_order &order, Datum a, Datum b);

inline std::int64_t integer_in(const value_order &order, Datum value) {
  switch (order.length) {
  case 1:
    return static_cast<std::int8_t>(value);
  case 2:
    return static_cast<std::int16_t>(value);
  case 4:
    return static_cast<std::int32_t>(value);
  default:
    return static_cast<std::int64_t>(value);
  }
}

inline std::uint32_t mixed(std::uint64_t bits) {
  return static_cast<std::uint32_t>(((bits ^ bits >> 32) * 0x9E3779B97F4A7C15) >> 32);
}

// These may raise; nothing in them has a destructor.
inline std::uint32_t hash_of(value_order &order, Datum value) {
  if (order.by <= value_order::way::bits)
    return mixed(static_cast<std::uint64_t>(integer_in(order, value)));
  if (order.by != value_order::way::uuid)
    return hash_by_function(order, value);
  std::uint64_t halves[2];
  std::memcpy(halves, DatumGetPointer(value), sizeof halves);
  return mixed(halves[0] * 0xC2B2AE3D27D4EB4F + halves[1]);
}

inline bool is_same(value_order &order, Datum a, Datum b) {
  if (order.by <= value_order::way::bits)
    return integer_in(order, a) == integer_in(order, b);
  if (order.by == value_order::way::uuid)
    return std::memcmp(DatumGetPointer(a), DatumGetPointer(b), UUID_LEN) == 0;
  return is_same_by_function(order, a, b);
}

// Less than 0, 0 or more.
inline int compare_values(value_order &order, Datum a, Datum b) {
  if (order.by == value_order::way::number) {
    const std::int64_t one = integer_in(order, a), other = integer_in(order, b);
    return one < other ? -1 : one > other;
  }
  if (order.by == value_order::way::uuid)
    return std::memcmp(DatumGetPointer(a), DatumGetPointer(b), UUID_LEN);
  return DatumGetInt32(FunctionCall2Coll(&order.compare, order.collation, a, b));
}

// A copy in the current memory context, none of it elsewhere.
Datum copied(const value_order &order, Datum value);

} // namespace upkeep::pg
