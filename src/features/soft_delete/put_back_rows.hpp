// The rows that history puts back, each with the stamp that it had, until the end of the call: no live row may be left
// under a deleted one.
#pragma once

#include "features/restored_rows.hpp"
#include "features/soft_delete/followed_row.hpp"

namespace upkeep::soft_delete {

class put_back_rows : public put_off_check {
public:
  static put_back_rows &of(restoration &whole);

  void add(const restoration &whole, const std::shared_ptr<const soft_delete_plan> &plan, row_event event,
           HeapTuple row, TupleDesc descriptor);
  void run() override;

private:
  std::vector<written_row> written;
};

} // namespace upkeep::soft_delete
