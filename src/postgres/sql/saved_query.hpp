// A query that runs again and again.
#pragma once

#include "postgres/sql/rows.hpp"

#include <span>
#include <string>
#include <vector>

namespace upkeep::pg {

// A statement whose plan the session keeps. Its text qualifies every name and operator.
class saved_query {
public:
  saved_query(std::string sql, std::vector<Oid> types) : sql(std::move(sql)), types(std::move(types)) {}
  saved_query(const saved_query &) = delete;
  saved_query &operator=(const saved_query &) = delete;
  // May run in the middle of an invalidation: the plan is freed when another is prepared.
  ~saved_query();

  // One value for each type; none is NULL. Sees what `snapshot` sees, by default what a new statement would see. An
  // UPDATE fails, 40001, on a row that `crosscheck` does not see.
  rows execute(std::span<const Datum> values, Snapshot snapshot = InvalidSnapshot,
               Snapshot crosscheck = InvalidSnapshot) const;

private:
  void prepare() const;

  std::string sql;
  std::vector<Oid> types;
  mutable SPIPlanPtr plan = nullptr;
};

} // namespace upkeep::pg
