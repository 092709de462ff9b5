#include "features/history/back/foreign_keys.hpp"
#include "features/history/back/row_statements.hpp"
#include "features/history/back/undo_step.hpp"

#include "features/restored_rows.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <map>
#include <span>

namespace upkeep::history {

using pg::call;

namespace {

using steps_of_batch = std::span<const undo_step *const>;

struct undo_batch {
  steps_of_batch steps;
  pg::parameter keys, rows;
};

// Whether one statement did both, and one can undo them.
bool belong_together(const undo_step &a, const undo_step &b) {
  return a.table == b.table && a.what == b.what && a.at == b.at && a.columns == b.columns;
}

undo_batch batch_of(steps_of_batch steps) {
  const past_table &table = *steps.front()->table;
  std::vector<Datum> keys, rows;
  for (const undo_step *step : steps) {
    keys.push_back(row_datum(table, step->key, step->row->name));
    rows.push_back(row_datum(table, step->before, step->row->name));
  }
  return {steps, row_array(table, keys), row_array(table, rows)};
}

std::vector<undo_batch> batches_of(const std::vector<const undo_step *> &steps) {
  std::vector<undo_batch> batches;
  for (std::size_t first = 0; first < steps.size();) {
    std::size_t last = first + 1;
    while (last < steps.size() && belong_together(*steps[first], *steps[last]))
      ++last;
    batches.push_back(batch_of(steps_of_batch(steps).subspan(first, last - first)));
    first = last;
  }
  return batches;
}

// The keys of all rows, by table.
std::vector<restored_rows> rows_of(const std::vector<const undo_step *> &steps) {
  std::map<const past_table *, std::vector<Datum>> keys;
  for (const undo_step *step : steps)
    keys[step->table].push_back(row_datum(*step->table, step->key, step->row->name));
  std::vector<restored_rows> rows;
  for (const auto &[table, some] : keys)
    rows.push_back({RelationGetRelid(table->relation), row_array(*table, some)});
  return rows;
}

// What others have added since must not go, or change, with a row that goes.
void require_no_children(const past_table &table, const pg::parameter &keys) {
  const Oid oid = RelationGetRelid(table.relation);
  for (const foreign_key &key : foreign_keys_to(oid)) {
    if (key.child == oid || !is_referred_to(table, key, keys))
      continue;
    throw fault{.sqlstate = sqlstate::foreign_key_violation,
                .message = fmt::format("rows of \"{}\" refer to rows of \"{}\" that would go",
                                       pg::table_name(key.child), RelationGetRelationName(table.relation)),
                .detail = "They are not among the rows of the transaction that history knows.",
                .hint = "Undo what wrote them first, or delete them."};
  }
}

std::uint64_t run(const undo_batch &batch) {
  const undo_step &first = *batch.steps.front();
  if (first.what == action::remove)
    return insert_rows(*first.table, first.columns, batch.rows);
  if (first.what == action::update)
    return update_rows(*first.table, first.columns, batch.keys, batch.rows);
  require_no_children(*first.table, batch.keys);
  return delete_rows(*first.table, batch.keys);
}

} // namespace

void changed_since(const past_table &table, const char *key) {
  const std::string name = pg::qualified(RelationGetRelid(table.relation));
  throw fault{.sqlstate = sqlstate::serialization_failure,
              .message =
                  fmt::format("row {} of \"{}\" was changed since", key, RelationGetRelationName(table.relation)),
              .hint = fmt::format("See by whom, and undo that first: SELECT * FROM upkeep.row_history({}, {});",
                                  pg::literals({name}), pg::literals({key}))};
}

void run(const std::vector<const undo_step *> &steps) {
  std::vector<undo_batch> batches;
  std::vector<restored_rows> rows;
  pg::with_pinned_settings([&] {
    batches = batches_of(steps);
    rows = rows_of(steps);
  });
  const restoration running(std::move(rows));
  for (const undo_batch &batch : batches)
    if (run(batch) != batch.steps.size())
      changed_since(*batch.steps.front()->table, batch.steps.front()->row->name);
  running.finish();
}

} // namespace upkeep::history
