// Rows of the past, put together from the row that is there and what entries say of it.
#pragma once

#include "features/history/past/past_rows.hpp"

namespace upkeep::history {

// Needs pinned settings. Nothing in it has a destructor.
class row_builder {
public:
  row_builder(const past_table &table, MemoryContext memory);
  // Closes what an error closes by itself.
  void close();

  // Whether the row is what its newest entry says, but for some columns of ours. Of what was written while history was
  // paused, that shows: a row with no entry since the time that is asked for is taken as it is.
  bool is_told(const past_row &row, std::span<const AttrNumber> ours);
  // Whether the row has that value now; true of one that the history does not know.
  bool has_value(const past_row &row, AttrNumber column, const JsonbValue &value);
  // Adds the row as it was. May raise.
  void build(const past_row &row, Tuplestorestate *into, TupleDesc descriptor);

private:
  void fill_from(const past_row &row);
  Datum missing(AttrNumber column, bool &is_null);
  void generate();

  const past_table &table;
  TupleDesc descriptor;
  EState *executor;
  ExprContext *expressions;
  TupleTableSlot *slot;
  bool has_generated = false;
  ExprState **generated; // a column each, nullptr for those that are not
  Datum *values;
  bool *nulls;
};

} // namespace upkeep::history
