// Settings under which the output of a type says the same in every session, and its input reads it.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Pins them and returns what unpin_settings needs. An error in between puts them back with its transaction or
// subtransaction. May raise.
int pin_settings();
void unpin_settings(int level);

// Runs `body` under them.
template <class F> void with_pinned_settings(F &&body) {
  const int level = call([] { return pin_settings(); });
  body();
  call([=] { unpin_settings(level); });
}

} // namespace upkeep::pg
