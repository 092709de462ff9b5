// The command whose event is looked at.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::guard {

// While an event of a command is looked at. Event triggers of others, and functions that a command runs, may run
// commands of their own between two of its events, and within one. What is noted ends with the subtransaction it was
// noted in.
class entered_command {
public:
  explicit entered_command(const Node *command);
  entered_command(const entered_command &) = delete;
  entered_command &operator=(const entered_command &) = delete;
  ~entered_command();

  // The innermost of them.
  static const Node *current();

private:
  const Node *outer;
};

} // namespace upkeep::guard
