#include "features/rollups/source/pass/keyed_statement.hpp"

#include "postgres/sql/key_equality.hpp"

namespace upkeep::rollups {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// `nulls`: a bit for each key that is NULL.
fragment has_key_with(const rollup &of, std::size_t nulls) {
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < of.keys.size(); ++i) {
    const pg::column_info &column = of.keys[i].column;
    const fragment own = sql("t.{column}", "column"_is = pg::identifier{column.name});
    conditions.push_back(nulls >> i & 1 ? sql("{own} IS NULL", "own"_is = own)
                                        : sql("{own} {equals} ${number}", "own"_is = own,
                                              "equals"_is = pg::equality_of(column.type, column.type).equals,
                                              "number"_is = i + 1));
  }
  return pg::joined(conditions, " AND ");
}

} // namespace

keyed_statement::keyed_statement(const rollup &of, const fragment &before, const fragment &after,
                                 std::vector<Oid> others, pg::access by)
    : types(key_types(of)), keys(of.keys.size()) {
  types.insert(types.end(), others.begin(), others.end());
  const std::size_t texts = of.groups_nulls ? std::size_t(1) << keys : 1;
  for (std::size_t nulls = 0; nulls < texts; ++nulls)
    plans.push_back(
        std::make_unique<const pg::saved_query>(sql("{before} {has_key} {after}", "before"_is = before,
                                                    "has_key"_is = has_key_with(of, nulls), "after"_is = after),
                                                types, by));
}

keyed_statement::keyed_statement(const rollup &of, const fragment &text, pg::access by)
    : types(key_types(of)), keys(of.keys.size()) {
  plans.push_back(std::make_unique<const pg::saved_query>(text, types, by));
}

pg::rows keyed_statement::execute(const key_value &key, std::span<const NullableDatum> others,
                                  Snapshot snapshot) const {
  std::vector<pg::parameter> parameters;
  parameters.reserve(types.size());
  std::size_t nulls = 0;
  for (std::size_t i = 0; i < keys; ++i) {
    parameters.push_back({types[i], key.values[i], key.nulls[i]});
    nulls |= std::size_t(key.nulls[i]) << i;
  }
  for (std::size_t i = 0; i < others.size(); ++i)
    parameters.push_back({types[keys + i], others[i].value, others[i].isnull});
  return plans[plans.size() == 1 ? 0 : nulls]->execute(parameters, snapshot);
}

} // namespace upkeep::rollups
