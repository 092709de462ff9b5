// updated_at: what one trigger does on one table.
#pragma once

#include "core/updated_at.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::updated_at {

enum class stamp_clock : std::uint8_t { transaction, statement, clock };
enum class explicit_rule : std::uint8_t { ignore, respect, reject };

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

// The options as they stand in a trigger's arguments, names not yet looked up.
struct updated_at_settings {
  std::string column;
  std::vector<std::string> ignore;
  stamp_clock clock = stamp_clock::transaction;
  explicit_rule on_explicit = explicit_rule::ignore;
  std::optional<std::vector<std::string>> protect; // nullopt: created_at, where the table has it; so 0.1.0 has it
  std::optional<std::string> version;
  bool session_local = false;
};

updated_at_settings read_updated_at(const option_list &options);

// The column that a trigger protects where the options do not say one, and the table has it.
std::string implied_protection();

// What protect_columns => NULL means for a table: the first column that it has of those which usually say when a row
// was created; the stamp and the version are none. "" for none.
std::string creation_column(Relation table, const std::string &stamp, const std::optional<std::string> &version);

// The columns that hold the session's local time from INSERT by their defaults, beside a stamp in UTC: the stamp
// itself, and the one that says when the row was created. None where the stamp is local, or has a zone.
std::vector<std::string> local_columns(const updated_at_settings &settings, Relation table);

// What is wrong with them: the default of "a" and "b" is ...
std::string local_defaults_text(const std::vector<std::string> &columns);
// The statement that makes such defaults write UTC.
std::string utc_defaults(Oid table, const std::vector<std::string> &columns);

// Resolves settings against a table into `plan`, which must have updated_at_plan::size bytes. Throws 42703 for a column
// that is not there, 42804 and 22023 for one that cannot serve.
void resolve_updated_at(const updated_at_settings &settings, Relation table, updated_at_plan &plan);

} // namespace upkeep::updated_at
