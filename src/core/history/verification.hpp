// What seals say of the entries that there are now.
#pragma once

#include "core/history/seals.hpp"

namespace upkeep::history {

enum class finding : unsigned char { altered, missing, inserted, broken_seal };
std::string_view text_of(finding what);

struct found {
  std::int64_t entry; // or the first id of a seal
  finding what;
};

// Ids of entries that were deleted as they may be: from `from` to `to`.
struct purged_range {
  std::int64_t from, to;
};

// Looks at seals one after another, oldest first.
class seal_chain {
public:
  // `is_from_start`: the first seal that is looked at should be the first there ever was.
  seal_chain(sha256_function sha256, bool is_from_start) : sha256(sha256), is_from_start(is_from_start) {}

  // Notes a seal that does not stand as it was made, after the one before. Whether what it lists can be compared with
  // the entries: a list that was changed proves nothing.
  bool follow(const seal &next, std::vector<found> &into);

private:
  struct link {
    std::int64_t to_id;
    digest_bytes stored, computed;
  };
  bool is_linked(const seal &next) const;

  sha256_function sha256;
  bool is_from_start;
  std::optional<link> before;
};

// Compares what a seal lists with what is there in its range, both by id. `purged`: in order, none twice.
void compare(std::span<const sealed_entry> sealed, std::span<const sealed_entry> there,
             std::span<const purged_range> purged, std::vector<found> &into);

} // namespace upkeep::history
