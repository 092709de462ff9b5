#include "features/rollups/target/stored_row.hpp"

#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::rollups {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

fragment column_name(Relation table, AttrNumber column) {
  return pg::identifier{NameStr(TupleDescAttr(RelationGetDescr(table), column - 1)->attname)};
}

// The condition that a row t has the key whose values are the parameters from $1 on.
fragment has_key(const target_part &part, const key_value &key) {
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < part.keys.size(); ++i) {
    const pg::column_info &column = part.keys[i].column;
    const fragment name = pg::identifier{column.name};
    conditions.push_back(key.nulls[i] ? sql("t.{name} IS NULL", "name"_is = name)
                                      : sql("t.{name} {equals} ${number}::{type}", "name"_is = name,
                                            "equals"_is = pg::equality_of(column.declared, column.type).equals,
                                            "number"_is = i + 1, "type"_is = pg::type_as_sql(column.type)));
  }
  return pg::joined(conditions, " AND ");
}

std::vector<pg::parameter> parameters_of(const target_part &part, const key_value &key) {
  std::vector<pg::parameter> parameters;
  for (std::size_t i = 0; i < part.keys.size(); ++i)
    parameters.push_back({part.keys[i].column.type, key.values[i], key.nulls[i]});
  return parameters;
}

std::vector<AttrNumber> columns_read(const target_plan &plan) {
  std::vector<AttrNumber> columns = plan.keys;
  columns.insert(columns.end(), plan.figures.begin(), plan.figures.end());
  return columns;
}

} // namespace

std::optional<stored_row> read_stored(const target_plan &plan, Relation table, std::size_t part, const key_value &key) {
  const std::vector<AttrNumber> columns = columns_read(plan);
  std::vector<fragment> list;
  for (const AttrNumber column : columns)
    list.push_back(sql("t.{name}", "name"_is = column_name(table, column)));
  const fragment query =
      sql("SELECT {list} FROM {rows} t WHERE {has_key}", "list"_is = pg::joined(list),
          "rows"_is = pg::table{RelationGetRelid(table)}, "has_key"_is = has_key(plan.parts[part], key));
  const std::size_t natts = static_cast<std::size_t>(RelationGetDescr(table)->natts);
  stored_row row{std::vector<Datum>(natts), std::make_unique<bool[]>(natts)};
  bool is_there = false;
  pg::as_user(table->rd_rel->relowner, SECURITY_NOFORCE_RLS, [&] {
    const pg::rows found = pg::execute(query, parameters_of(plan.parts[part], key), pg::snapshot::latest);
    is_there = found.count() > 0;
    for (std::size_t i = 0; is_there && i < columns.size(); ++i)
      row.values[columns[i] - 1] = found.value(0, static_cast<int>(i) + 1, row.nulls[columns[i] - 1]);
  });
  return is_there ? std::optional(std::move(row)) : std::nullopt;
}

bool is_written_here(const target_plan &plan, Relation table, const key_value &key) {
  const fragment query =
      sql("SELECT t.xmin FROM {rows} t WHERE {has_key}", "rows"_is = pg::own_rows_of(RelationGetRelid(table)),
          "has_key"_is = has_key(plan.row, key));
  bool is_ours = false;
  pg::as_user(table->rd_rel->relowner, SECURITY_NOFORCE_RLS, [&] {
    const pg::rows found = pg::execute(query, parameters_of(plan.row, key), pg::snapshot::latest);
    bool is_null = false;
    if (found.count() > 0)
      is_ours = TransactionIdIsCurrentTransactionId(DatumGetTransactionId(found.value(0, 1, is_null)));
  });
  return is_ours;
}

void write_figures(const target_plan &plan, Relation table, const key_value &key,
                   const std::vector<std::size_t> &columns, const std::vector<NullableDatum> &figures) {
  std::vector<pg::parameter> parameters = parameters_of(plan.row, key);
  std::vector<fragment> assignments;
  for (const std::size_t number : columns) {
    const pg::column_info &column = plan.sources->columns[number].column;
    parameters.push_back({column.type, figures[number].value, figures[number].isnull});
    assignments.push_back(
        sql("{name} = ${number}", "name"_is = pg::identifier{column.name}, "number"_is = parameters.size()));
  }
  const fragment statement =
      sql("UPDATE {rows} t SET {assignments} WHERE {has_key}", "rows"_is = pg::own_rows_of(RelationGetRelid(table)),
          "assignments"_is = pg::joined(assignments), "has_key"_is = has_key(plan.row, key));
  pg::as_user(table->rd_rel->relowner, SECURITY_NOFORCE_RLS, [&] {
    const pg::marked_statement marked(pg::own_statement::rollup);
    pg::execute(statement, parameters, pg::snapshot::latest);
  });
}

} // namespace upkeep::rollups
