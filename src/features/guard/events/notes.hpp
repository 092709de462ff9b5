// What one command knows between its start and its end.
#pragma once

#include "features/guard/judge/judge.hpp"

namespace upkeep::guard {

// What cannot be told of a table once it is gone.
struct noted_table {
  tally rows; // looked at for a CASCADE only
  Oid owner;
  bool blocks;
};

struct command_notes {
  std::set<std::pair<Oid, AttrNumber>> settled;   // looked at: lost with a yes, or nothing to lose
  std::map<Oid, noted_table> guarded;             // tables that the command may drop, and which are guarded
  std::set<Oid> known;                            // all tables that there were when a command with CASCADE began
  std::set<std::pair<Oid, AttrNumber>> generated; // stored generated columns
  std::set<std::pair<Oid, AttrNumber>> unwritten; // columns whose default stands for rows older than they are
  confirmations confirmed;
  std::uint64_t max_counted = max_counted_rows; // of a dropped column: all where a number is expected
  served_schemas served;
};

// Those of the command whose event this is.
command_notes &notes();

// The command begins, or has ended.
void forget_notes(const Node *command);

// Tables that the command has settled. Needs an SPI connection.
void note_settled(const guarded_schemas &guarded);

// For DROP … CASCADE: which guarded tables hold rows now, and what columns hold that rows do not; neither can be told
// once they are gone. Needs an SPI connection.
void note_what_is_there(const guarded_schemas &guarded);

} // namespace upkeep::guard
