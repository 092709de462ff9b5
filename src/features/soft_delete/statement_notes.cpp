#include "features/soft_delete/statement_notes.hpp"

#include "postgres/executor/marked_statement.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"

#include <utility>

namespace upkeep::soft_delete {

using pg::call;

namespace {

statement_notes *newest = nullptr;

// The notes whose children are being taken along.
statement_notes *outermost = nullptr;

// Until the end of a block.
class being_outermost {
public:
  explicit being_outermost(statement_notes *notes) : before(std::exchange(outermost, notes)) {}
  being_outermost(const being_outermost &) = delete;
  being_outermost &operator=(const being_outermost &) = delete;
  ~being_outermost() { outermost = before; }

private:
  statement_notes *before;
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

std::optional<written_row> note_of(const std::shared_ptr<const soft_delete_plan> &plan, row_event event, HeapTuple row,
                                   TupleDesc descriptor, std::optional<Datum> old_stamp) {
  written_row note{plan, event, {}, old_stamp};
  for (const AttrNumber column : plan->key) {
    bool is_null = false;
    const Datum value = call([&] { return heap_getattr(row, column, descriptor, &is_null); });
    if (is_null)
      return std::nullopt;
    note.key.push_back(copy_of(value, *TupleDescAttr(descriptor, column - 1)));
  }
  return note;
}

void statement_notes::add(const std::shared_ptr<const soft_delete_plan> &plan, row_event event, HeapTuple row,
                          TupleDesc descriptor, std::optional<Datum> old_stamp) {
  const pg::within kept(memory);
  if (std::optional<written_row> note = note_of(plan, event, row, descriptor, old_stamp))
    written.push_back(std::move(*note));
  is_cascade |= pg::is_fired_by(pg::own_statement::cascade);
}

void statement_notes::keep(const written_row &row) {
  const pg::within kept(memory);
  written_row copy{row.plan, row.event, {}, row.old_stamp};
  for (std::size_t i = 0; i < row.key.size(); ++i)
    copy.key.push_back(copy_of(row.key[i], row.plan->key_attributes[i]));
  written.push_back(std::move(copy));
}

// There are more and more of them.
void statement_notes::take_all_along() {
  const being_outermost outer(this);
  for (std::size_t i = 0; i < written.size(); ++i) {
    const written_row row = written[i];
    pg::with_spi([&] { take_children_along(row); });
  }
}

void statement_notes::verify_all() {
  live_parents known;
  for (const written_row &each : written)
    if (needs_verification(*each.plan, each.event))
      pg::with_spi([&] { verify(each, known); });
}

void statement_notes::run() {
  if (is_cascade && outermost) {
    for (const written_row &each : written)
      outermost->keep(each);
    return;
  }
  take_all_along();
  verify_all();
}

} // namespace upkeep::soft_delete
