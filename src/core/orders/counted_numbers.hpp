// How far the counters of order numbers are, as one transaction knows it: what a savepoint takes back, it takes back.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

namespace upkeep::orders {

// As far as a counter goes: a number must be left.
inline constexpr std::int64_t most_counted = std::numeric_limits<std::int64_t>::max() - 1;

class counted_numbers {
public:
  enum class knowledge : std::uint8_t {
    none,
    read,   // it is at least this far: others may go on
    counted // it is this far, and ours until the transaction ends
  };

  // One counter.
  struct entry {
    std::uint32_t table;
    std::string tenant;
    std::int64_t last = 0;
    knowledge known = knowledge::none;
    int saved_in = 1; // the subtransaction that has noted what was before it
  };

  // The counter of a table for a tenant; one that was not asked for before is not known. It stays where it is.
  entry &find(std::uint32_t table, const std::string &tenant);
  // Changes it in a subtransaction, which counts from 1, the transaction itself.
  void set(entry &counter, int level, knowledge known, std::int64_t last);

  // The subtransaction has ended.
  void keep(int level) noexcept;
  void undo(int level) noexcept;

  template <class F> void for_each(F &&body) {
    for (auto &[key, counter] : counters)
      body(counter);
  }

private:
  struct change {
    entry *counter;
    std::int64_t last;
    knowledge known;
    int saved_in, level;
  };

  std::unordered_map<std::string, entry> counters;
  std::vector<change> changes; // what was before, in the subtransactions that are open
};

} // namespace upkeep::orders
