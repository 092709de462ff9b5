// What stands in an entry in the place of a value, and the texts that digests are made of.
#pragma once

#include "core/history/digest_bytes.hpp"

#include <cstdint>

namespace upkeep::history {

enum class mark : unsigned char {
  none,   // a value
  digest, // {"digest": "<hex>"}, of a digest column
  erased, // {"erased": "<hex>"}, of a value that was erased
  wrapped // {"jsonb": <value>}, a value that would be taken for one of these
};

struct marked_value {
  mark is = mark::none;
  digest_bytes digest{};    // of the first two
  std::string_view value{}; // the value itself, of the others; points into the text that was read
};

// Reads the text of a jsonb value, as PostgreSQL writes it. What only resembles a mark is a value: {"digest": 7}.
marked_value read_mark(std::string_view json);

// The text of such a mark.
std::string erased_mark(const digest_bytes &digest);
std::string digest_mark(const digest_bytes &digest);
// The text that stands for a jsonb document: the document, or {"jsonb": <document>} where it would be taken for a mark
// or for SQL's NULL.
std::string stored_document(std::string_view json);

enum class side : unsigned char { before, after };

// What the digest of a digest column is made of.
std::string column_text(std::int32_t table_number, std::string_view column, std::string_view key,
                        std::string_view value);
// What the digest of a value in an entry is made of, which seals stand on and which is left when it is erased.
std::string value_text(std::int64_t entry, side of, std::string_view column, std::string_view value);

} // namespace upkeep::history
