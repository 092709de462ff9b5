#include "features/rollups/comparison/expected.hpp"

#include "features/rollups/target_keys.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/values/number.hpp"

extern "C" {
#include <parser/parse_func.h>
}

namespace upkeep::rollups {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// Groups are told apart by the collation of the target's column: another one says the same unless it, or that, takes
// unequal bytes for equal.
fragment collation_of(const group_key &key) {
  const Oid own = key.column.collation;
  const Oid given = call([&] { return exprCollation(reinterpret_cast<const Node *>(key.value.tree())); });
  const bool differs = OidIsValid(own) && own != given;
  const bool matters = differs && (!OidIsValid(given) || !call([=] { return get_collation_isdeterministic(own); }) ||
                                   !call([=] { return get_collation_isdeterministic(given); }));
  return matters ? collated(own) : fragment();
}

// To which digit the values of a sum are rounded; nullopt where there is nothing to round.
std::optional<int> rounding_of(const figure &of) {
  const number_type own = pg::number_type_of(of.column.type, of.column.modifier).value();
  if (own.type == number_type::numeric && !own.is_bounded)
    return std::nullopt;
  const auto *argument = reinterpret_cast<const Node *>(of.argument.tree());
  const Oid type = call([&] { return getBaseType(of.argument.type()); });
  const std::int32_t modifier = call([=] { return exprTypmod(argument); });
  const number_type given = pg::number_type_of(type, modifier).value();
  const bool is_exact = given.type == number_type::numeric && !given.is_bounded ? false : given.scale <= own.scale;
  return is_exact ? std::nullopt : std::optional<int>(own.scale);
}

fragment value_of(const figure &of) {
  const fragment value(of.argument.sql());
  if (of.function != aggregate::sum)
    return sql("({value})", "value"_is = value);
  const std::optional<int> scale = rounding_of(of);
  return scale
             ? sql("pg_catalog.round(({value})::pg_catalog.numeric, {scale})", "value"_is = value, "scale"_is = *scale)
             : sql("({value})", "value"_is = value);
}

// Whether the type has a min and a max, which sort as its btree does.
bool has_extreme_aggregate(Oid type) {
  if (type_is_array(type) || type_is_enum(type) || type == VARCHAROID)
    return true;
  List *name = list_make2(makeString(pstrdup("pg_catalog")), makeString(pstrdup("min")));
  return OidIsValid(LookupFuncName(name, 1, &type, true));
}

// `value` is s.a1.
fragment extreme(const figure &of, const fragment &value, const fragment &filter) {
  const bool is_min = of.function == aggregate::min;
  const fragment collation = collated(of.column.collation), type = pg::type_as_sql(of.column.type);
  if (call([&] { return has_extreme_aggregate(of.column.type); }))
    return sql("pg_catalog.{name}({value} {collation}) {filter}::{type}", "name"_is = fragment(is_min ? "min" : "max"),
               "value"_is = value, "collation"_is = collation,
               "filter"_is = filter.empty() ? fragment() : sql("FILTER (WHERE {filter})", "filter"_is = filter),
               "type"_is = type);
  return sql("(pg_catalog.array_agg({value} ORDER BY {value} {collation} {way}) FILTER (WHERE {given}))[1]::{type}",
             "value"_is = value, "collation"_is = collation, "way"_is = fragment(is_min ? "ASC" : "DESC"),
             "given"_is = filter.empty() ? sql("{value} IS DISTINCT FROM NULL", "value"_is = value)
                                         : sql("{value} IS DISTINCT FROM NULL AND {filter}", "value"_is = value,
                                               "filter"_is = filter),
             "type"_is = type);
}

// A figure over the rows s, in which it has its argument and its filter as columns.
fragment aggregated(const figure &of, std::size_t index) {
  const fragment value = sql("s.{name}", "name"_is = numbered("a", index));
  const fragment condition = of.filter ? sql("s.{name}", "name"_is = numbered("c", index)) : fragment();
  const fragment filter = of.filter ? sql("FILTER (WHERE {condition})", "condition"_is = condition) : fragment();
  switch (of.function) {
  case aggregate::count:
    return of.argument ? sql("pg_catalog.count({value}) {filter}", "value"_is = value, "filter"_is = filter)
                       : sql("pg_catalog.count(*) {filter}", "filter"_is = filter);
  case aggregate::sum:
    return sql("COALESCE((pg_catalog.sum({value}) {filter})::pg_catalog.numeric, 0)", "value"_is = value,
               "filter"_is = filter);
  case aggregate::bool_or:
    return sql("pg_catalog.bool_or({value}) {filter}", "value"_is = value, "filter"_is = filter);
  case aggregate::bool_and:
    return sql("pg_catalog.bool_and({value}) {filter}", "value"_is = value, "filter"_is = filter);
  default:
    return extreme(of, value, condition);
  }
}

// The type of that column.
std::optional<Oid> type_of_column(const rollup &of, const group_key &key) {
  if (!pg::is_integer(key.column.type) || key.value.columns().size() != 1)
    return std::nullopt;
  return call([&]() -> std::optional<Oid> {
    Relation source = relation_open(of.source, NoLock);
    std::optional<Oid> found;
    for (int i = 0; i < RelationGetNumberOfAttributes(source); ++i)
      if (const FormData_pg_attribute &column = *TupleDescAttr(RelationGetDescr(source), i);
          !column.attisdropped && pg::is_integer(column.atttypid) && column.atttypid != key.column.type &&
          key.value.text() == quote_identifier(NameStr(column.attname)))
        found = column.atttypid;
    relation_close(source, NoLock);
    return found;
  });
}

// The rows that count, with what figures and keys need of them. Expressions stand where the source is all they can see.
fragment counted_rows(const rollup &of) {
  std::vector<fragment> list;
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    list.push_back(sql("({value}) {collation} AS {name}", "value"_is = fragment(of.keys[i].value.sql()),
                       "collation"_is = collation_of(of.keys[i]), "name"_is = numbered("k", i)));
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    if (const std::optional<fragment> column = integer_column(of, of.keys[i]))
      list.push_back(sql("{column} AS {name}", "column"_is = *column, "name"_is = numbered("i", i)));
  for (std::size_t i = 0; i < of.figures.size(); ++i) {
    const figure &each = of.figures[i];
    if (each.argument)
      list.push_back(sql("{value} AS {name}", "value"_is = value_of(each), "name"_is = numbered("a", i)));
    if (each.filter)
      list.push_back(
          sql("({filter}) AS {name}", "filter"_is = fragment(each.filter.sql()), "name"_is = numbered("c", i)));
  }
  return sql(R"sql(
    SELECT {list}
    FROM {source} AS s
    {filter}
  )sql",
             "list"_is = pg::joined(list), "source"_is = pg::table{of.source},
             "filter"_is = of.filter ? sql("WHERE ({filter})", "filter"_is = fragment(of.filter.sql())) : fragment());
}

