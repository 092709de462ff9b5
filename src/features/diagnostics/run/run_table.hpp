// One table of a run.
#pragma once

#include "postgres/boundary.hpp"

#include <map>
#include <set>
#include <string>

namespace upkeep::diagnostics {

// A table, locked, as it is in this transaction.
class run_table {
public:
  // Throws 42P01 where it was dropped meanwhile.
  run_table(Oid table, LOCKMODE lock);

  const std::string &name() const { return qualified; }
  bool has(const std::string &column) const { return types.contains(column); }
  // Whether a run can write the column: it is there, and not generated.
  bool can_write(const std::string &column) const { return has(column) && !generated.contains(column); }
  // Throws 42703 where there is no such column.
  Oid type(const std::string &column) const;

  Oid oid;

private:
  std::string qualified;
  std::map<std::string, Oid> types; // under any domains
  std::set<std::string> generated;
};

} // namespace upkeep::diagnostics
