// What a total is written into.
#pragma once

#include "postgres/column_info.hpp"
#include "postgres/sql/fragment.hpp"

#include <optional>
#include <string>

namespace upkeep::orders {

// The decimals of a number of that type; nullopt where it can have any.
std::optional<int> scale_of(Oid base_type, std::int32_t modifier);

// The column that holds a total.
struct total_column {
  std::string name;
  AttrNumber number;
  Oid base_type;
  Oid domain; // InvalidOid unless the column's type is a domain
  std::int32_t modifier;
  std::string type_name; // for messages

  // The base type as SQL.
  pg::fragment sql_type() const;
  // The scale that amounts are rounded to; nullopt where the column takes any.
  std::optional<int> scale() const;
  // The condition that the column can hold the numeric `sum`; it is false for NaN and infinity.
  pg::fragment holds(const pg::fragment &sum) const;
  // The condition that the order o has another amount in it than the numeric `amount`, or that this is NULL.
  pg::fragment differs(const pg::fragment &amount) const;
  // A numeric as the column stores it, in the current memory context; nullopt where it cannot hold it.
  std::optional<Datum> stored(Datum number) const;
  bool is_by_value() const { return base_type != NUMERICOID; }
};

// Throws 42804 unless it is a number that a total can be made of.
pg::column_info require_summand(Relation table, AttrNumber number);

// Throws the same, and 428C9 for a generated one.
total_column resolve_total_column(Relation table, AttrNumber number);

} // namespace upkeep::orders
