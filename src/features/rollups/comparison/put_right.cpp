#include "features/rollups/comparison/put_right.hpp"

#include "features/rollups/comparison/group_tables.hpp"
#include "features/rollups/emptiness.hpp"
#include "features/rollups/figure_value.hpp"
#include "features/rollups/key_index.hpp"
#include "postgres/as_owner.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/number.hpp"

#include <numeric>

namespace upkeep::rollups {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *written_rows = "upkeep_written";

// A condition: the column can hold the value; other types than numbers were coerced to it already.
fragment fits(const pg::column_info &column, const fragment &value) {
  const number_type type = pg::number_type_of(column.type, column.modifier).value();
  if (type.type != number_type::numeric)
    return sql("{value} BETWEEN {least} AND {most}", "value"_is = value, "least"_is = -type.greatest_integer() - 1,
               "most"_is = type.greatest_integer());
  if (!type.is_bounded)
    return sql("{value} <> 'NaN' AND abs({value}) <> 'Infinity'", "value"_is = value);
  return sql("abs({value}) < {most}::numeric", "value"_is = value,
             "most"_is = pg::literal{fmt::format("1e{}", type.precision - type.scale)});
}

[[noreturn]] void refuse(const pg::column_info &column, const std::string &key, const std::string &value) {
  if (value == "NaN" || value.ends_with("Infinity"))
    pg::not_finite(value == "NaN" ? pg::number_kind::nan : pg::number_kind::infinity,
                   fmt::format("a value of figure \"{}\" of \"{}\" for {}", column.name, column.table, key));
  too_large(column, key, value);
}

void require_fit(const comparison &compared, const std::vector<std::size_t> &figures) {
  std::vector<fragment> values;
  for (const std::size_t each : figures) {
    const figure &of = *compared.figures()[each].of;
    if (is_additive(of.function))
      values.push_back(sql("({number}, {value}, {fits})", "number"_is = each, "value"_is = numbered("w.v", each),
                           "fits"_is = fits(of.column, numbered("w.v", each))));
  }
  if (values.empty())
    return;
  const pg::rows found = pg::read(sql(R"sql(
    SELECT m.number::text, w.key, m.value::text
    FROM {rows} AS w
    CROSS JOIN LATERAL (VALUES {values}) AS m (number, value, fits)
    WHERE NOT m.fits
    LIMIT 1
  )sql",
                                      "rows"_is = fragment(written_rows), "values"_is = pg::joined(values)));
  if (found.count() > 0)
    refuse(compared.figures()[std::stoul(found.text(0, 1).value())].of->column, found.text(0, 2).value(),
           found.text(0, 3).value());
}

std::vector<std::size_t> every_figure(const comparison &compared) {
  std::vector<std::size_t> figures(compared.figures().size());
  std::iota(figures.begin(), figures.end(), 0);
  return figures;
}

// A row of the target may have no key, whether that is a group or not.
matching matching_of(std::span<const pg::parameter> keys) {
  const bool has_null = std::ranges::any_of(keys, [](const pg::parameter &array) {
    return call([&] { return array_contains_nulls(DatumGetArrayTypeP(array.value)); });
  });
  return has_null ? matching::nulls : matching::values;
}

void lock_rows(const rollup &of, std::span<const pg::parameter> keys, matching by) {
  std::vector<fragment> order;
  for (const group_key &each : of.keys)
    order.push_back(sql("t.{name}", "name"_is = pg::identifier{each.column.name}));
  pg::execute(sql("SELECT FROM {target} AS t JOIN {arrays} ON {same} ORDER BY {order} FOR NO KEY UPDATE OF t",
                  "target"_is = pg::table{of.target}, "arrays"_is = key_arrays(of),
                  "same"_is = has_key(of, "t", "g.k", by), "order"_is = pg::joined(order)),
              keys, pg::snapshot::latest);
}

std::int64_t replaced_figures() {
  const pg::rows found =
      pg::read(sql("SELECT COALESCE(sum(w.replaced), 0)::bigint FROM {rows} AS w", "rows"_is = fragment(written_rows)));
  bool is_null = false;
  return DatumGetInt64(found.value(0, 1, is_null));
}

