#include "postgres/rows/key_match.hpp"

#include "postgres/relation.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::pg {

namespace {

key_equality equality_between(Relation target, const std::string &key, Relation from, const std::string &column,
                              const char *enable) {
  const AttrNumber number = require_column(target, key, enable), other = require_column(from, column, enable);
  return equality_of(TupleDescAttr(RelationGetDescr(target), number - 1)->atttypid,
                     TupleDescAttr(RelationGetDescr(from), other - 1)->atttypid);
}

} // namespace

key_match match_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                     const std::vector<std::string> &columns, const char *enable) {
  std::vector<fragment> lists, names, conditions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const key_equality equality = equality_between(target, keys[i], from, columns[i], enable);
    const fragment key = columns_of(alias, {keys[i]});
    const fragment list = sql("${number}{cast}", "number"_is = i + 1, "cast"_is = equality.array_cast);
    conditions.push_back(
        keys.size() == 1
            ? sql("{key} {equals} ANY ({list})", "key"_is = key, "equals"_is = equality.equals, "list"_is = list)
            : sql("{key} {equals} k.c{number}", "key"_is = key, "equals"_is = equality.equals, "number"_is = i));
    lists.push_back(sql("pg_catalog.unnest({list})", "list"_is = list));
    names.push_back(sql("c{number}", "number"_is = i));
  }
  const fragment condition = joined(conditions, " AND ");
  return {keys.size() > 1 ? sql("EXISTS (SELECT FROM ROWS FROM ({lists}) AS k({names}) WHERE {condition})",
                                "lists"_is = joined(lists), "names"_is = joined(names), "condition"_is = condition)
                          : condition,
          columns_of(alias, keys)};
}

fragment equal_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                    const std::string &from_alias, const std::vector<std::string> &columns, const char *enable) {
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const key_equality equality = equality_between(target, keys[i], from, columns[i], enable);
    conditions.push_back(sql("{key} {equals} {column}{cast}", "key"_is = columns_of(alias, {keys[i]}),
                             "equals"_is = equality.equals, "column"_is = columns_of(from_alias, {columns[i]}),
                             "cast"_is = equality.cast));
  }
  return joined(conditions, " AND ");
}

} // namespace upkeep::pg
