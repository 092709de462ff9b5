// updated_at: what one trigger does on one table.
#pragma once

#include "core/updated_at.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/rows/row.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::updated_at {

// The options of a trigger resolved against its table. Trivial and of updated_at_plan::size bytes: the session keeps it
// as bytes, each statement works on a copy.
struct updated_at_plan {
  microseconds tick;
  microseconds now;          // of this statement, where now_is_known
  std::int64_t last_version; // that the column can hold
  Oid stamp_domain;          // InvalidOid unless the column's type is a domain
  Oid version_domain;
  void *domain_cache[2];
  AttrNumber stamp;
  AttrNumber version; // or InvalidAttrNumber
  stamp_clock clock;
  explicit_rule on_explicit;
  bool has_zone;      // timestamptz
  bool session_local; // a timestamp holds the session's local time instead of UTC
  bool now_is_known;
  pg::layout table; // last: its columns follow

  static std::size_t size(int columns) { return offsetof(updated_at_plan, table) + pg::layout::size(columns); }
};

// Resolves settings against a table into `plan`, which must have updated_at_plan::size bytes. Throws 42703 for a column
// that is not there, 42804 and 22023 for one that cannot serve.
void resolve_updated_at(const updated_at_settings &settings, Relation table, updated_at_plan &plan);

} // namespace upkeep::updated_at
