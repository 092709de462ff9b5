// The rows that a statement changed, read from its transition tables.
#pragma once

#include "postgres/query.hpp"
#include "postgres/row.hpp"

#include <unordered_set>

namespace upkeep::pg {

// One transition table, read from its beginning. An absent one has no rows.
class transition {
public:
  transition(Tuplestorestate *rows, Relation table);

  // Lets go of the slot, which pins its descriptor; an error does that by itself.
  void close();

  std::int64_t count() const;
  // Moves to the next row; false where there is none.
  bool next();

  // The current row, valid until the next one.
  TupleTableSlot *row() const { return slot; }
  // The same as a heap tuple, without copying it.
  HeapTupleData tuple() const;

private:
  Tuplestorestate *rows;
  TupleTableSlot *slot = nullptr;
};

// Compares the rows of two transition tables. Comparing may fetch TOAST values, and a statement has any number of rows,
// so each pair is compared in memory that the next one reuses.
class row_comparer {
public:
  row_comparer(const layout &counted, Relation table);

  // Whether some counted column differs between the current rows of the two.
  bool changed(const transition &before, const transition &after) const;

private:
  const layout &counted;
  TupleDesc descriptor;
  MemoryContext scratch;
};

// The distinct keys of many rows, to be looked up elsewhere: one array a column.
class key_set {
public:
  // Throws 42703 for a column that the table has not (`enable` is the function that the hint names), 42804 for an
  // array.
  key_set(Relation table, const std::vector<std::string> &names, const char *enable);

  // Adds the key of the current row; a key with a NULL in it refers to nothing.
  void add(const transition &rows);

  bool empty() const { return seen.empty(); }

  // The arrays, all of one length, as parameters of a query.
  std::vector<parameter> parameters() const;

private:
  struct column {
    Form_pg_attribute attribute;
    ArrayBuildState *array;
    Datum value;
  };

  void append_image(const column &each);

  std::vector<column> columns;
  std::unordered_set<std::string> seen;
  std::string image;
};

} // namespace upkeep::pg
