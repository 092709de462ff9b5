#include "features/soft_delete/statement_notes.hpp"

#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"

#include <utility>

namespace upkeep::soft_delete {

using pg::call;

namespace {

statement_notes *newest = nullptr;

// The notes whose children are being taken along, within which everything else happens.
statement_notes *outermost = nullptr;

// Until the end of a block.
class being_outermost {
public:
  explicit being_outermost(statement_notes *notes) { outermost = notes; }
  being_outermost(const being_outermost &) = delete;
  being_outermost &operator=(const being_outermost &) = delete;
  ~being_outermost() { outermost = nullptr; }
};

// In the current memory context.
Datum copy_of(Datum value, const FormData_pg_attribute &attribute) {
  return call([&] {
    return attribute.attlen == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(value))
                                  : datumCopy(value, attribute.attbyval, attribute.attlen);
  });
}

} // namespace

statement_notes::statement_notes(MemoryContext executor) : closing_work(executor), next(newest), memory(executor) {
  newest = this;
}

statement_notes::~statement_notes() {
  statement_notes **at = &newest;
  while (*at != this)
    at = &(*at)->next;
  *at = next;
}

statement_notes &statement_notes::of(MemoryContext executor) {
  for (statement_notes *each = newest; each; each = each->next)
    if (each->memory == executor)
      return *each;
  return pg::make_in<statement_notes>(executor, executor);
}

void statement_notes::add(const std::shared_ptr<const soft_delete_plan> &plan, row_event event, HeapTuple row,
                          TupleDesc descriptor, Datum old_stamp) {
  const pg::within kept(memory);
  written_row note{plan, event, {}, old_stamp};
  for (const AttrNumber column : plan->key) {
    bool is_null = false;
    const Datum value = call([&] { return heap_getattr(row, column, descriptor, &is_null); });
    // Without a key there will be no such row.
    if (is_null)
      return;
    note.key.push_back(copy_of(value, *TupleDescAttr(descriptor, column - 1)));
  }
  written.push_back(std::move(note));
}

void statement_notes::keep(const written_row &row) {
  const pg::within kept(memory);
  written_row copy{row.plan, row.event, {}, row.old_stamp};
  for (std::size_t i = 0; i < row.key.size(); ++i)
    copy.key.push_back(copy_of(row.key[i], row.plan->key_attributes[i]));
  unverified.push_back(std::move(copy));
}

void statement_notes::verify_all() {
  for (const written_row &each : unverified)
    pg::with_spi([&] { verify(each); });
}

void statement_notes::run() {
  const auto take_along = [this] {
    for (const written_row &each : written) {
      pg::with_spi([&] { take_children_along(each); });
      if (needs_verification(*each.plan, each.event))
        outermost->keep(each);
    }
  };
  if (outermost)
    return take_along();
  {
    const being_outermost whole(this);
    take_along();
  }
  verify_all();
}

} // namespace upkeep::soft_delete
