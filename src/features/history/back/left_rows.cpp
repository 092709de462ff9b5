#include "features/history/back/left_rows.hpp"

#include "features/history/back/own_columns.hpp"
#include "features/history/back/stored_row.hpp"
#include "features/history/past/row_builder.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <unordered_map>

namespace upkeep::history {

using pg::call;

namespace {

// What later entries say of a row.
struct later_row {
  const past_row *row;
  enum { here, gone, another } now_there = here; // under the key that it was left with
  bool is_same = true;
  std::vector<AttrNumber> seen = {};
};

class left_rows {
public:
  left_rows(written_table &of, const known_transaction &transaction, MemoryContext memory)
      : of(of), transaction(transaction), memory(memory), builder(of.table, memory) {}

  // Needs pinned settings.
  std::set<const past_row *> find_changed(const std::set<const past_row *> &rows);
  void close() { builder.close(); }

private:
  void read_later();
  void add(later_row &later, const past_entry &entry);
  bool brings_key(const past_entry &entry, const stored_row &before) const;
  bool is_as_left_by_walk(const past_row &row);

  written_table &of;
  const known_transaction &transaction;
  MemoryContext memory;
  row_builder builder;
  const past_names names{RelationGetDescr(of.table.relation)};
  std::unordered_map<std::string, later_row> by_key;
};

// By walking back all that was written to the table since: for rows that had other keys meanwhile, and columns that had
// other names.
bool left_rows::is_as_left_by_walk(const past_row &row) {
  if (!of.since) {
    of.since.emplace(of.table, memory, lives::one);
    const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(of.table.plan.number)},
                                        {INT8OID, Int64GetDatum(transaction.first)},
                                        {TIMESTAMPTZOID, TimestampTzGetDatum(transaction.first_at)},
                                        {XID8OID, UInt64GetDatum(transaction.number)},
                                        {INT4OID, Int32GetDatum(own_cluster())}};
    each_entry(pg::sql(R"sql(
      WHERE e.table_number [=] $1 AND e.id [>] $2 AND e.at [>=] $3 AND NOT (e.transaction [=] $4 AND e.cluster [=] $5)
      ORDER BY e.id DESC
    )sql"),
               parameters, false, [&](const past_entry &entry) { of.since->go_back(entry); });
  }
  const past_row *then = of.since->find_then(row.hash_now, row.key_now);
  return !then ||
         (of.since->has_key_now(*then, row.key_now) && std::ranges::all_of(then->values, [&](const past_value &value) {
            return !value.has_past || of.is_ours(value.column) || builder.has_value(row, value.column, value.past);
          }));
}

// Whether the entry tells of a row that has come to the key.
bool left_rows::brings_key(const past_entry &entry, const stored_row &before) const {
  return entry.what == action::insert ||
         (entry.what == action::update &&
          std::ranges::any_of(of.table.plan.columns.key,
                              [&](const kept_column &column) { return before.find(column.number) != nullptr; }));
}

// No entry must tell of another value before it that the row has now: one may have been changed, and changed back.
void left_rows::add(later_row &later, const past_entry &entry) {
  if (later.now_there != later_row::here || entry.id <= later.row->newest ||
      (entry.what != action::update && entry.what != action::remove && entry.what != action::insert))
    return;
  const stored_row before = stored_row_of(entry.before, names, CurrentMemoryContext);
  if (brings_key(entry, before)) {
    later.now_there = later_row::another;
    return;
  }
  if (entry.what == action::remove)
    later.now_there = later_row::gone; // with all that it was
  for (const stored_field &field : before.fields)
    if (std::ranges::count(later.seen, field.column) == 0 && !of.is_ours(field.column)) {
      later.seen.push_back(field.column);
      later.is_same = later.is_same && builder.has_value(*later.row, field.column, field.value);
    }
}

// One query for all rows.
void left_rows::read_later() {
  std::vector<Datum> keys, newest;
  for (const auto &[key, later] : by_key) {
    keys.push_back(call([&] { return CStringGetTextDatum(later.row->name); }));
    newest.push_back(Int64GetDatum(later.row->newest));
  }
  const auto count = static_cast<int>(keys.size());
  const Datum key_array =
      call([&] { return PointerGetDatum(construct_array(keys.data(), count, TEXTOID, -1, false, TYPALIGN_INT)); });
  const Datum newest_array = call([&] {
    return PointerGetDatum(
        construct_array(newest.data(), count, INT8OID, sizeof(std::int64_t), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
  });
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(of.table.plan.number)},
                                      {TEXTARRAYOID, key_array},
                                      {INT8ARRAYOID, newest_array},
                                      {TIMESTAMPTZOID, TimestampTzGetDatum(transaction.first_at)}};
  each_entry(pg::sql(R"sql(
    , ROWS FROM (pg_catalog.unnest($2), pg_catalog.unnest($3)) AS k(key, newest)
    WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, k.key)
      AND e.table_number [=] $1 AND e.key [=] k.key AND e.id [>] k.newest AND e.at [>=] $4
    ORDER BY e.id
  )sql"),
             parameters, false, [&](const past_entry &entry) { add(by_key.at(entry.key), entry); });
}

std::set<const past_row *> left_rows::find_changed(const std::set<const past_row *> &rows) {
  std::set<const past_row *> changed;
  for (const past_row *row : rows)
    if (!builder.is_told(*row, of.ours))
      changed.insert(row);
    else if (row->is_there && !of.is_renamed)
      by_key.try_emplace(row->name, later_row{row});
    else if (row->is_there && !is_as_left_by_walk(*row))
      changed.insert(row);
  if (!by_key.empty())
    read_later();
  for (const auto &[key, later] : by_key)
    if (later.now_there == later_row::another ? !is_as_left_by_walk(*later.row) : !later.is_same)
      changed.insert(later.row);
  return changed;
}

} // namespace

written_table::written_table(const past_table &table, MemoryContext memory)
    : table(table), rows(table, memory), ours(own_columns(table)) {}

std::set<const past_row *> changed_rows(written_table &of, const std::set<const past_row *> &rows,
                                        const known_transaction &transaction, MemoryContext memory) {
  left_rows left(of, transaction, memory);
  std::set<const past_row *> changed;
  pg::with_pinned_settings([&] { changed = left.find_changed(rows); });
  left.close();
  return changed;
}

} // namespace upkeep::history
