#include "features/rollups/comparison/group_tables.hpp"

#include "features/rollups/comparison/expected.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::rollups {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// The keys of another rollup of those rows of the target that have these keys of `known`.
std::vector<pg::parameter> keys_of_rows(const rollup &known, std::span<const pg::parameter> arrays, matching by,
                                        const rollup &other) {
  std::vector<fragment> list;
  for (const group_key &each : other.keys)
    list.push_back(sql("array_agg(t.{name}::{type})", "name"_is = pg::identifier{each.column.name},
                       "type"_is = pg::type_as_sql(each.column.type)));
  const fragment query = sql("SELECT {list} FROM {target} AS t JOIN {arrays} ON {same}", "list"_is = pg::joined(list),
                             "target"_is = pg::table{known.target}, "arrays"_is = key_arrays(known),
                             "same"_is = has_key(known, "t", "g.k", by));
  pg::rows found(nullptr);
  pg::as_restricted(known.target_owner, [&] { found = pg::read(query, arrays); });
  std::vector<pg::parameter> keys;
  for (std::size_t i = 0; i < other.keys.size(); ++i) {
    pg::parameter key{call([&] { return get_array_type(other.keys[i].column.type); }), 0};
    key.value = found.value(0, static_cast<int>(i) + 1, key.is_null);
    keys.push_back(key);
  }
  return keys;
}

} // namespace

group_tables::group_tables(const comparison &compared) {
  for (const std::size_t each : compared.involved()) {
    const rollup &of = compared.rollups()[each];
    pg::as_restricted(of.source_owner, [&] { tables.emplace_back(comparison::groups_name(each), all_groups(of)); });
  }
}

group_tables::group_tables(const comparison &compared, std::size_t rollup, std::span<const pg::parameter> arrays,
                           matching by) {
  const auto &known = compared.rollups()[rollup];
  for (const std::size_t each : compared.involved()) {
    const auto &of = compared.rollups()[each];
    const std::vector<pg::parameter> others =
        have_same_keys(known.keys, of.keys) ? std::vector<pg::parameter>() : keys_of_rows(known, arrays, by, of);
    pg::as_restricted(of.source_owner, [&] {
      tables.emplace_back(comparison::groups_name(each), groups_in_arrays(of), others.empty() ? arrays : others);
    });
  }
}

void group_tables::close() {
  for (pg::named_rows &each : tables)
    each.close();
  tables.clear();
}

} // namespace upkeep::rollups
