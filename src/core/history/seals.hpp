// Seals: what makes it show that an entry of history was changed, taken out or put in later.
//
// Each entry has a keyed digest, made of the keyed digests of its values: an erased value leaves its own behind, so the
// entry's stays. A seal lists the ids and digests of the entries of a range of ids; its own digest, a plain SHA-256, is
// over the list and over the seal before. Whoever knows one digest knows whether anything before it was changed.
#pragma once

#include "core/history/marks.hpp"

#include <span>
#include <vector>

namespace upkeep::history {

using hmac_function = digest_bytes (*)(std::string_view key, std::string_view text);
using sha256_function = digest_bytes (*)(std::string_view text);

// A column of `before` or `after`, as texts that outlive it.
struct entry_value {
  std::string_view column;
  std::string_view json;
};

// What a seal protects of an entry. nullptr: NULL.
struct sealed_fields {
  std::int64_t id = 0;
  std::int64_t at = 0; // microseconds, as PostgreSQL counts them
  std::uint64_t transaction = 0;
  std::int32_t statement = 0, table_number = 0, cluster = 0;
  const char *action = nullptr, *key = nullptr, *role = nullptr, *actor = nullptr, *application = nullptr,
             *reason = nullptr;
  std::optional<std::vector<entry_value>> before, after;
};

// The digest of one value: what its mark has, where it stands for one.
digest_bytes value_digest(hmac_function hmac, std::string_view key, std::int64_t entry, side of,
                          const entry_value &value);
digest_bytes entry_digest(hmac_function hmac, std::string_view key, const sealed_fields &entry);

struct sealed_entry {
  std::int64_t id = 0;
  digest_bytes digest{};
};

// The ids and digests of a seal in 40 bytes each, and back; nullopt where that is not what the bytes are.
std::string packed(std::span<const sealed_entry> entries);
std::optional<std::vector<sealed_entry>> unpacked(std::string_view bytes);

struct seal {
  std::int64_t from_id = 0, to_id = 0;
  std::string entries; // packed, by id
  std::int64_t sealed_at = 0;
  std::optional<digest_bytes> previous; // none of the first
  digest_bytes digest{};
};

digest_bytes seal_digest(sha256_function sha256, const seal &of);

} // namespace upkeep::history
