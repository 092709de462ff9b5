// The rows that a statement deletes, restores or moves, until its end, when what follows from them is done.
#pragma once

#include "features/soft_delete/followed_row.hpp"
#include "postgres/executor/closing_work.hpp"

namespace upkeep::soft_delete {

// Such a row, in the current memory context; nothing without a key, as there will be no such row.
std::optional<written_row> note_of(const std::shared_ptr<const soft_delete_plan> &plan, row_event event, HeapTuple row,
                                   TupleDesc descriptor, std::optional<Datum> old_stamp = std::nullopt);

class statement_notes : public pg::closing_work {
public:
  explicit statement_notes(MemoryContext executor);
  ~statement_notes() override;

  // Those of a statement, whatever tables it writes; made at the first use.
  static statement_notes &of(MemoryContext executor);

  // `row`: as it is written. The links of the plan are locked.
  void add(const std::shared_ptr<const soft_delete_plan> &plan, row_event event, HeapTuple row, TupleDesc descriptor,
           std::optional<Datum> old_stamp = std::nullopt);
  void run() override;

private:
  void keep(const written_row &row);
  void take_all_along();
  void verify_all();

  statement_notes *next; // of another statement
  MemoryContext memory;
  bool is_cascade = false; // the statement is one that takes children along
  // Also those of the statements that take children along: however deep a family is, none nests in another, and a row
  // may come back before another of its parents does.
  std::vector<written_row> written;
};

} // namespace upkeep::soft_delete
