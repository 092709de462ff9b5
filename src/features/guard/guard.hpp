// The guard: destructive DDL in guarded schemas needs a yes. What its parts share.
#pragma once

#include "core/guard/guard.hpp"
#include "features/guard/guarded_schemas.hpp"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::guard {

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

} // namespace upkeep::guard
