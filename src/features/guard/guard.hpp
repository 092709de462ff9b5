// The guard: destructive DDL in guarded schemas needs a yes. What its parts share.
#pragma once

#include "core/guard/guard.hpp"
#include "postgres/sql/query.hpp"

#include <map>
#include <optional>
#include <set>

namespace upkeep::guard {

// The schemas that are guarded, and whether what would lose something there is blocked or only told.
class guarded_schemas {
public:
  // As upkeep.guard_rules has them; none while the guard sleeps: paused, within an extension's script, in pg_upgrade.
  // Needs an SPI connection.
  static guarded_schemas now();
  // The same while it sleeps.
  static guarded_schemas as_ruled();
  // Every schema, blocked: for a review.
  static guarded_schemas all();

  bool is_empty() const { return !everything && blocking.empty(); }
  bool contains(Oid schema) const { return everything || blocking.contains(schema); }
  // Whether the table stands in one of them, or is a partition or a child of one that does.
  bool reaches(Oid table) const;
  // Whether one of those through which it is guarded blocks.
  bool blocks(Oid table) const;
  // Whether they reach the table, or sequence, and what is in it can be lost: it is not temporary, not made by this
  // transaction, not an extension's. What is above or below it does not answer for it.
  bool guards(Oid table) const;
  // All that they reach and that has the trigger; those of one schema, and all below them.
  std::vector<Oid> tables() const;
  std::vector<Oid> tables_of(Oid schema) const;

private:
  std::vector<Oid> tables_in(const std::string &schemas) const;

  std::map<Oid, bool> blocking;
  bool everything = false;
};

// What a statement would lose of one table or column.
struct found_loss {
  loss what;
  Oid table;
  std::string column;
  Oid schema;
  std::string schema_name;
  Oid owner;   // of the table
  bool blocks; // else it is only told
};

// What is not lost, but worth a word.
struct remark {
  enum level { note, warn } weight;
  std::string object;
  std::string text;
  std::string hint;
};

struct judgement {
  std::vector<found_loss> losses;
  std::vector<remark> remarks;
  // Tables and columns (0 for the whole) that were looked at, so that nobody need look again when they are gone.
  std::set<std::pair<Oid, AttrNumber>> settled;
};

// What let a loss go, by table and column: "confirm_drop", "allow_drop", "guard_exempt" or "warn".
using confirmations = std::map<std::pair<Oid, std::string>, std::string>;

// The schemas whose approval a command has used up, and its name: it goes on serving that command.
using served_schemas = std::map<Oid, std::string>;

// Decides over losses: each needs an approval, which it uses up, an exemption, or the mode that only warns. Throws
// UK007 where one is missing. `command`: "DROP TABLE". Needs an SPI connection.
confirmations decide(const std::string &command, std::span<const found_loss> losses, served_schemas &served);

// Gives a table the trigger that stops TRUNCATE, for its owner, where it lacks it. Needs an SPI connection.
void guard_table(Oid table);
// The same for the table and all below it that guarded schemas reach.
void guard_tree(Oid table, const guarded_schemas &guarded);
// Whether such a trigger is being made.
bool is_making_guard_trigger();

// Writes a row of upkeep.ddl_log. Needs an SPI connection.
void log_ddl(const std::string &tag, const std::string &object, const std::optional<std::string> &confirmation);

// Whether nothing is guarded now, whatever the rules say: paused, within an extension's script, in pg_upgrade.
bool guard_sleeps();

// Whether the current user has the rights of the schema's owner; false where the schema is gone.
bool owns_schema(Oid schema);

// The owner of the extension's tables.
Oid keeper();

} // namespace upkeep::guard
