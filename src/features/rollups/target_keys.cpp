#include "features/rollups/target_keys.hpp"

#include "postgres/sql/key_equality.hpp"

namespace upkeep::rollups {

using pg::fragment;
using pg::sql;

namespace {

fragment key_of_t(const group_key &key) { return sql("t.{name}", "name"_is = pg::identifier{key.column.name}); }

} // namespace

fragment numbered(const char *before, std::size_t index) { return fragment(fmt::format("{}{}", before, index + 1)); }

fragment collated(Oid collation) {
  return OidIsValid(collation) ? sql("COLLATE {name}", "name"_is = fragment(pg::collation_name(collation)))
                               : fragment();
}

matching group_matching(const rollup &of) { return of.groups_nulls ? matching::nulls : matching::values; }

fragment has_key(const rollup &of, const char *alias, const char *key, matching by) {
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < of.keys.size(); ++i) {
    const pg::column_info &column = of.keys[i].column;
    const fragment own = sql("{alias}.{name}", "alias"_is = fragment(alias), "name"_is = pg::identifier{column.name});
    const fragment given = numbered(key, i);
    conditions.push_back(
        by == matching::nulls
            ? pg::equal_or_null(column.type,
                                sql("{own}::{type}", "own"_is = own, "type"_is = pg::type_as_sql(column.type)), given)
            : sql("{own} {equals} {given}", "own"_is = own,
                  "equals"_is = pg::equality_of(column.type, column.type).equals, "given"_is = given));
  }
  return pg::joined(conditions, " AND ");
}

std::vector<fragment> numbered_keys(const rollup &of, const char *before) {
  std::vector<fragment> list;
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    list.push_back(numbered(before, i));
  return list;
}

fragment key_arrays(const rollup &of) {
  std::vector<fragment> arrays;
  for (const fragment &each : numbered_keys(of, "$"))
    arrays.push_back(sql("pg_catalog.unnest({array})", "array"_is = each));
  return sql("ROWS FROM ({arrays}) AS g ({names})", "arrays"_is = pg::joined(arrays),
             "names"_is = pg::joined(numbered_keys(of, "k")));
}

// "id = 7", "(shop_id, record_date) = (7, 2026-11-29)"
fragment key_as_text(const rollup &of, const std::vector<fragment> &values) {
  std::vector<fragment> texts;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < of.keys.size(); ++i) {
    texts.push_back(sql("COALESCE({value}::text, 'NULL')", "value"_is = values[i]));
    names.push_back(of.keys[i].column.name);
  }
  const bool is_one = names.size() == 1;
  return sql("concat({before}::text, concat_ws(', ', {values}), {after}::text)",
             "before"_is =
                 pg::literal{is_one ? fmt::format("{} = ", names[0]) : fmt::format("({}) = (", joined(names, ", "))},
             "values"_is = pg::joined(texts), "after"_is = pg::literal{is_one ? "" : ")"});
}

fragment key_as_json(const rollup &of, const std::vector<fragment> &values) {
  std::vector<fragment> pairs;
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    pairs.push_back(
        sql("{name}::text, {value}", "name"_is = pg::literal{of.keys[i].column.name}, "value"_is = values[i]));
  return sql("jsonb_build_object({pairs})", "pairs"_is = pg::joined(pairs));
}

std::vector<fragment> own_keys(const rollup &of) {
  std::vector<fragment> list;
  for (const group_key &each : of.keys)
    list.push_back(key_of_t(each));
  return list;
}

// The keys of row t under their base types, as k1, ...
std::vector<fragment> own_keys_as_groups(const rollup &of) {
  std::vector<fragment> list;
  for (std::size_t i = 0; i < of.keys.size(); ++i) {
    const pg::column_info &column = of.keys[i].column;
    list.push_back(sql("{own}::{type} {collation} AS {name}", "own"_is = key_of_t(of.keys[i]),
                       "type"_is = pg::type_as_sql(column.type), "collation"_is = collated(column.collation),
                       "name"_is = numbered("k", i)));
  }
  return list;
}

fragment no_row(const rollup &of) {
  return sql("NOT EXISTS (SELECT FROM {target} AS t WHERE {same})", "target"_is = pg::table{of.target},
             "same"_is = has_key(of, "t", "g.k", group_matching(of)));
}

} // namespace upkeep::rollups
