// What one command knows between its start and its end.
#pragma once

#include "features/guard/judge.hpp"

namespace upkeep {

struct command_notes {
  std::set<std::pair<Oid, AttrNumber>> settled;   // looked at: lost with a yes, or nothing to lose
  std::map<Oid, tally> filled;                    // guarded tables with rows, when a command with CASCADE began
  std::set<Oid> known;                            // all tables that there were then; empty without CASCADE
  std::set<std::pair<Oid, AttrNumber>> generated; // stored generated columns
  std::set<std::pair<Oid, AttrNumber>> unwritten; // columns whose default stands for rows older than they are
  confirmations confirmed;
  std::uint64_t most_counted = most_counted_rows; // of a dropped column: all where a number is expected
};

// Those of the command whose event this is; they end with the transaction.
command_notes &notes();

// An event of this command. Event triggers of others may run commands of their own between two of its events.
void enter_command(const Node *command);

// The command begins, or has ended.
void forget_notes(const Node *command);

// For DROP … CASCADE: which guarded tables hold rows now, and what columns hold that rows do not; neither can be told
// once they are gone. Needs an SPI connection.
void note_what_is_there(const guarded_schemas &guarded);

} // namespace upkeep
