#include "features/rollups/comparison/comparison.hpp"

#include "features/rollups/comparison/expected.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::fragment;
using pg::sql;

namespace {

fragment column_name(const pg::column_info &column) { return pg::identifier{column.name}; }
fragment column_of_t(const pg::column_info &column) { return sql("t.{name}", "name"_is = column_name(column)); }

// As the row has it, as numeric where it is to be compared with a count or a sum: nothing counts as 0.
fragment stored(const compared_figure &each) {
  const fragment own = column_of_t(each.of->column);
  return is_additive(each.of->function)
             ? sql("COALESCE({own}::numeric, 0)", "own"_is = own)
             : sql("{own}::{type}", "own"_is = own, "type"_is = pg::type_as_sql(each.of->column.type));
}

// As the column would show it.
fragment expected_text(const compared_figure &each, const fragment &total) {
  const pg::column_info &column = each.of->column;
  const std::optional<number_type> number = pg::number_type_of(column.type, column.modifier);
  if (!is_additive(each.of->function) || !number || !number->is_bounded)
    return sql("({total})::text", "total"_is = total);
  return sql("round({total}, {scale})::text", "total"_is = total, "scale"_is = int(number->scale));
}

// What these parts of a figure are together.
fragment sum_of(const compared_figure &each, const std::vector<compared_figure::part> &parts) {
  std::vector<fragment> list;
  for (const auto &[from, number] : parts) {
    const fragment value =
        sql("{groups}.{figure}", "groups"_is = numbered("e", from), "figure"_is = numbered("f", number));
    list.push_back(is_additive(each.of->function) ? sql("COALESCE({value}, 0)::numeric", "value"_is = value) : value);
  }
  return pg::joined(list, " + ");
}

// A condition: the row has more than other rollups than this one give it.
fragment says_more(const compared_figure &each, std::size_t rollup) {
  if (!is_additive(each.of->function))
    return sql("{stored} IS DISTINCT FROM NULL", "stored"_is = stored(each));
  std::vector<compared_figure::part> others = each.parts;
  std::erase_if(others, [=](const compared_figure::part &part) { return part.rollup == rollup; });
  return sql("{stored} <> {others}", "stored"_is = stored(each),
             "others"_is = others.empty() ? fragment("0") : sql("({sum})", "sum"_is = sum_of(each, others)));
}

} // namespace

comparison::comparison(std::span<const rollup> all, std::vector<std::size_t> chosen)
    : all(all), chosen(std::move(chosen)) {
  for (const std::size_t each : this->chosen)
    for (const figure &fed : all[each].figures)
      if (std::ranges::none_of(
              compared, [&](const compared_figure &known) { return known.of->column.number == fed.column.number; }))
        compared.push_back({&fed, {}});
  std::ranges::sort(compared, {}, [](const compared_figure &each) { return each.of->column.number; });
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < all[i].figures.size(); ++j)
      for (compared_figure &each : compared)
        if (each.of->column.number == all[i].figures[j].column.number)
          each.parts.push_back({i, j});
  for (std::size_t i = 0; i < all.size(); ++i)
    if (is_chosen(i) || std::ranges::any_of(compared, [&](const compared_figure &each) {
          return std::ranges::count(each.parts, i, &compared_figure::part::rollup) > 0;
        }))
      needed.push_back(i);
}

bool comparison::is_chosen(std::size_t rollup) const { return std::ranges::count(chosen, rollup) > 0; }

std::string comparison::groups_name(std::size_t rollup) { return fmt::format("upkeep_groups_{}", rollup + 1); }

