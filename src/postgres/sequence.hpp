// A sequence that several sessions draw from while others move it, and that never goes back.
#pragma once

#include "core/sequence.hpp"
#include "postgres/compat.hpp"

namespace upkeep::pg {

// Where the sequence stands now, whatever has committed. May raise.
sequence_state read_sequence(Oid sequence);

// The next number, as the current user, 42501 if that user may not draw it. May raise.
std::int64_t draw_number(Oid sequence);

// Waits for the transactions, prepared ones too, that have drawn a number by now; hinders none of them, nor those that
// come meanwhile. May raise.
void wait_for_drawers(Oid sequence);

// From now on the sequence draws nothing up to `taken`. May raise.
void move_beyond(Oid sequence, std::int64_t taken);

} // namespace upkeep::pg
