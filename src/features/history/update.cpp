#include "features/history/update.hpp"

#include "postgres/rows/key_set.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/rows/transition.hpp"

#include <string>
#include <unordered_map>

namespace upkeep::history {

using pg::call;

namespace {

HeapTupleData view_of(MinimalTuple minimal) {
  HeapTupleData view{};
  view.t_len = minimal->t_len + MINIMAL_TUPLE_OFFSET;
  view.t_data = reinterpret_cast<HeapTupleHeader>(reinterpret_cast<char *>(minimal) - MINIMAL_TUPLE_OFFSET);
  return view;
}

std::string image_of_key(const history_plan &plan, TupleTableSlot *row) {
  std::string image;
  for (const kept_column &column : plan.columns.key) {
    bool is_null = false;
    const Datum value = call([&] { return slot_getattr(row, column.number, &is_null); });
    if (!is_null)
      pg::append_image(*TupleDescAttr(row->tts_tupleDescriptor, column.number - 1), value, image);
  }
  return image;
}

// A trigger has swallowed rows that were to move to another partition: what was updated is found by its key. Such
// statements are rare, so the new rows are kept in memory.
class rows_by_key {
public:
  rows_by_key(pg::transition &after, const history_plan &plan, Relation table)
      : plan(plan), row(call([=] { return MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsMinimalTuple); })) {
    while (after.next())
      rows.emplace(image_of_key(plan, after.row()), call([&] { return ExecCopySlotMinimalTuple(after.row()); }));
  }
  rows_by_key(const rows_by_key &) = delete;
  rows_by_key &operator=(const rows_by_key &) = delete;

  // What became of a row, once; nullptr where it is gone.
  TupleTableSlot *take(TupleTableSlot *before) {
    const auto found = rows.find(image_of_key(plan, before));
    if (found == rows.end())
      return nullptr;
    current = found->second;
    rows.erase(found);
    return show();
  }
  // The current one as a tuple.
  HeapTupleData tuple() const { return view_of(current); }

  template <class F> void rest(F &&each) {
    for (const auto &[key, tuple] : rows) {
      current = tuple;
      each(show());
    }
  }

  void close() {
    call([this] { ExecDropSingleTupleTableSlot(row); });
  }

private:
  TupleTableSlot *show() {
    return call([this] { return ExecStoreMinimalTuple(current, row, false); });
  }

  const history_plan &plan;
  TupleTableSlot *row;
  MinimalTuple current = nullptr;
  std::unordered_map<std::string, MinimalTuple> rows;
};

} // namespace

void record_update(const TriggerData &trigger, const history_plan &plan, recording &into) {
  pg::transition before(trigger.tg_oldtable, trigger.tg_relation), after(trigger.tg_newtable, trigger.tg_relation);
  const pg::row_comparer rows(*reinterpret_cast<const pg::layout *>(plan.counted.data()), trigger.tg_relation,
                              into.memory());
  if (before.count() == after.count()) {
    // The two tables hold their rows in the same order.
    while (before.next() && after.next())
      if (rows.changed(before, after))
        into.updated(before.row(), after.row());
  } else {
    rows_by_key new_rows(after, plan, trigger.tg_relation);
    while (before.next())
      if (TupleTableSlot *const row = new_rows.take(before.row()); !row)
        into.deleted(before.row());
      else if (rows.changed(before.tuple(), new_rows.tuple()))
        into.updated(before.row(), row);
    new_rows.rest([&](TupleTableSlot *row) { into.inserted(row); });
    new_rows.close();
  }
  before.close();
  after.close();
}

} // namespace upkeep::history
