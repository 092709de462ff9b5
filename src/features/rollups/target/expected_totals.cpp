#include "features/rollups/target/expected_totals.hpp"

#include "features/rollups/target/stored_row.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// A copy in the current memory context, of a value that the closing of a connection takes away.
NullableDatum kept(const pg::column_info &column, NullableDatum value) {
  if (!value.isnull)
    value.value = call([&] { return SPI_datumTransfer(value.value, column.by_value, column.length); });
  return value;
}

} // namespace

expected_totals::expected_totals(Relation table, const rollup &of, MemoryContext memory)
    : table(table), of(of), plan(plan_with_sources(table)) {
  if (!plan)
    return;
  for (const fed_column &column : plan->sources->columns) {
    const bool is_own =
        std::ranges::any_of(of.figures, [&](const figure &each) { return each.column.number == column.column.number; });
    wanted.push_back(is_own);
    shares |= is_own && column.feeds.size() > 1;
    for (const fed_column::feed &feed : column.feeds) {
      const bool has_own_keys = have_same_keys(plan->parts[feed.part].keys, of.keys);
      needs_row |= is_own && !has_own_keys;
      own_part = has_own_keys ? feed.part : own_part;
    }
  }
  if (shares)
    reader.emplace(plan, memory);
}

std::vector<NullableDatum> expected_totals::read(const key_value &key) {
  const std::size_t natts = static_cast<std::size_t>(RelationGetDescr(table)->natts);
  std::vector<NullableDatum> figures(of.figures.size(), {0, true});
  pg::with_spi([&] {
    stored_row row{std::vector<Datum>(natts), std::make_unique<bool[]>(natts)};
    for (std::size_t i = 0; i < of.keys.size(); ++i) {
      row.values[of.keys[i].column.number - 1] = key.values[i];
      row.nulls[of.keys[i].column.number - 1] = key.nulls[i];
    }
    if (needs_row) {
      std::optional<stored_row> found = read_stored(*plan, table, own_part, key);
      if (!found)
        return;
      row = std::move(*found);
    }
    const std::vector<NullableDatum> all = figures_of_row(*reader, row.values.data(), row.nulls.get(), wanted, {});
    for (std::size_t i = 0; i < figures.size(); ++i)
      for (std::size_t column = 0; column < all.size(); ++column)
        if (plan->sources->columns[column].column.number == of.figures[i].column.number)
          figures[i] = kept(of.figures[i].column, all[column]);
  });
  return figures;
}

} // namespace upkeep::rollups