void write_rows(const comparison &compared, const rollup &of) {
  std::vector<fragment> list;
  for (const std::size_t each : every_figure(compared))
    list.push_back(sql("{column} = {value}", "column"_is = pg::identifier{compared.figures()[each].of->column.name},
                       "value"_is = numbered("w.v", each)));
  const pg::marked_statement marked(pg::own_statement::rollup);
  pg::execute(sql("UPDATE {target} AS t SET {list} FROM {rows} AS w WHERE t.ctid = w.at AND t.tableoid = w.part",
                  "target"_is = pg::table{of.target}, "list"_is = pg::joined(list), "rows"_is = fragment(written_rows)),
              {}, pg::snapshot::latest);
}

// Those that hold nothing now.
void delete_rows(const rollup &of, std::span<const pg::parameter> keys, matching by) {
  if (of.keeps_empty)
    return;
  fragment empty;
  pg::with_relation(of.target, [&](Relation target) { empty = holds_nothing(of, target); });
  const pg::marked_statement marked(pg::own_statement::rollup);
  pg::execute(sql("DELETE FROM {target} AS t USING {arrays} WHERE {same} AND {empty}",
                  "target"_is = pg::table{of.target}, "arrays"_is = key_arrays(of),
                  "same"_is = has_key(of, "t", "g.k", by), "empty"_is = empty),
              keys, pg::snapshot::latest);
}

std::int64_t insert(const comparison &compared, const rollup &of, const std::vector<std::size_t> &figures) {
  pg::with_relation(of.target, [&](Relation target) { require_key_index(target, of.keys); });
  std::vector<fragment> keys, columns, values = numbered_keys(of, "w.k");
  for (const group_key &each : of.keys)
    keys.push_back(pg::identifier{each.column.name});
  columns = keys;
  for (const std::size_t each : figures) {
    columns.push_back(pg::identifier{compared.figures()[each].of->column.name});
    values.push_back(numbered("w.v", each));
  }
  pg::execute(sql(R"sql(
    INSERT INTO {target} ({columns})
    SELECT {values}
    FROM {rows} AS w
    ORDER BY {order}
    ON CONFLICT ({keys}) DO NOTHING
  )sql",
                  "target"_is = pg::table{of.target}, "columns"_is = pg::joined(columns),
                  "values"_is = pg::joined(values), "rows"_is = fragment(written_rows),
                  "order"_is = pg::joined(numbered_keys(of, "w.k")), "keys"_is = pg::joined(keys)),
              {}, pg::snapshot::latest);
  return static_cast<std::int64_t>(SPI_processed);
}

} // namespace

put_right_counts put_rows_right(const comparison &compared, std::size_t rollup, std::span<const pg::parameter> keys) {
  const auto &of = compared.rollups()[rollup];
  const matching by = matching_of(keys);
  put_right_counts counts;
  pg::as_owner(of.target_owner, [&] { lock_rows(of, keys, by); });
  call([] { CommandCounterIncrement(); });
  pg::with_latest_snapshot([&] {
    group_tables groups(compared, rollup, keys, by);
    pg::as_owner(of.target_owner, [&] {
      pg::named_rows wrong(written_rows, compared.wrong_rows(rollup, by), keys);
      counts.rows = wrong.count();
      if (counts.rows > 0) {
        require_fit(compared, every_figure(compared));
        counts.replaced = replaced_figures();
        write_rows(compared, of);
        delete_rows(of, keys, by);
      }
      wrong.close();
    });
    groups.close();
  });
  return counts;
}

put_right_counts insert_rows(std::span<const rollup> all, std::size_t rollup, std::span<const pg::parameter> keys,
                             computed_by way) {
  const auto &of = all[rollup];
  std::vector<std::size_t> chosen{rollup}, figures;
  if (way == computed_by::query) {
    chosen.clear();
    for (std::size_t i = 0; i < all.size(); ++i)
      if (have_same_keys(of.keys, all[i].keys))
        chosen.push_back(i);
  }
  const comparison compared(all, chosen);
  if (way == computed_by::query)
    figures = every_figure(compared);
  put_right_counts counts;
  pg::with_latest_snapshot([&] {
    group_tables groups(compared, rollup, keys, matching_of(keys));
    pg::as_owner(of.target_owner, [&] {
      pg::named_rows missing(written_rows, compared.missing_rows(rollup));
      if (missing.count() > 0) {
        require_fit(compared, figures);
        std::optional<pg::marked_statement> marked;
        if (way == computed_by::query)
          marked.emplace(pg::own_statement::rollup);
        counts.rows = insert(compared, of, figures);
      }
      missing.close();
    });
    groups.close();
  });
  return counts;
}

} // namespace upkeep::rollups