// Whether a search by an index or a join looks for groups: an index serves no array, and a join no OR.
enum class sought_by { index, join };

// `keys`: what is equal to s.k1, ...
fragment same_keys(const rollup &of, const std::vector<fragment> &keys, sought_by way) {
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < of.keys.size(); ++i) {
    const Oid type = of.keys[i].column.type;
    const fragment own = sql("s.{name}", "name"_is = numbered("k", i));
    if (of.groups_nulls && way == sought_by::join) {
      conditions.push_back(pg::equal_or_null(type, own, keys[i]));
      continue;
    }
    const Oid searched = type_of_column(of, of.keys[i]).value_or(type);
    const fragment equal = sql("s.{name} {equals} {key}", "name"_is = numbered(searched == type ? "k" : "i", i),
                               "equals"_is = pg::equality_of(searched, type).equals, "key"_is = keys[i]);
    conditions.push_back(of.groups_nulls
                             ? sql("({equal} OR {own} IS NOT DISTINCT FROM NULL AND {key} IS NOT DISTINCT FROM NULL)",
                                   "equal"_is = equal, "own"_is = own, "key"_is = keys[i])
                             : equal);
  }
  return pg::joined(conditions, " AND ");
}

// `from`: what stands beside the rows s, and which of them count.
fragment figures_of(const rollup &of, const std::vector<fragment> &keys, const fragment &from,
                    const fragment &grouping) {
  std::vector<fragment> list;
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    list.push_back(sql("{key} {collation} AS {name}", "key"_is = keys[i],
                       "collation"_is = collated(of.keys[i].column.collation), "name"_is = numbered("k", i)));
  list.push_back(fragment("pg_catalog.count(*) AS n"));
  for (std::size_t i = 0; i < of.figures.size(); ++i)
    list.push_back(sql("{figure} AS {name}", "figure"_is = aggregated(of.figures[i], i), "name"_is = numbered("f", i)));
  return sql(R"sql(
    SELECT {list}
    FROM (
      {rows}
    ) AS s
    {from}
    {grouping}
  )sql",
             "list"_is = pg::joined(list), "rows"_is = counted_rows(of), "from"_is = from, "grouping"_is = grouping);
}

