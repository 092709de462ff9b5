// The statements that the client sent, told from those that functions and triggers run.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// Counts the client's statements of this transaction that have asked, from 1: the same number while one runs.
std::int32_t client_statement_number();

} // namespace upkeep::pg
