// Which rows of a statement an UPDATE has changed.
#pragma once

#include "postgres/rows/row.hpp"
#include "postgres/rows/transition.hpp"

#include <string>
#include <vector>

namespace upkeep::pg {

// A layout in which the columns with these names count, and no others.
std::vector<char> counted_layout(TupleDesc descriptor, const std::vector<std::string> &names);

// Compares the rows of two transition tables. Comparing may fetch TOAST values, and a statement has any number of rows,
// so each pair is compared in memory that the next one reuses.
class row_comparer {
public:
  row_comparer(const layout &counted, Relation table);
  // `scratch`: memory of the caller's, reset after each pair.
  row_comparer(const layout &counted, Relation table, MemoryContext scratch);

  // Whether some counted column differs between the current rows of the two.
  bool changed(const transition &before, const transition &after) const;
  bool changed(HeapTupleData before, HeapTupleData after) const;

private:
  const layout &counted;
  TupleDesc descriptor;
  MemoryContext scratch;
};

} // namespace upkeep::pg