fragment by_keys(const rollup &of) { return sql("GROUP BY {keys}", "keys"_is = pg::joined(numbered_keys(of, "s.k"))); }

} // namespace

std::optional<fragment> integer_column(const rollup &of, const group_key &key) {
  return type_of_column(of, key) ? std::optional(fragment(key.value.text())) : std::nullopt;
}

fragment all_groups(const rollup &of) {
  std::vector<fragment> given;
  for (const fragment &each : numbered_keys(of, "s.k"))
    given.push_back(sql("{key} IS DISTINCT FROM NULL", "key"_is = each));
  return figures_of(of, numbered_keys(of, "s.k"),
                    of.groups_nulls ? fragment() : sql("WHERE {given}", "given"_is = pg::joined(given, " AND ")),
                    by_keys(of));
}

fragment groups_in_arrays(const rollup &of) {
  return figures_of(of, numbered_keys(of, "s.k"),
                    sql("JOIN {arrays} ON {same}", "arrays"_is = key_arrays(of),
                        "same"_is = same_keys(of, numbered_keys(of, "g.k"), sought_by::join)),
                    by_keys(of));
}

fragment one_group(const rollup &of) {
  const std::vector<fragment> keys = numbered_keys(of, "$");
  return figures_of(of, keys, sql("WHERE {same}", "same"_is = same_keys(of, keys, sought_by::index)), fragment());
}

fragment row_without_key(const rollup &of) {
  std::vector<fragment> cases, conditions;
  for (std::size_t i = 0; i < of.keys.size(); ++i) {
    conditions.push_back(sql("s.{name} IS NOT DISTINCT FROM NULL", "name"_is = numbered("k", i)));
    cases.push_back(sql("WHEN {condition} THEN {number}", "condition"_is = conditions.back(), "number"_is = i));
  }
  return sql(R"sql(
    SELECT CASE {cases} END
    FROM (
      {rows}
    ) AS s
    WHERE {conditions}
    LIMIT 1
  )sql",
             "cases"_is = pg::joined(cases, " "), "rows"_is = counted_rows(of),
             "conditions"_is = pg::joined(conditions, " OR "));
}

fragment any_row(const rollup &of) {
  return sql(R"sql(
    SELECT
    FROM (
      {rows}
    ) AS s
    WHERE {same}
    LIMIT 1
  )sql",
             "rows"_is = counted_rows(of), "same"_is = same_keys(of, numbered_keys(of, "$"), sought_by::index));
}

Oid expected_type(const figure &of) {
  switch (of.function) {
  case aggregate::count:
    return INT8OID;
  case aggregate::sum:
    return NUMERICOID;
  default:
    return of.column.type;
  }
}

} // namespace upkeep::rollups
