#include "features/rollups/target/row_figures.hpp"

#include "core/fault.hpp"
#include "features/rollups/figure_value.hpp"
#include "features/rollups/group_context.hpp"
#include "features/rollups/target/computed_groups.hpp"
#include "postgres/as_user.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

constexpr NullableDatum null_value{0, true};

// The figures of one part, in its rollup's order; no elements where the source has no rows.
using part_figures = std::vector<NullableDatum>;

std::vector<pg::parameter> parameters_of(const target_source &source, const key_value &key) {
  std::vector<pg::parameter> parameters;
  for (std::size_t i = 0; i < source.of.keys.size(); ++i)
    parameters.push_back({source.of.keys[i].column.type, key.values[i], key.nulls[i]});
  return parameters;
}

// A copy of what a query returned for a figure, beyond the query.
Datum transferred(const figure &of, Datum value) {
  const bool is_number = is_additive(of.function);
  const bool by_value = is_number ? of.function == aggregate::count : of.column.by_value;
  const int length = is_number ? -1 : of.column.length;
  return call([=] { return SPI_datumTransfer(value, by_value, length); });
}

part_figures read_group(const target_source &source, const key_value &key) {
  part_figures figures;
  // After the keys and the number of rows.
  int column = static_cast<int>(source.of.keys.size()) + 1;
  const auto read = [&] {
    const pg::rows found = source.one_group.execute(parameters_of(source, key), pg::latest_snapshot());
    for (const figure &each : source.of.figures) {
      NullableDatum value = null_value;
      value.value = found.value(0, ++column, value.isnull);
      if (!value.isnull)
        value.value = transferred(each, value.value);
      figures.push_back(value);
    }
  };
  const auto as_owner_of_source = [&] {
    pg::as_restricted(source.of.source_owner, [&] { pg::with_pinned_settings(read); });
  };
  with_group_context(source.of, key, [&] { pg::with_spi(as_owner_of_source); });
  return figures;
}

// Counts as long as they are whole, then numerics.
struct total {
  std::int64_t count = 0;
  std::optional<Datum> sum;

  void add(aggregate function, Datum value) {
    if (function == aggregate::count)
      count += DatumGetInt64(value);
    else
      sum = sum ? call([&] { return DirectFunctionCall2(numeric_add, *sum, value); }) : value;
  }
  Datum numeric() const {
    return call([this] {
      const Datum whole = NumericGetDatum(int64_to_numeric(count));
      return sum ? DirectFunctionCall2(numeric_add, *sum, whole) : whole;
    });
  }
};

class row_reading {
public:
  row_reading(figure_reader &reader, const Datum *values, const bool *nulls, const std::vector<bool> &wanted,
              const read_terms &terms)
      : reader(reader), sources(*reader.plan->sources), values(values), nulls(nulls), terms(terms),
        read(sources.list.size()), is_totalled(sources.list.size()) {
    for (std::size_t i = 0; i < sources.columns.size(); ++i)
      if (wanted[i] && is_additive(sources.columns[i].function))
        for (const fed_column::feed &feed : sources.columns[i].feeds)
          is_totalled[feed.part] = true;
  }

  NullableDatum value_of(const fed_column &column) {
    if (!is_additive(column.function)) {
      const fed_column::feed &feed = column.feeds.front();
      const part_figures &figures = part(feed.part);
      return figures.empty() ? null_value : figures[feed.figure];
    }
    total all;
    for (const fed_column::feed &feed : column.feeds)
      if (const part_figures &figures = part(feed.part); !figures.empty() && !figures[feed.figure].isnull)
        all.add(sources.list[feed.part]->of.figures[feed.figure].function, figures[feed.figure].value);
    const std::optional<Datum> stored =
        all.sum ? stored_number(column.column, all.numeric()) : stored_integer(column.column, all.count);
    if (!stored)
      refuse(column, all);
    return {*stored, false};
  }

private:
  const part_figures &part(std::size_t number) {
    if (!read[number])
      read[number] = figures_of(number);
    return *read[number];
  }

  part_figures figures_of(std::size_t number) {
    const target_source &source = *sources.list[number];
    const key_value key = key_of_row(reader.plan->parts[number], values, nulls);
    group_keys &keys = reader.keys[number];
    if ((terms.starts_empty && !source.may_precede) || (!source.of.groups_nulls && keys.has_null(key)))
      return {};
    if (is_totalled[number])
      note_computed(terms.own, source.of.root, source.of.source, call([&] { return keys.hash(key); }));
    return read_group(source, key);
  }

  [[noreturn]] void refuse(const fed_column &column, const total &all) {
    const std::size_t number = column.feeds.front().part;
    const target_part &part = reader.plan->parts[number];
    const Datum number_found = all.numeric();
    too_large(column.column, part.keys, key_of_row(part, values, nulls),
              pg::string_from([=] { return DatumGetCString(DirectFunctionCall1(numeric_out, number_found)); }));
  }

  figure_reader &reader;
  const target_sources &sources;
  const Datum *values;
  const bool *nulls;
  const read_terms &terms;
  std::vector<std::optional<part_figures>> read;
  std::vector<bool> is_totalled; // some wanted count or sum is made of the part
};

} // namespace

figure_reader::figure_reader(std::shared_ptr<const target_plan> of, MemoryContext memory) : plan(std::move(of)) {
  for (const target_part &part : plan->parts)
    keys.emplace_back(part.keys, memory);
}

key_value key_of_row(const target_part &part, const Datum *values, const bool *nulls) {
  const std::size_t count = part.keys.size();
  const key_value key{static_cast<Datum *>(call([=] { return palloc(count * sizeof(Datum)); })),
                      static_cast<bool *>(call([=] { return palloc(count * sizeof(bool)); }))};
  for (std::size_t i = 0; i < count; ++i) {
    key.values[i] = values[part.keys[i].column.number - 1];
    key.nulls[i] = nulls[part.keys[i].column.number - 1];
  }
  return key;
}

std::vector<NullableDatum> figures_of_row(figure_reader &reader, const Datum *values, const bool *nulls,
                                          const std::vector<bool> &wanted, const read_terms &terms) {
  const std::vector<fed_column> &columns = reader.plan->sources->columns;
  row_reading reading(reader, values, nulls, wanted, terms);
  std::vector<NullableDatum> figures;
  for (std::size_t i = 0; i < columns.size(); ++i)
    figures.push_back(wanted[i] ? reading.value_of(columns[i]) : null_value);
  return figures;
}

} // namespace upkeep::rollups
