// The rows of upkeep.history_seals.
#pragma once

#include "core/history/seals.hpp"

namespace upkeep::history {

// The newest; nullopt where there is none. These need an SPI connection, and read as pg::read does.
std::optional<seal> newest_seal();
// The first whose range begins after an id, and that was made at a time or later.
std::optional<seal> next_seal(std::int64_t after_id, std::int64_t since);
void store(const seal &made);

} // namespace upkeep::history
