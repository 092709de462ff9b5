// What upkeep.seed_storefront and upkeep.seed_analytics share: what they ask of the tables, and values that look random
// and are the same each time.
#pragma once

#include "postgres/sql/arguments.hpp"
#include "postgres/sql/fragment.hpp"
#include "postgres/sql/parameter.hpp"

#include <span>
#include <string>

namespace upkeep::reference_tables {

// The name of a schema with these tables, all empty, as it stands in SQL. Throws 3F000, 42P01 and 55000; `maker` is
// what makes the tables: upkeep.create_storefront.
pg::fragment require_empty_tables(const std::string &schema, std::span<const char *const> tables, const char *maker);

// A number of rows; 22023 where it is negative.
std::int32_t require_count(const pg::arguments &given, int index, const char *name);

// The day that the data lead up to, the current one where it is not given, as a parameter; 22023 for infinity.
pg::parameter seed_day(const pg::arguments &given, int index);

pg::parameter seed_number(std::int32_t value);

// SQL for a uuid that depends on `number` and `kind` alone: rows of one kind have different numbers.
pg::fragment seed_id(const char *number, int kind);

} // namespace upkeep::reference_tables
