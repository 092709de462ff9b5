// updated_at: what the options of a trigger mean.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/relation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::updated_at {

enum class stamp_clock : std::uint8_t { transaction, statement, clock };
enum class explicit_rule : std::uint8_t { ignore, respect, reject };

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
// was created; the stamp and the version do not count. "" if there is none.
std::string creation_column(Relation table, const std::string &stamp, const std::optional<std::string> &version);

// The columns that hold the session's local time from INSERT by their defaults, beside a stamp in UTC: the stamp
// itself, and the one that says when the row was created. None where the stamp is local, or has a zone.
std::vector<std::string> local_columns(const updated_at_settings &settings, Relation table);

// What is wrong with them: the default of "a" and "b" is ...
std::string local_defaults_text(const std::vector<std::string> &columns);
// The statement that makes such defaults write UTC.
std::string utc_defaults(Oid table, const std::vector<std::string> &columns);

} // namespace upkeep::updated_at
