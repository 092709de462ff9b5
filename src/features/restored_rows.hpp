// The rows that the library puts back, changes back or takes away in one call, as they were or will be: what belongs to
// one of them comes, and goes, with it.
#pragma once

#include "postgres/sql/parameter.hpp"

#include <memory>
#include <vector>

namespace upkeep {

// An array of the table's row type.
struct restored_rows {
  Oid table;
  pg::parameter rows;
};

// What a feature has to look at once all rows are written.
class put_off_check {
public:
  virtual ~put_off_check() = default;
  virtual void run() = 0;
};

// What the call restores, while one of these lives.
class restoration {
public:
  // Made within the SPI connection of the call.
  explicit restoration(std::vector<restored_rows> rows);
  restoration(const restoration &) = delete;
  restoration &operator=(const restoration &) = delete;
  ~restoration();

  // To be called once all rows are written. May throw.
  void finish() const;

  const std::vector<restored_rows> rows;
  const MemoryContext memory; // lives as long
  std::unique_ptr<put_off_check> check;

private:
  restoration *outer;
};

// For a trigger that a statement of such a call fires; nullptr in all others.
restoration *running_restoration();

} // namespace upkeep
