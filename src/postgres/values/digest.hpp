// Digests, by PostgreSQL's own SHA-256.
#pragma once

#include "core/history/digest_bytes.hpp"
#include "postgres/boundary.hpp"

#include <string>

namespace upkeep::pg {

history::digest_bytes sha256(std::string_view bytes);
// In lower-case hex.
std::string sha256_hex(std::string_view bytes);

} // namespace upkeep::pg
