#include "features/rollups/source/pass/row_finder.hpp"

#include "core/fault.hpp"
#include "features/rollups/source/pass/being_written.hpp"
#include "postgres/latest_snapshot.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

[[noreturn]] void changed_since() {
  throw fault{.sqlstate = sqlstate::serialization_failure,
              .message = "could not serialize access due to concurrent update",
              .hint = "Repeat the transaction."};
}

[[noreturn]] void is_written_already(const rollup &of, const key_value &key) {
  const std::string source = pg::table_name(of.source), target = pg::table_name(of.target);
  throw fault{
      .sqlstate = sqlstate::triggered_data_change,
      .message = fmt::format("the row of \"{}\" for {} is being written while a trigger before that changes \"{}\"",
                             target, key_text(of.keys, key), source),
      .hint =
          fmt::format("Let a trigger AFTER UPDATE of \"{}\" change \"{}\", not one BEFORE UPDATE.", target, source)};
}

} // namespace

row_finder::row_finder(const target_writer &writer, const rollup &of) : writer(writer), of(of) {
  by_index = call([&] { return pg::open_keyed(writer.by, true, found); });
}

void row_finder::close() {
  if (by_index)
    call([this] { pg::close_keyed(found); });
}

void row_finder::look_anew() {
  if (by_index)
    call([this] { pg::look_anew(found); });
}

bool row_finder::find(const key_value &key) {
  return call([this, values = key.values, nulls = key.nulls] { return pg::find_by_key(found, values, nulls); });
}

bool row_finder::lock_found(const key_value &key) {
  const bool is_locked = call([this, values = key.values, nulls = key.nulls] {
    const bool follows = !IsolationUsesXactSnapshot();
    if (pg::lock_found_row(found, values, LockTupleNoKeyExclusive, follows, nulls) != pg::lookup_result::found)
      return false;
    pg::require_seen(found);
    return true;
  });
  if (is_locked && being_written::is(of.target, found.row->tts_tid))
    is_written_already(of, key);
  return is_locked;
}

void row_finder::read(next_figures &into) {
  call([&, columns = writer.columns.data(), figures = into.figures.data(), count = into.figures.size()] {
    for (std::size_t i = 0; i < count; ++i)
      figures[i].stored.value = slot_getattr(found.row, columns[i], &figures[i].stored.isnull);
  });
}

bool row_finder::lock_by_query(const key_value &key, next_figures &into) {
  // Where the transaction keeps a snapshot, the query raises 40001 for a row that has changed since.
  pg::rows rows = writer.find.execute(key);
  if (rows.count() == 0 && IsolationUsesXactSnapshot() &&
      writer.find.execute(key, {}, pg::latest_snapshot()).count() > 0)
    changed_since();
  if (rows.count() == 0)
    return false;
  for (std::size_t i = 0; i < into.figures.size(); ++i) {
    next_figures::figure_now &each = into.figures[i];
    const pg::column_info &column = of.figures[i].column;
    const Datum value = rows.value(0, static_cast<int>(i) + 1, each.stored.isnull);
    each.stored.value =
        each.stored.isnull ? Datum(0) : call([&] { return datumCopy(value, column.by_value, column.length); });
  }
  rows.free();
  return true;
}

bool row_finder::lock(const key_value &key, next_figures &into) {
  if (!by_index)
    return lock_by_query(key, into);
  for (bool is_new = false;; is_new = true) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    if (find(key)) {
      if (lock_found(key)) {
        read(into);
        return true;
      }
    } else if (is_new)
      return false;
    look_anew();
  }
}

} // namespace upkeep::rollups
