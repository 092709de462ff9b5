// The settings that the rows of a statement need, each read once.
#pragma once

#include "features/metrics/metrics_plan.hpp"
#include "postgres/rows/unique_index_lookup.hpp"
#include "postgres/sql/saved_query.hpp"

#include <unordered_map>

namespace upkeep::metrics {

// The settings in force for one tenant, and one date; all NULL where there are none.
struct settings_row {
  std::vector<decimal> values;
  std::vector<std::string> texts; // of long numbers
  bool is_locked = false;
};

// Bumped whenever settings change in this session: what a statement has read of them before is out of date.
extern std::uint64_t settings_generation;

// The settings that one statement has read, a row a tenant and date.
class settings_reader {
public:
  explicit settings_reader(const metrics_plan &plan) : plan(plan) {}

  // Reads and locks the settings for a row, or takes those that the statement has read before. Raises 40001 where a
  // repeatable snapshot is older than a change of them. `will_follow`: the row is locked and a change of the settings
  // in flight will compute it again, so the settings need no lock. Valid until the next call.
  const settings_row &of(Datum key, bool key_is_null, Datum date, bool date_is_null, bool will_follow);

private:
  // The last row of a key that is passed by value, by a hash of it: most lookups end here.
  struct shortcut {
    Datum key, date;
    const settings_row *row;
  };

  void forget();
  shortcut *shortcut_of(Datum key, Datum date);
  void make_image(Datum key, Datum date);
  settings_row read(Datum key, Datum date, bool locks) const;
  std::optional<settings_row> lock_and_read(Datum key, std::span<const Datum> values) const;
  pg::lookup_result by_key(Datum key, bool locks, std::optional<settings_row> &row) const;
  settings_row copy(std::span<const NullableDatum> values) const;
  std::optional<settings_row> query(const pg::saved_query &query, std::span<const Datum> values,
                                    Snapshot snapshot = InvalidSnapshot) const;
  [[noreturn]] void refuse_several(std::span<const Datum> values, Snapshot snapshot) const;
  void lock_missing(Datum key) const;

  const metrics_plan &plan;
  std::unordered_map<std::string, settings_row> known;
  std::string image; // of key and date
  const settings_row *latest = nullptr;
  std::string latest_image;
  std::vector<shortcut> shortcuts;
  std::uint64_t generation = settings_generation;
};

} // namespace upkeep::metrics
