#include "features/guard/events/entered_command.hpp"

#include <utility>

namespace upkeep::guard {

namespace {

const Node *innermost = nullptr;

} // namespace

entered_command::entered_command(const Node *command) : outer(std::exchange(innermost, command)) {}
entered_command::~entered_command() { innermost = outer; }

const Node *entered_command::current() { return innermost; }

} // namespace upkeep::guard
