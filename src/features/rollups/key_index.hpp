// The unique index by which the rows of a target are found.
#pragma once

#include "features/rollups/group_key.hpp"
#include "postgres/relation.hpp"

#include <span>

namespace upkeep::rollups {

// A unique index of the target on exactly these columns, in any order, that is full, valid and checked at once; one
// with NULLS NOT DISTINCT before others. InvalidOid where there is none.
Oid key_index(Relation target, std::span<const group_key> keys);

// Throws 42P10, with the statement that makes one, where there is none.
void require_key_index(Relation target, std::span<const group_key> keys);

// Whether rows without a key are a group of their own: some key may be NULL, and the index takes NULLs for equal.
bool has_group_of_nulls(Relation target, std::span<const group_key> keys);

} // namespace upkeep::rollups
