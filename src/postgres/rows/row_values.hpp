// Expressions over the rows of one table, evaluated row by row: a bare column is read from the row, the rest goes
// through the executor.
#pragma once

#include "postgres/sql/row_expression.hpp"

namespace upkeep::pg {

// One expression, prepared. Trivial.
struct row_value {
  AttrNumber column; // 0: the state is to be evaluated
  ExprState *state;
};

// What all expressions over one row share. Trivial; every function may raise, and nothing here has a destructor.
struct row_values {
  ExprContext *context;
  AttrNumber most; // the last column that is read as it is

  // Where what one row's expressions make is put: gone with the next row.
  MemoryContext memory() const { return context->ecxt_per_tuple_memory; }
};

// In the current memory context, with which it goes. Functions are those that the current user may call.
row_values begin_row_values();
row_value prepare_value(row_values &values, const row_expression &expression);

// Goes on to the next row.
inline void look_at(row_values &values, TupleTableSlot *row) {
  ResetExprContext(values.context);
  values.context->ecxt_scantuple = row;
  if (values.most > 0)
    slot_getsomeattrs(row, values.most);
}

// In the memory of the row, which must be the current context.
inline Datum value_in(const row_values &values, const row_value &value, bool &is_null) {
  if (value.column == 0)
    return ExecEvalExpr(value.state, values.context, &is_null);
  const TupleTableSlot *row = values.context->ecxt_scantuple;
  is_null = row->tts_isnull[value.column - 1];
  return row->tts_values[value.column - 1];
}

// Whether some expression runs code that an extension or a user wrote, which may lean on settings.
bool calls_foreign_code(const row_expression &expression);

} // namespace upkeep::pg
