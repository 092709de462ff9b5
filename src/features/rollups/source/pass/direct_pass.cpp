#include "features/rollups/source/pass/direct_pass.hpp"

#include "features/rollups/source/pass/being_written.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/memory.hpp"

namespace upkeep::rollups {

using pg::call;

direct_pass::direct_pass(const target_writer &plan, const rollup &of, group_keys &keys, row_finder &finder,
                         MemoryContext memory)
    : group_pass(plan, of, keys, finder, memory), domains(of.figures.size()) {
  Relation target = finder.rows().table;
  const auto columns = static_cast<std::size_t>(RelationGetDescr(target)->natts);
  call([&, set = std::span<const AttrNumber>(plan.columns)] {
    if (plan.is_quiet)
      pg::open_quiet_writer(target, set, writer);
    else {
      pg::open_writer(target, set, writer);
      pg::leave_out(writer, plan.function);
    }
    values = static_cast<Datum *>(MemoryContextAllocZero(memory, columns * (sizeof(Datum) + 2 * sizeof(bool))));
  });
  nulls = reinterpret_cast<bool *>(values + columns);
  replaced = nulls + columns;
  has_trigger = pg::has_trigger_before(writer);
}

// The first group's is that of all, since most statements have no other.
MemoryContext direct_pass::memory_of_group() {
  if (!is_used) {
    is_used = true;
    return memory;
  }
  if (scratch)
    call([this] { MemoryContextReset(scratch); });
  else
    scratch = call([this] { return AllocSetContextCreate(memory, "pg_upkeep rollup: a group", ALLOCSET_SMALL_SIZES); });
  return scratch;
}

void direct_pass::after_insert() { finder.look_anew(); }

void direct_pass::finish() {
  // Triggers AFTER UPDATE fire now.
  const pg::marked_statement marked(pg::own_statement::rollup);
  call([this] { pg::close_writer(writer); });
}

// Nobody is waited for before the row is written, unless something is to be read, or a trigger to be called, under its
// lock: a row that somebody else has changed meanwhile is locked then.
bool direct_pass::write(const group_change &change, bool anew) {
  const pg::within of_one_group(memory_of_group());
  anew = anew || is_computed(change);
  const bool needs_lock = anew || change.has_extremes || has_trigger;
  for (bool is_new = false;; is_new = true) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    if (finder.find(change.key)) {
      const bool is_locked = needs_lock && finder.lock_found(change.key);
      if (is_locked == needs_lock && write_found(change, anew, is_locked))
        return true;
    } else if (is_new)
      return false;
    finder.look_anew();
  }
}

// False where the row is to be sought again.
bool direct_pass::write_found(const group_change &change, bool anew, bool is_locked) {
  for (;;) {
    finder.read(next);
    compute(change, anew);
    if (!next.any_differs() || put(is_locked)) {
      note_written(change);
      return true;
    }
    if (is_locked || !finder.lock_found(change.key))
      return false;
    is_locked = true;
  }
}

void direct_pass::set(std::size_t i) {
  const pg::column_info &column = of.figures[i].column;
  const next_figures::figure_now &figure = next.figures[i];
  values[column.number - 1] = figure.next.value;
  nulls[column.number - 1] = figure.next.isnull;
  replaced[column.number - 1] = figure.differs;
  if (figure.differs && OidIsValid(column.domain))
    call([&, i] { domain_check(figure.next.value, figure.next.isnull, column.domain, &domains[i], memory); });
}

bool direct_pass::put(bool is_locked) {
  for (std::size_t i = 0; i < next.figures.size(); ++i)
    set(i);
  TupleTableSlot *row = finder.rows().row;
  if (!has_trigger)
    return call([&, is_locked] {
      const bool checks = IsolationUsesXactSnapshot() && !is_locked;
      return pg::try_update(writer, row, values, nulls, replaced, checks ? GetTransactionSnapshot() : InvalidSnapshot);
    });
  const pg::marked_statement marked(pg::own_statement::rollup);
  const being_written now(plan.by.table, row->tts_tid);
  call([&] {
    pg::follow_commands(writer);
    pg::update_locked(writer, row, values, nulls, replaced);
  });
  return true;
}

} // namespace upkeep::rollups
