// Comparing the two versions of a row by their bytes, and writing a few values back into the new one.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// What a column means to the comparison.
enum class column_role : std::uint8_t {
  counted,          // a difference is a change of the row
  passive,          // dropped, generated or ignored: never looked at
  protected_column, // keeps its old value
  stamp,
  version
};

struct column {
  std::int16_t length; // as pg_attribute.attlen
  std::uint8_t align;  // in bytes
  column_role role;
};

// The columns of one table. Trivial, and followed by its columns, so that it can be copied as bytes.
struct layout {
  std::int16_t count;
  std::int16_t first_special; // index of the first column that is guarded, stamp or version
  std::int16_t last_special;  // number of columns up to the last one of those, 0 where there is none
  std::int16_t looked_at;     // number of columns up to the last that is not passive
  std::int16_t tail;          // bytes from the first special one to the row's end where those never vary, else 0
  column columns[FLEXIBLE_ARRAY_MEMBER];

  static std::size_t size(int count) { return offsetof(layout, columns) + sizeof(column) * count; }
};

// Fills `into` (of layout::size(descriptor->natts) bytes): dropped and generated columns are passive, others counted.
void describe(TupleDesc descriptor, layout &into);

// To be called when the roles are given: finds where the special columns lie, and the passive ones at the end.
void find_special(layout &table);

// One integer or timestamp of a row; `at` is where it lies in the tuple, nullptr where it lies nowhere.
struct cell {
  char *at;
  std::int64_t value;
  bool is_null;
};

struct comparison {
  bool changed;           // some counted column has another image
  bool protected_differs; // some protected column has another image
  cell old_stamp, new_stamp;
  cell old_version, new_version;
};

// Compares two versions of a row of a table with that layout and descriptor. Never fetches a TOAST value whose pointer
// is the same in both. May raise; allocates at most in the current memory context.
comparison compare(const layout &table, TupleDesc descriptor, HeapTuple old_row, HeapTuple new_row);

} // namespace upkeep::pg
