// What an event trigger at the start of a command leaves for the one at its end. Other commands may run in between, say
// those of other event triggers.
#pragma once

#include "postgres/memory.hpp"

#include <map>

namespace upkeep {

template <class Found> class begun_commands {
public:
  begun_commands() = default;
  begun_commands(const begun_commands &) = delete;
  begun_commands &operator=(const begun_commands &) = delete;
  ~begun_commands() { kept = nullptr; }

  static Found &begin(const Node *command) {
    if (!kept)
      kept = &pg::make_in<begun_commands>(TopTransactionContext);
    return kept->commands[command];
  }

  // nullptr where nothing was left.
  static const Found *find(const Node *command) {
    if (!kept)
      return nullptr;
    const auto found = kept->commands.find(command);
    return found == kept->commands.end() ? nullptr : &found->second;
  }

  // Also to be called at the start: an address of a command that failed may be that of a later one.
  static void forget(const Node *command) {
    if (kept)
      kept->commands.erase(command);
  }

private:
  inline static begun_commands *kept = nullptr;
  std::map<const Node *, Found> commands;
};

} // namespace upkeep
