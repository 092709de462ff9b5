// The keys of upkeep.history_keys, and digests that are made with them.
#pragma once

#include "core/history/marks.hpp"
#include "postgres/boundary.hpp"

#include <vector>

namespace upkeep::history {

struct digest_key {
  std::int32_t number = 0;
  TimestampTz since = 0;
  std::string bytes;
};

// As they are committed now, by number. Reads them whoever the caller is.
std::vector<digest_key> read_keys();
// The same; 55000 where there is none.
std::vector<digest_key> required_keys();

// The key of what is sealed or erased of an entry: the one of the entry's time.
const std::string &key_at(const std::vector<digest_key> &keys, TimestampTz at);

// The newest key, which a statement reads once: keep one of these as long as the statement.
class newest_key {
public:
  // Makes one where there is none, as ensure_key does.
  const std::string &bytes();

private:
  std::string known;
};

// Makes the first key where there is none; 55000 where seals were made with one that is gone. Needs an SPI connection;
// sessions that come at the same time wait.
void ensure_key();

// The digest of a value of a digest column. `key`, `value`: the texts of what stands for them in an entry.
digest_bytes column_digest(std::string_view key_bytes, std::int32_t table_number, std::string_view column,
                           std::string_view key, std::string_view value);

} // namespace upkeep::history
