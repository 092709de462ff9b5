// After the statement that wrote rows of the target.
#include "features/rollups/first_trigger.hpp"
#include "features/rollups/target/made_rows.hpp"
#include "features/rollups/target/stored_row.hpp"
#include "features/rollups/target/target_side.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

std::vector<std::size_t> differing(const std::vector<fed_column> &columns, const stored_row &row,
                                   const std::vector<NullableDatum> &expected) {
  std::vector<std::size_t> differ;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const pg::column_info &column = columns[i].column;
    const Datum now = row.values[column.number - 1];
    const bool is_null = row.nulls[column.number - 1];
    if (is_null != expected[i].isnull ||
        (!is_null && !call([&] { return datum_image_eq(now, expected[i].value, column.by_value, column.length); })))
      differ.push_back(i);
  }
  return differ;
}

void put_right(figure_reader &reader, Relation table, const key_value &key) {
  const std::vector<fed_column> &columns = reader.plan->sources->columns;
  pg::with_spi([&] {
    const std::optional<stored_row> row = read_stored(*reader.plan, table, 0, key);
    if (!row)
      return;
    const std::vector<bool> all(columns.size(), true);
    const std::vector<NullableDatum> expected = figures_of_row(reader, row->values.data(), row->nulls.get(), all, {});
    const std::vector<std::size_t> differ = differing(columns, *row, expected);
    if (!differ.empty())
      write_figures(*reader.plan, table, 0, key, differ, expected);
  });
}

} // namespace

void after_target_statement(const TriggerData &trigger) {
  const std::vector<key_value> made = take_made(pg::topmost(RelationGetRelid(trigger.tg_relation)));
  if (made.empty())
    return;
  const std::shared_ptr<const target_plan> plan = plan_with_sources(trigger.tg_relation);
  if (!plan)
    return;
  figure_reader reader(plan, CurrentMemoryContext);
  for (const key_value &key : made)
    put_right(reader, trigger.tg_relation, key);
}

} // namespace upkeep::rollups
