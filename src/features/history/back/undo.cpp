// upkeep.undo: the inverse of a transaction.
#include "features/history/back/left_rows.hpp"
#include "features/history/back/opened_tables.hpp"
#include "features/history/back/row_statements.hpp"
#include "features/history/back/undo_step.hpp"

#include "postgres/sql/arguments.hpp"
#include "postgres/values/pinned_settings.hpp"
#include "postgres/values/sameness.hpp"

#include <algorithm>
#include <set>

namespace upkeep::history {

using pg::call;

namespace {

[[noreturn]] void not_undoable(std::string message, std::string hint) {
  throw fault{
      .sqlstate = sqlstate::object_not_in_prerequisite_state, .message = std::move(message), .hint = std::move(hint)};
}

class undone_transaction {
public:
  undone_transaction(std::uint64_t number, MemoryContext memory) : number(number), memory(memory), tables(memory) {}

  void read();
  void require_as_left();
  // How many rows.
  std::uint64_t undo();

private:
  written_table &written(const past_entry &entry);
  void add(const past_entry &entry);
  void choose_columns(undo_step &step, const written_table &of) const;
  [[noreturn]] void unknown();

  std::uint64_t number;
  MemoryContext memory;
  known_transaction known{number, 0, 0, 0, {}};
  opened_tables tables;
  std::map<std::int32_t, written_table> by_number;
  std::vector<undo_step> steps; // the newest entry first
};

// Entries of another cluster have numbers of its transactions.
void undone_transaction::unknown() {
  const pg::parameter parameters[] = {{XID8OID, UInt64GetDatum(number)}};
  bool is_of_another = false;
  each_entry(pg::sql("WHERE e.transaction [=] $1 LIMIT 1"), parameters, false,
             [&](const past_entry &) { is_of_another = true; });
  if (is_of_another)
    not_undoable(fmt::format("transaction {} is one of another cluster", number),
                 "Its entries were restored from a dump: read them in upkeep.history.");
  throw fault{.sqlstate = sqlstate::no_data_found,
              .message = fmt::format("nothing is known of a transaction {}", number),
              .hint = "Pass one that upkeep.history has, and that has ended: SELECT DISTINCT transaction FROM "
                      "upkeep.history;"};
}

// What was called otherwise since is known by its name then.
written_table &undone_transaction::written(const past_entry &entry) {
  if (const auto known = by_number.find(entry.table); known != by_number.end())
    return known->second;
  written_table &made = by_number.try_emplace(entry.table, tables.numbered(entry.table), memory).first->second;
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(entry.table)}, {INT8OID, Int64GetDatum(entry.id)}};
  each_entry(pg::sql(R"sql(
    WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, NULL)
      AND e.table_number [=] $1 AND e.key IS NULL AND e.action [=] 'r'::pg_catalog."char" AND e.id [>] $2
    ORDER BY e.id DESC
  )sql"),
             parameters, false, [&](const past_entry &rename) {
               made.rows.go_back(rename);
               made.is_renamed = true;
             });
  return made;
}

// Of an update what it has changed, but for what follows from other values.
void undone_transaction::choose_columns(undo_step &step, const written_table &of) const {
  const auto state = [](const stored_field &field) { return call([&] { return pg::state_of(field.value); }); };
  const auto forgotten = [&](const char *what) {
    not_undoable(fmt::format("a value of row {} of \"{}\" was {}", step.row->name,
                             RelationGetRelationName(of.table.relation), what),
                 "It cannot come back. upkeep.history has the others.");
  };
  if (step.what == action::insert)
    return;
  for (const stored_field &field : step.before.fields)
    if (state(field) == pg::stored_state::erased)
      forgotten("erased");
    else if (step.what == action::update && state(field) == pg::stored_state::digest)
      forgotten("kept as a digest only");
  step.columns = known_columns(of.table, step.before);
  if (step.what == action::update)
    std::erase_if(step.columns, [&](AttrNumber column) { return of.is_ours(column); });
}

