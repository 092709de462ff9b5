// How a key is compared with values of another type.
#pragma once

#include "postgres/sql/fragment.hpp"

namespace upkeep::pg {

// Whether values of two types are equal where they are the same, without a cast that loses something.
bool have_common_equality(Oid a, Oid b);

// How a column of one type is compared with values of another, as SQL text that no search_path can turn: the operator,
// and the casts that a value and an array of such values need, or "".
struct key_equality {
  fragment equals;
  fragment cast;
  fragment array_cast;
};
key_equality equality_of(Oid key_type, Oid value_type);

// The same for the operator that finds what comes after a value. Throws 42804 for a type without an order.
struct key_order {
  fragment greater;
  fragment cast;
};
key_order order_of(Oid key_type, Oid value_type);

// The condition that two values of a type are equal, or both NULL; a join can hash by it.
fragment equal_or_null(Oid type, const fragment &a, const fragment &b);

} // namespace upkeep::pg
