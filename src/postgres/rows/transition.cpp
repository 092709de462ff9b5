#include "postgres/rows/transition.hpp"

namespace upkeep::pg {

transition::transition(Tuplestorestate *rows, Relation table) : rows(rows) {
  if (!rows)
    return;
  slot = call([=] { return MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsMinimalTuple); });
  call([=] {
    tuplestore_select_read_pointer(rows, 0);
    tuplestore_rescan(rows);
  });
}

void transition::close() {
  if (slot)
    call([this] { ExecDropSingleTupleTableSlot(slot); });
}

std::int64_t transition::count() const {
  return rows ? call([this] { return tuplestore_tuple_count(rows); }) : 0;
}

bool transition::next() {
  return rows && call([this] {
           CHECK_FOR_INTERRUPTS();
           return tuplestore_gettupleslot(rows, true, false, slot);
         });
}

HeapTupleData transition::tuple() const {
  bool must_free = false;
  MinimalTuple minimal = call([&] { return ExecFetchSlotMinimalTuple(slot, &must_free); });
  HeapTupleData view{};
  view.t_len = minimal->t_len + MINIMAL_TUPLE_OFFSET;
  view.t_data = reinterpret_cast<HeapTupleHeader>(reinterpret_cast<char *>(minimal) - MINIMAL_TUPLE_OFFSET);
  return view;
}

} // namespace upkeep::pg
