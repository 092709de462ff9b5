// Digests, by PostgreSQL's own SHA-256.
#pragma once

#include "postgres/boundary.hpp"

#include <string>

namespace upkeep::pg {

// In lower-case hex.
std::string sha256_hex(std::string_view bytes);

} // namespace upkeep::pg
