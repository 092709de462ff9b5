#include "features/rollups/emptiness.hpp"

#include "features/column_keepers.hpp"
#include "features/rollups/rollup_list.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <map>
#include <set>

namespace upkeep::rollups {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// Of every rollup into the target, by column.
std::map<std::string, aggregate> all_figures(Oid target) {
  std::map<std::string, aggregate> figures;
  for (const rollup_trigger_side &side : sides_on_target(target))
    for (const std::string &text : find_options(side.options, "columns")) {
      const figure_name name = name_of_figure(text);
      figures.emplace(name.column, name.function);
    }
  return figures;
}

// What a row that leaves the column out has in it: nothing, a constant, or what is another for each row.
struct column_default {
  bool varies = false;
  std::optional<std::string> constant;
};

Const *constant_default(Relation target, AttrNumber column) {
  Node *expression = eval_const_expressions(nullptr, build_column_default(target, column));
  while (expression && IsA(expression, CoerceToDomain))
    expression = reinterpret_cast<Node *>(reinterpret_cast<CoerceToDomain *>(expression)->arg);
  return expression && IsA(expression, Const) ? reinterpret_cast<Const *>(expression) : nullptr;
}

column_default default_of(Relation target, const pg::column_info &column) {
  if (!pg::has_default(target, column.number))
    return {};
  const Const *found = call([&] { return constant_default(target, column.number); });
  if (!found)
    return {true, std::nullopt};
  if (found->constisnull)
    return {};
  column_default made;
  pg::with_pinned_settings([&] {
    made.constant = pg::string_from([=] {
      Oid output;
      bool is_varlena;
      getTypeOutputInfo(found->consttype, &output, &is_varlena);
      return OidOutputFunctionCall(output, found->constvalue);
    });
  });
  return made;
}

fragment is_constant(const pg::column_info &column, const fragment &own, const std::string &constant) {
  const fragment type = pg::type_as_sql(column.type);
  const fragment value = sql("{text}::{type}", "text"_is = pg::literal{constant}, "type"_is = type);
  if (pg::have_common_equality(column.type, column.type))
    return sql("{own} {equals} {value}", "own"_is = own, "equals"_is = pg::equality_of(column.type, column.type).equals,
               "value"_is = value);
  return sql("{own}::pg_catalog.text [=] {value}::pg_catalog.text", "own"_is = own, "value"_is = value);
}

} // namespace

fragment holds_nothing(const rollup &of, Relation target) {
  const std::map<std::string, aggregate> figures = all_figures(of.target);
  std::set<std::string> aside;
  for (const group_key &each : of.keys)
    aside.insert(each.column.name);
  for (const column_keeper &each : column_keepers(of.target))
    aside.insert(each.column);
  std::vector<fragment> conditions;
  for (int i = 0; i < RelationGetDescr(target)->natts; ++i) {
    if (TupleDescAttr(RelationGetDescr(target), i)->attisdropped)
      continue;
    const pg::column_info column(target, static_cast<AttrNumber>(i + 1));
    const fragment own = sql("t.{name}", "name"_is = pg::identifier{column.name});
    if (const auto found = figures.find(column.name); found != figures.end()) {
      conditions.push_back(is_additive(found->second)
                               ? sql("COALESCE({own}::pg_catalog.numeric, 0) [=] 0", "own"_is = own)
                               : sql("{own} IS NOT DISTINCT FROM NULL", "own"_is = own));
      continue;
    }
    if (aside.contains(column.name) || column.generated || column.is_identity)
      continue;
    const column_default given = default_of(target, column);
    if (given.varies)
      continue;
    const fragment is_null = sql("{own} IS NOT DISTINCT FROM NULL", "own"_is = own);
    conditions.push_back(given.constant ? sql("({is_null} OR {is_constant})", "is_null"_is = is_null,
                                              "is_constant"_is = is_constant(column, own, *given.constant))
                                        : is_null);
  }
  return pg::joined(conditions, " AND ");
}

} // namespace upkeep::rollups
