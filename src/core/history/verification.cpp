#include "core/history/verification.hpp"

#include <algorithm>

namespace upkeep::history {

namespace {

bool is_purged(std::int64_t id, std::span<const purged_range> purged) {
  const auto after = std::upper_bound(purged.begin(), purged.end(), id,
                                      [](std::int64_t id, const purged_range &range) { return id < range.from; });
  return after != purged.begin() && id <= std::prev(after)->to;
}

} // namespace

std::string_view text_of(finding what) {
  constexpr std::string_view texts[] = {"altered", "missing", "inserted", "broken seal"};
  return texts[static_cast<int>(what)];
}

// Where a seal was changed, the next one still names the digest that it had: either the one that it has, or the one
// that belongs to what it lists.
bool seal_chain::is_linked(const seal &next) const {
  if (!before)
    return !is_from_start || !next.previous;
  return next.from_id == before->to_id + 1 && (next.previous == before->stored || next.previous == before->computed);
}

bool seal_chain::follow(const seal &next, std::vector<found> &into) {
  const digest_bytes computed = seal_digest(sha256, next);
  const bool is_as_made = computed == next.digest;
  if (!is_as_made || !is_linked(next))
    into.push_back({next.from_id, finding::broken_seal});
  before = {next.to_id, next.digest, computed};
  return is_as_made;
}

void compare(std::span<const sealed_entry> sealed, std::span<const sealed_entry> there,
             std::span<const purged_range> purged, std::vector<found> &into) {
  auto entry = there.begin();
  for (const sealed_entry &each : sealed) {
    for (; entry != there.end() && entry->id < each.id; ++entry)
      into.push_back({entry->id, finding::inserted});
    if (entry == there.end() || entry->id != each.id) {
      if (!is_purged(each.id, purged))
        into.push_back({each.id, finding::missing});
      continue;
    }
    if (entry->digest != each.digest)
      into.push_back({each.id, finding::altered});
    ++entry;
  }
  for (; entry != there.end(); ++entry)
    into.push_back({entry->id, finding::inserted});
}

} // namespace upkeep::history
