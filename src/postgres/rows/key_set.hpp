// Keys that many rows refer to: collected from the rows of a statement, and looked up in another table at once.
#pragma once

#include "postgres/rows/transition.hpp"
#include "postgres/sql/parameter.hpp"

#include <string>
#include <unordered_set>
#include <vector>

namespace upkeep::pg {

// Appends what tells a value, not NULL, of a column from another: equal bytes are equal values.
void append_image(const FormData_pg_attribute &column, Datum value, std::string &image);

// The distinct keys of many rows, to be looked up elsewhere: one array a column.
class key_set {
public:
  // Throws 42703 for a column that the table lacks (`enable` is the function that the hint names), 42804 for an
  // array.
  key_set(Relation table, const std::vector<std::string> &names, const char *enable);

  // Adds the key of the current row; a key with a NULL in it refers to nothing.
  void add(const transition &rows);

  std::size_t count() const { return seen.size(); }

  bool empty() const { return seen.empty(); }

  // The arrays, all of one length, as parameters of a query.
  std::vector<parameter> parameters() const;

private:
  struct column {
    Form_pg_attribute attribute;
    ArrayBuildState *array;
    Datum value;
  };

  std::vector<column> columns;
  std::unordered_set<std::string> seen;
  std::string image;
};

} // namespace upkeep::pg
