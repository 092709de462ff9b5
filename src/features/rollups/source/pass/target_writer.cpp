#include "features/rollups/source/pass/target_writer.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/rollups/comparison/expected.hpp"
#include "features/rollups/emptiness.hpp"
#include "features/rollups/first_trigger.hpp"
#include "features/rollups/group_lock.hpp"
#include "features/rollups/key_index.hpp"
#include "postgres/rows/table_writer.hpp"
#include "postgres/sql/key_equality.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

fragment own(const pg::column_info &column) { return sql("t.{name}", "name"_is = pg::identifier{column.name}); }

fragment key_names(const rollup &of) {
  std::vector<fragment> names;
  for (const group_key &each : of.keys)
    names.push_back(pg::identifier{each.column.name});
  return pg::joined(names);
}

// $first, ...
std::vector<fragment> parameters(std::size_t first, std::size_t count) {
  std::vector<fragment> list;
  for (std::size_t i = 0; i < count; ++i)
    list.push_back(fragment(fmt::format("${}", first + i)));
  return list;
}

std::vector<Oid> figure_types(const rollup &of) {
  std::vector<Oid> types;
  for (const figure &each : of.figures)
    types.push_back(each.column.type);
  return types;
}

// a = $3, b = $4
fragment assignments(const rollup &of, const std::vector<fragment> &values) {
  std::vector<fragment> list;
  for (std::size_t i = 0; i < of.figures.size(); ++i)
    list.push_back(
        sql("{name} = {value}", "name"_is = pg::identifier{of.figures[i].column.name}, "value"_is = values[i]));
  return pg::joined(list);
}

keyed_statement finding(const rollup &of) {
  std::vector<fragment> figures;
  for (const figure &each : of.figures)
    figures.push_back(own(each.column));
  return {of,
          sql("SELECT {figures} FROM {target} AS t WHERE", "figures"_is = pg::joined(figures),
              "target"_is = pg::table{of.target}),
          fragment("FOR NO KEY UPDATE OF t"),
          {},
          pg::access::by_index};
}

keyed_statement inserting(const rollup &of) {
  return {of,
          sql("INSERT INTO {target} ({keys}) VALUES ({values}) ON CONFLICT ({keys}) DO NOTHING RETURNING true",
              "target"_is = pg::table{of.target}, "keys"_is = key_names(of),
              "values"_is = pg::joined(parameters(1, of.keys.size()))),
          pg::access::planned};
}

keyed_statement updating(const rollup &of) {
  return {of,
          sql("UPDATE {target} AS t SET {figures} WHERE", "target"_is = pg::table{of.target},
              "figures"_is = assignments(of, parameters(of.keys.size() + 1, of.figures.size()))),
          {},
          figure_types(of),
          pg::access::by_index};
}

std::optional<keyed_statement> removing(const rollup &of, Relation target) {
  std::optional<keyed_statement> made;
  if (!of.keeps_empty)
    made.emplace(of, sql("DELETE FROM {target} AS t WHERE", "target"_is = pg::table{of.target}),
                 sql("AND {is_empty}", "is_empty"_is = holds_nothing(of, target)), std::vector<Oid>{},
                 pg::access::by_index);
  return made;
}

// Arrays of rows are joined by the keys.
std::unique_ptr<const pg::saved_query> updating_many(const rollup &of) {
  std::vector<Oid> types;
  std::vector<fragment> arrays, names, values, same;
  const auto add = [&](Oid type, const std::string &name) {
    types.push_back(call([=] { return get_array_type(type); }));
    arrays.push_back(sql("pg_catalog.unnest(${number})", "number"_is = types.size()));
    names.push_back(fragment(name));
  };
  for (std::size_t i = 0; i < of.keys.size(); ++i) {
    const pg::column_info &column = of.keys[i].column;
    add(column.type, fmt::format("k{}", i + 1));
    same.push_back(sql("{own} {equals} d.{key}", "own"_is = own(column),
                       "equals"_is = pg::equality_of(column.type, column.type).equals, "key"_is = names.back()));
  }
  for (std::size_t i = 0; i < of.figures.size(); ++i) {
    add(of.figures[i].column.type, fmt::format("f{}", i + 1));
    values.push_back(sql("d.{name}", "name"_is = names.back()));
  }
  if (std::ranges::count(types, InvalidOid) > 0)
    return nullptr;
  return std::make_unique<const pg::saved_query>(
      sql("UPDATE {target} AS t SET {figures} FROM ROWS FROM ({arrays}) AS d ({names}) WHERE {same}",
          "target"_is = pg::table{of.target}, "figures"_is = assignments(of, values), "arrays"_is = pg::joined(arrays),
          "names"_is = pg::joined(names), "same"_is = pg::joined(same, " AND ")),
      types, pg::access::by_index);
}

// Whether a statement's triggers must see what is written to the figures.
bool needs_statement(Relation target, Oid function) {
  const TriggerDesc *all = target->trigdesc;
  for (int i = 0; all && i < all->numtriggers; ++i) {
    const Trigger &each = all->triggers[i];
    if (!TRIGGER_FOR_ROW(each.tgtype) && TRIGGER_FOR_UPDATE(each.tgtype) &&
        !(each.tgfoid == function && is_on_target(each)))
      return true;
  }
  return false;
}

bool is_plain(Relation target) { return target->rd_rel->relkind == RELKIND_RELATION && !target->rd_rules; }

std::size_t plain_count(const rollup &of) {
  const auto found = std::ranges::find_if(of.figures, [](const figure &each) {
    return each.function == aggregate::count && !each.argument && !each.filter;
  });
  return static_cast<std::size_t>(found - of.figures.begin());
}

} // namespace

target_writer::target_writer(const rollup &of, Relation target)
    : by{of.target, InvalidOid, 0, {}}, may_precede(rows_may_precede(of)), counting(plain_count(of)), find(finding(of)),
      insert(inserting(of)), update(updating(of)), remove(removing(of, target)),
      exists(of, any_row(of), pg::access::by_index), read(of, one_group(of), pg::access::by_index),
      update_many(updating_many(of)) {
  for (const figure &each : of.figures)
    columns.push_back(each.column.number);
  if (const Trigger *own = trigger_of(target, rollup_feature))
    function = own->tgfoid;
  has_index = OidIsValid(key_index(target, of.keys));
  pg::key_part parts[pg::unique_key::max_parts];
  // A row may be one of a child, which the index knows nothing of.
  if (of.keys.size() > pg::unique_key::max_parts || target->rd_rel->relhassubclass)
    return;
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    parts[i] = {of.keys[i].column.number};
  by = call([&] { return pg::find_unique_key(target, parts, static_cast<int>(of.keys.size())); });
  is_direct = OidIsValid(by.index) && is_plain(target) && !needs_statement(target, function);
  is_quiet = is_direct && !call([&, set = std::span<const AttrNumber>(columns)] {
               return pg::fires_row_trigger(target, set, function);
             });
}

std::shared_ptr<const target_writer> make_target_writer(const rollup &of, Relation target) {
  return std::make_shared<const target_writer>(of, target);
}

} // namespace upkeep::rollups