void undone_transaction::add(const past_entry &entry) {
  if (entry.what == action::correct)
    return;
  if (entry.what == action::erase)
    not_undoable(fmt::format("transaction {} has erased values", number), "They cannot come back.");
  written_table &of = written(entry);
  past_row *row = of.rows.go_back(entry);
  if (!row)
    return;
  const past_names &names = of.rows.names_then();
  Jsonb *key = call([&] { return DatumGetJsonbP(pg::jsonb_from(entry.key)); });
  undo_step &step = steps.emplace_back(undo_step{&of.table,
                                                 row,
                                                 entry.what,
                                                 entry.id,
                                                 entry.at,
                                                 stored_row_of(entry.before, names, memory),
                                                 stored_row_of(entry.after, names, memory),
                                                 stored_row_of(key, names, memory),
                                                 {}});
  choose_columns(step, of);
}

void undone_transaction::read() {
  const pg::parameter parameters[] = {{XID8OID, UInt64GetDatum(number)}, {INT4OID, Int32GetDatum(own_cluster())}};
  pg::with_pinned_settings([&] {
    each_entry(pg::sql("WHERE e.transaction [=] $1 AND e.cluster [=] $2 ORDER BY e.id DESC"), parameters, false,
               [&](const past_entry &entry) {
                 known.last = std::max(known.last, entry.id);
                 known.first = entry.id;
                 known.first_at = known.tables.empty() ? entry.at : std::min(known.first_at, entry.at);
                 if (std::ranges::count(known.tables, entry.table) == 0)
                   known.tables.push_back(entry.table);
                 add(entry);
               });
  });
  if (known.tables.empty())
    unknown();
  require_whole(known);
  // What came and went within the transaction is gone; what only follows from other values follows.
  std::erase_if(steps, [](const undo_step &step) {
    return (!step.row->is_there && !step.row->existed) || (step.what == action::update && step.columns.empty());
  });
}

// Throws 40001, naming the first that is not, unless each row stands as the transaction left it.
void undone_transaction::require_as_left() {
  std::set<const past_row *> changed;
  for (auto &[table_number, of] : by_number) {
    std::set<const past_row *> rows;
    std::vector<Datum> keys;
    pg::with_pinned_settings([&] {
      for (const undo_step &step : steps)
        if (step.table == &of.table && rows.insert(step.row).second)
          keys.push_back(row_datum(of.table, step.key));
    });
    if (rows.empty())
      continue;
    of.rows.index();
    of.rows.find_rows(lock_rows(of.table, row_array(of.table, keys)));
    changed.merge(changed_rows(of, rows, known, memory));
  }
  for (auto step = steps.rbegin(); !changed.empty() && step != steps.rend(); ++step)
    if (changed.contains(step->row))
      changed_since(*step->table, step->row->name);
}

std::uint64_t undone_transaction::undo() {
  const std::uint64_t count = count_rows(steps);
  leave_to_cascades(steps);
  run(in_order(steps));
  tables.close();
  return count;
}

std::uint64_t undo(std::uint64_t number) {
  if (number == U64FromFullTransactionId(GetTopFullTransactionIdIfAny()))
    not_undoable("the current transaction cannot be undone", "Take it back with ROLLBACK.");
  undone_transaction transaction(number, CurrentMemoryContext);
  transaction.read();
  transaction.require_as_left();
  return transaction.undo();
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;

// upkeep.undo(transaction) RETURNS bigint: the inverse of a transaction; how many rows. Errors: 22004; P0002 an unknown
// transaction; 55000 the current one, one of another cluster, one whose values were erased or never kept; 40001 a row
// was changed since; 42501; 23505, 23503, 23502 and whatever writing raises.
UPKEEP_FUNCTION(upkeep_undo) {
  return pg::entry([=] {
    const auto transaction = DatumGetUInt64(pg::arguments(fcinfo).value(0, "transaction"));
    std::uint64_t count = 0;
    pg::with_spi([&] { count = history::undo(transaction); });
    return Int64GetDatum(static_cast<std::int64_t>(count));
  });
}
