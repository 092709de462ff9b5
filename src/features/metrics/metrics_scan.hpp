// The rows of a table beside what their metrics should be, by the settings that stand there now.
#pragma once

#include "features/metrics/figure_domains.hpp"
#include "features/metrics/scan_filter.hpp"
#include "postgres/sql/fragment.hpp"
#include "postgres/sql/rows.hpp"

namespace upkeep::metrics {

// A metric of the current row whose stored value is not the one it should have, or that its column does not take.
struct metric_finding {
  std::size_t metric;
  Datum stored; // as the column's type has it
  bool stored_is_null;
  std::string expected; // in plain notation; "" for NULL
  bool is_too_large;
  bool is_refused; // by its domain
  bool differs;
};

class metrics_scan {
public:
  // Opens a cursor over the rows of `table` alone, not of its partitions and children, that the filter lets through.
  // `key`: an expression over "t" that the scan hands out with each row. `outlives`: the cursor goes on after a commit.
  // Needs an SPI connection; reads as the current user.
  metrics_scan(Oid table, std::shared_ptr<const metrics_plan> plan, const scan_filter &filter, const pg::fragment &key,
               bool outlives);

  // Reads the next `most` rows into memory; false where there are none.
  bool fetch(std::int64_t most);
  std::uint64_t rows() const { return batch.count(); }
  // Of a row that was fetched.
  Datum key(std::uint64_t row) const;
  // What is wrong with it; nothing where all is well. Valid until the next call. Asks domains: to be called as who may
  // run what their constraints call.
  const std::vector<metric_finding> &findings(std::uint64_t row);

  void close();

private:
  bool matches(const metric_target &target, const outcome &expected, Datum stored, bool is_null) const;
  void compare_exactly(std::uint64_t row);
  decimal input(std::uint64_t row, std::size_t number) const;
  int number_type(std::size_t metric) const;

  std::shared_ptr<const metrics_plan> plan;
  MemoryContext scratch;       // what reading a batch takes
  MemoryContext domain_memory; // what the domains take
  figure_domains domains;
  Portal cursor;
  pg::rows batch{nullptr};
  std::vector<decimal> inputs;
  std::vector<metric_finding> found;
};

// The plan of the table's metrics trigger. Throws 42704 where it has none.
std::shared_ptr<const metrics_plan> plan_of_table(Oid table);

} // namespace upkeep::metrics