// `keyed_as`: of those rollups alone that have the same keys; nullptr: of all.
fragment comparison::joins(const char *alias, const rollup *keyed_as) const {
  std::vector<fragment> list;
  for (const std::size_t each : needed) {
    if (keyed_as && !have_same_keys(keyed_as->keys, all[each].keys))
      continue;
    const std::string key = fmt::format("e{}.k", each + 1);
    std::vector<fragment> same;
    for (std::size_t i = 0; keyed_as && i < keyed_as->keys.size(); ++i) {
      const Oid type = keyed_as->keys[i].column.type;
      const fragment a = numbered("g.k", i), b = numbered(key.c_str(), i);
      same.push_back(keyed_as->groups_nulls ? pg::equal_or_null(type, a, b)
                                            : sql("{a} {equals} {b}", "a"_is = a,
                                                  "equals"_is = pg::equality_of(type, type).equals, "b"_is = b));
    }
    list.push_back(sql("LEFT JOIN {groups} AS {name} ON {same}", "groups"_is = fragment(groups_name(each)),
                       "name"_is = numbered("e", each),
                       "same"_is = keyed_as ? pg::joined(same, " AND ")
                                            : has_key(all[each], alias, key.c_str(), group_matching(all[each]))));
  }
  return pg::joined(list, "\n");
}

bool comparison::is_fed_by(const compared_figure &of, const rollup &keyed_as) const {
  return std::ranges::any_of(of.parts, [&](const compared_figure::part &part) {
    return have_same_keys(keyed_as.keys, all[part.rollup].keys);
  });
}

fragment comparison::total(const compared_figure &of, const rollup *keyed_as) const {
  std::vector<compared_figure::part> parts;
  std::ranges::copy_if(of.parts, std::back_inserter(parts), [&](const compared_figure::part &part) {
    return !keyed_as || have_same_keys(keyed_as->keys, all[part.rollup].keys);
  });
  return sum_of(of, parts);
}

fragment comparison::differs(const compared_figure &of) const {
  const Oid type = is_additive(of.of->function) ? NUMERICOID : of.of->column.type;
  const fragment own = stored(of), right = total(of, nullptr);
  return sql(R"sql(
    (({own}) {equals} ({right}) IS DISTINCT FROM true
      AND NOT (({own}) IS NOT DISTINCT FROM NULL AND ({right}) IS NOT DISTINCT FROM NULL))
  )sql",
             "own"_is = own, "equals"_is = pg::equality_of(type, type).equals, "right"_is = right);
}

fragment comparison::any_differs() const {
  std::vector<fragment> list;
  for (const compared_figure &each : compared)
    list.push_back(differs(each));
  return sql("({list})", "list"_is = pg::joined(list, " OR "));
}

fragment comparison::wrong_stored() const {
  std::vector<fragment> values;
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const compared_figure &each = compared[i];
    const rollup &keyed = all[std::ranges::find_if(each.parts, [&](const compared_figure::part &part) {
                                return is_chosen(part.rollup);
                              })->rollup];
    values.push_back(sql("({number}, {key}, {metric}::name, {stored}::text, {expected}, {differs})", "number"_is = i,
                         "key"_is = key_as_json(keyed, own_keys(keyed)),
                         "metric"_is = pg::literal{each.of->column.name}, "stored"_is = column_of_t(each.of->column),
                         "expected"_is = expected_text(each, total(each, nullptr)), "differs"_is = differs(each)));
  }
  return sql(R"sql(
    SELECT m.number, m.key, m.metric, m.stored COLLATE "C", m.expected COLLATE "C"
    FROM {target} AS t
    {joins}
    CROSS JOIN LATERAL (VALUES {values}) AS m (number, key, metric, stored, expected, differs)
    WHERE {any} AND m.differs
  )sql",
             "target"_is = pg::table{all[0].target}, "joins"_is = joins("t", nullptr), "values"_is = pg::joined(values),
             "any"_is = any_differs());
}

fragment comparison::wrong_missing(std::size_t rollup) const {
  const auto &of = all[rollup];
  std::vector<fragment> values;
  for (std::size_t i = 0; i < compared.size(); ++i)
    if (std::ranges::any_of(compared[i].parts,
                            [&](const compared_figure::part &part) { return part.rollup == rollup; }))
      values.push_back(sql("({number}, {metric}::name, {expected})", "number"_is = i,
                           "metric"_is = pg::literal{compared[i].of->column.name},
                           "expected"_is = expected_text(compared[i], total(compared[i], &of))));
  return sql(R"sql(
    SELECT m.number, {key}, m.metric, NULL::text COLLATE "C", m.expected COLLATE "C"
    FROM {groups} AS g
    {joins}
    CROSS JOIN LATERAL (VALUES {values}) AS m (number, metric, expected)
    WHERE {missing}
  )sql",
             "key"_is = key_as_json(of, numbered_keys(of, "g.k")), "groups"_is = fragment(groups_name(rollup)),
             "joins"_is = joins("g", &of), "values"_is = pg::joined(values), "missing"_is = no_row(of));
}

