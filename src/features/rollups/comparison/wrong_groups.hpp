// The groups of a rollup whose rows are not what the sources say, or are missing, some at a time.
#pragma once

#include "features/rollups/comparison/comparison.hpp"
#include "postgres/sql/named_rows.hpp"
#include "postgres/sql/rows.hpp"

namespace upkeep::rollups {

// How long they can be fetched.
enum class kept_for { transaction, procedure };

class wrong_groups {
public:
  // Finds them all, as what is committed now has them and what the transaction did. They lie on disk where they are
  // many; for a procedure also after its commits. Needs an SPI connection and pinned settings.
  wrong_groups(const comparison &compared, std::size_t rollup, kept_for lifetime);

  // How many there are.
  std::int64_t count() const { return total; }
  // The next ones, `most` at most: either all have rows or all lack them. False where there are none.
  bool fetch(std::int64_t most);
  std::int64_t fetched() const { return last - first; }
  bool are_missing() const { return lack_rows; }
  // Their keys, an array for each.
  std::vector<pg::parameter> keys() const;

  void close();

private:
  bool lacks_row(std::int64_t row) const;

  std::vector<Oid> types;
  std::int64_t total = 0;
  std::optional<pg::named_rows> found; // what the cursor reads, unless it has them to itself
  Portal cursor = nullptr;
  pg::rows batch{nullptr};
  std::int64_t first = 0, last = 0; // of the batch, what was handed out last
  bool lack_rows = false;
};

} // namespace upkeep::rollups
