// JSON as PostgreSQL's jsonb keeps it and writes it.
#pragma once

#include "core/text/json_sink.hpp"

#include <string>
#include <vector>

namespace upkeep::wasm {

// What jsonb keeps of a value: each key once, the last of its values, short keys first and those by their bytes;
// numbers without an exponent.
json canonical(const json &value);

// As jsonb's output is written, with a blank after commas and colons.
std::string jsonb_text(const json &value);

} // namespace upkeep::wasm
