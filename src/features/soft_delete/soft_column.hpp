// The column that says when a row was deleted.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/relation.hpp"
#include "postgres/time_column.hpp"

namespace upkeep::soft_delete {

struct soft_column {
  std::string name;
  pg::time_column type;
};

// As the options of a trigger name it. Throws 42703; 42804 where it holds no timestamp, 428C9 where it is generated.
soft_column require_soft_column(Relation table, const option_list &options);

// That of a table that has soft delete, and can have it; nullopt else. The table is locked.
std::optional<soft_column> soft_column_of(Oid table);

// The type and its precision: two columns that differ in that cannot hold one stamp.
bool hold_same_stamps(const soft_column &a, const soft_column &b);

// timestamp(3) with time zone
std::string type_text(const soft_column &column);

} // namespace upkeep::soft_delete