fragment comparison::wrong_figures() const {
  std::vector<fragment> parts{wrong_stored()};
  for (const std::size_t each : chosen)
    if (all[each].inserts)
      parts.push_back(wrong_missing(each));
  // Two sources may lack the same row.
  return sql(R"sql(
    SELECT w.key, w.metric, w.stored, w.expected
    FROM (
      {parts}
    ) AS w
    GROUP BY w.number, w.key, w.metric, w.stored, w.expected
    ORDER BY w.key, w.number
  )sql",
             "parts"_is = pg::joined(parts, " UNION ALL "));
}

fragment comparison::wrong_groups(std::size_t rollup) const {
  const auto &of = all[rollup];
  const fragment missing = of.inserts ? sql(R"sql(
      UNION ALL
      SELECT {keys}, true
      FROM {groups} AS g
      WHERE {missing}
    )sql",
                                            "keys"_is = pg::joined(numbered_keys(of, "g.k")),
                                            "groups"_is = fragment(groups_name(rollup)), "missing"_is = no_row(of))
                                      : fragment();
  return sql(R"sql(
    SELECT w.*
    FROM (
      SELECT {keys}, false AS is_missing
      FROM {target} AS t
      {joins}
      WHERE {differs}
      {missing}
    ) AS w
    ORDER BY w.is_missing, {order}
  )sql",
             "keys"_is = pg::joined(own_keys_as_groups(of)), "target"_is = pg::table{of.target},
             "joins"_is = joins("t", nullptr), "differs"_is = any_differs(), "missing"_is = missing,
             "order"_is = pg::joined(numbered_keys(of, "w.k")));
}

fragment comparison::wrong_rows(std::size_t rollup, matching by) const {
  const auto &of = all[rollup];
  std::vector<fragment> values, replaced;
  for (std::size_t i = 0; i < compared.size(); ++i) {
    values.push_back(sql("{total} AS {name}", "total"_is = total(compared[i], nullptr), "name"_is = numbered("v", i)));
    replaced.push_back(sql("({differs} AND {says})::integer", "differs"_is = differs(compared[i]),
                           "says"_is = says_more(compared[i], rollup)));
  }
  return sql(R"sql(
    SELECT t.ctid AS at, t.tableoid AS part, {key} AS key, {replaced} AS replaced, {values}
    FROM {target} AS t
    JOIN {arrays} ON {same}
    {joins}
    WHERE {differs}
  )sql",
             "key"_is = key_as_text(of, own_keys(of)), "replaced"_is = pg::joined(replaced, " + "),
             "values"_is = pg::joined(values), "target"_is = pg::table{of.target}, "arrays"_is = key_arrays(of),
             "same"_is = has_key(of, "t", "g.k", by), "joins"_is = joins("t", nullptr), "differs"_is = any_differs());
}

fragment comparison::missing_rows(std::size_t rollup) const {
  const auto &of = all[rollup];
  std::vector<fragment> values;
  for (std::size_t i = 0; i < compared.size(); ++i)
    if (is_fed_by(compared[i], of))
      values.push_back(sql("{total} AS {name}", "total"_is = total(compared[i], &of), "name"_is = numbered("v", i)));
  return sql(R"sql(
    SELECT {keys}, {key} AS key, {values}
    FROM {groups} AS g
    {joins}
    WHERE {missing}
  )sql",
             "keys"_is = pg::joined(numbered_keys(of, "g.k")), "key"_is = key_as_text(of, numbered_keys(of, "g.k")),
             "values"_is = pg::joined(values), "groups"_is = fragment(groups_name(rollup)),
             "joins"_is = joins("g", &of), "missing"_is = no_row(of));
}

} // namespace upkeep::rollups
