// A count or a sum as its column has it.
#pragma once

#include "features/rollups/group_keys.hpp"

namespace upkeep::rollups {

// In the current memory context; nullopt where the column, of one of the types of numbers, cannot hold it.
std::optional<Datum> stored_number(const pg::column_info &column, Datum numeric);
std::optional<Datum> stored_integer(const pg::column_info &column, std::int64_t number);

// 22003: the figure of that group is a number which its column cannot hold.
[[noreturn]] void too_large(const pg::column_info &column, std::span<const group_key> keys, const key_value &key,
                            const std::string &number);
// The same, with the key as key_text has it.
[[noreturn]] void too_large(const pg::column_info &column, const std::string &key, const std::string &number);

} // namespace upkeep::rollups
