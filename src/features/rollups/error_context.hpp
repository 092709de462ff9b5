// What an error that an expression raises is met for, as its CONTEXT says.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::rollups {

// Runs `body` while `tell(argument)` adds to errors, by errcontext.
template <class F> void with_error_context(void (*tell)(void *), void *argument, F &&body) {
  const pg::error_stacks saved;
  ErrorContextCallback callback{error_context_stack, tell, argument};
  error_context_stack = &callback;
  body();
}

} // namespace upkeep::rollups
