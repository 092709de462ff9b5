// Keyed digests, by PostgreSQL's own HMAC.
#pragma once

#include "core/history/digest_bytes.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Throws what PostgreSQL raises if it cannot compute one, XX000.
history::digest_bytes hmac_sha256(std::string_view key, std::string_view text);

} // namespace upkeep::pg
