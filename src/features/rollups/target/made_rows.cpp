#include "features/rollups/target/made_rows.hpp"

#include "postgres/boundary.hpp"
#include "postgres/executor/running_statements.hpp"
#include "postgres/relation.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// The end of the transaction forgets all of them. A row that a savepoint took back is not found.
made_row *made_rows = nullptr;
MemoryContext made_memory = nullptr;

void forget_made(void *) {
  made_rows = nullptr;
  made_memory = nullptr;
}

void begin_made() {
  made_memory = AllocSetContextCreate(TopTransactionContext, "pg_upkeep rows made", ALLOCSET_SMALL_SIZES);
  auto *const callback =
      static_cast<MemoryContextCallback *>(MemoryContextAlloc(made_memory, sizeof(MemoryContextCallback)));
  *callback = {forget_made, nullptr, nullptr};
  MemoryContextRegisterResetCallback(made_memory, callback);
}

// One of the row's values into the note, with what it refers to.
void copy_column(const FormData_pg_attribute &column, const Datum *values, const bool *nulls, made_row &into, int at) {
  into.nulls[at] = nulls[column.attnum - 1];
  into.values[at] = into.nulls[at] ? Datum(0) : datumCopy(values[column.attnum - 1], column.attbyval, column.attlen);
}

void add_made(const target_plan &plan, TupleDesc descriptor, const EState *statement, const Datum *values,
              const bool *nulls) {
  if (!made_memory)
    begin_made();
  MemoryContext outer = MemoryContextSwitchTo(made_memory);
  const std::size_t count = plan.keys.size() + plan.figures.size();
  auto *const made = static_cast<made_row *>(palloc(sizeof(made_row) + count * (sizeof(Datum) + sizeof(bool))));
  made->values = reinterpret_cast<Datum *>(made + 1);
  made->nulls = reinterpret_cast<bool *>(made->values + count);
  int at = 0;
  for (const std::vector<AttrNumber> *columns : {&plan.keys, &plan.figures})
    for (const AttrNumber column : *columns)
      copy_column(*TupleDescAttr(descriptor, column - 1), values, nulls, *made, at++);
  made->root = plan.root;
  made->statement = statement;
  made->next = made_rows;
  made_rows = made;
  MemoryContextSwitchTo(outer);
}

// A statement fires the triggers of the table that it names, whatever children its rows lie in.
bool lies_in(Oid table, Oid root) { return table == root || std::ranges::count(pg::ancestors(table), root) > 0; }

} // namespace

void note_made(const target_plan &plan, TupleDesc descriptor, const EState *statement, const Datum *values,
               const bool *nulls) {
  call([&] { add_made(plan, descriptor, statement, values, nulls); });
}

void forget_last_made(const EState *statement) {
  if (made_rows && made_rows->statement == statement)
    made_rows = made_rows->next;
}

std::vector<const made_row *> take_made(Oid root, const EState *statement) {
  std::vector<const made_row *> taken;
  for (made_row **at = &made_rows; *at;) {
    made_row *const each = *at;
    if ((each->statement == statement || !pg::is_noted(each->statement)) && lies_in(each->root, root)) {
      taken.push_back(each);
      *at = each->next;
    } else
      at = &each->next;
  }
  std::ranges::stable_sort(taken, {}, &made_row::root);
  return taken;
}

} // namespace upkeep::rollups
