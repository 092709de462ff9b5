#include "features/soft_delete/put_back_rows.hpp"

#include "features/soft_delete/statement_notes.hpp"
#include "postgres/memory.hpp"

namespace upkeep::soft_delete {

put_back_rows &put_back_rows::of(restoration &whole) {
  if (!whole.check)
    whole.check = std::make_unique<put_back_rows>();
  return static_cast<put_back_rows &>(*whole.check);
}

void put_back_rows::add(const restoration &whole, const std::shared_ptr<const soft_delete_plan> &plan, row_event event,
                        HeapTuple row, TupleDesc descriptor) {
  const pg::within kept(whole.memory);
  if (std::optional<written_row> note = note_of(plan, event, row, descriptor))
    written.push_back(std::move(*note));
}

void put_back_rows::run() {
  live_parents known;
  for (const written_row &each : written)
    verify(each, known, live_children::all);
}

} // namespace upkeep::soft_delete
