// A query that runs again and again.
#pragma once

#include "postgres/sql/parameter.hpp"
#include "postgres/sql/rows.hpp"

#include <span>
#include <string>
#include <vector>

namespace upkeep::pg {

// Who finds the rows: the planner as it likes, or indexes wherever one serves, in one plan for all values. The planner
// takes a table for as small as it was when the session first saw it; a plan by indexes is no dearer when it has grown.
enum class access { planned, by_index };

// A statement whose plan the session keeps. Its text qualifies every name and operator.
class saved_query {
public:
  saved_query(std::string sql, std::vector<Oid> types, access by = access::planned)
      : sql(std::move(sql)), types(std::move(types)), by(by) {}
  saved_query(const saved_query &) = delete;
  saved_query &operator=(const saved_query &) = delete;
  // May run in the middle of an invalidation: the plan is freed when another is prepared.
  ~saved_query();

  // One value for each type; none is NULL. Sees what `snapshot` sees, by default what a new statement would see. An
  // UPDATE fails, 40001, on a row that `crosscheck` does not see.
  rows execute(std::span<const Datum> values, Snapshot snapshot = InvalidSnapshot,
               Snapshot crosscheck = InvalidSnapshot) const;
  // The same for values that may be NULL.
  rows execute(std::span<const parameter> values, Snapshot snapshot = InvalidSnapshot) const;

  // A query that sees what the caller's statement sees: nothing of what that has written so far.
  rows read(std::span<const Datum> values) const;

private:
  void prepare() const;
  void plan_by_index() const;
  void make_ready() const;
  rows run(const Datum *values, const char *nulls, Snapshot snapshot, Snapshot crosscheck) const;

  std::string sql;
  std::vector<Oid> types;
  access by;
  mutable SPIPlanPtr plan = nullptr;
};

} // namespace upkeep::pg
