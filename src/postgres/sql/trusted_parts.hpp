// Whose code an expression runs.
#pragma once

#include "postgres/compat.hpp"

#include <string>

namespace upkeep::pg {

// Throws 42501 for functions and domains that belong neither to `owner`, with whose rights they will run, nor to a
// superuser. Strings that are hidden count by what they are to become.
void require_trusted_parts(Node *analysed, Oid owner, const std::string &what);

// Turns the strings of a parse tree into parameters, and counts them: no type reads one while `state` analyses it.
int hide_strings(Node *raw, ParseState *state);

} // namespace upkeep::pg
