// Return lines: a line of negative quantity can name the line that it gives back. By which columns.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/relation.hpp"

namespace upkeep::orders {

// By their names, since partitions number them each in its own way.
struct return_columns {
  std::string returns, quantity;
  std::optional<std::string> key; // the primary key of the lines, if that is one column beside the tenant's
  std::optional<std::string> tenant, order;

  // The columns that name a line, and those that it is found by; the tenant's before the others.
  std::vector<std::string> naming() const;
  std::vector<std::string> found_by() const;
};

// nullopt where the options have no returns_column. `lines`: all of them, not a partition. Throws 42703 for a column
// that is not there, 42804 for a quantity that is not a number, and keys that cannot be compared.
std::optional<return_columns> resolve_returns(const option_list &options, Relation lines);

// The same as the trigger of a table of lines says.
std::optional<return_columns> returns_of(Relation lines);

// Throws 42P10 if the lines have no such key, as when it was dropped.
void require_key(const return_columns &columns, Relation lines);

} // namespace upkeep::orders
