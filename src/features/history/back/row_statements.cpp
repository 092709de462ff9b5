#include "features/history/back/row_statements.hpp"

#include "features/history/past/read_value.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/key_equality.hpp"

namespace upkeep::history {

using pg::call;

namespace {

std::uint64_t run(const pg::fragment &statement, std::span<const pg::parameter> parameters) {
  const pg::marked_statement marked(pg::own_statement::restore);
  pg::execute(statement, parameters);
  return SPI_processed;
}

const char *name_of_column(const past_table &table, AttrNumber column) {
  return NameStr(TupleDescAttr(RelationGetDescr(table.relation), column - 1)->attname);
}

pg::fragment numbered(const char *prefix, AttrNumber column) {
  return pg::fragment(fmt::format("{}{}", prefix, column));
}

// The columns of rows from an array, by number: a name of the table's may mean something else beside them.
pg::fragment names_of_rows(const past_table &table, const char *prefix) {
  TupleDesc descriptor = RelationGetDescr(table.relation);
  std::vector<pg::fragment> names;
  for (AttrNumber column = 1; column <= descriptor->natts; ++column)
    if (!TupleDescAttr(descriptor, column - 1)->attisdropped)
      names.push_back(numbered(prefix, column));
  return pg::joined(names);
}

// That `t` has the key of a row of keys.
pg::fragment has_key_of_row(const past_table &table) {
  std::vector<pg::fragment> conditions;
  for (const kept_column &column : table.plan.columns.key) {
    const Oid type = TupleDescAttr(RelationGetDescr(table.relation), column.number - 1)->atttypid;
    const pg::key_equality equality = pg::equality_of(type, type);
    conditions.push_back(pg::sql("{column} {equals} r.{key}{cast}", "column"_is = pg::columns_of("t", {column.name}),
                                 "equals"_is = equality.equals, "key"_is = numbered("k", column.number),
                                 "cast"_is = equality.cast));
  }
  return pg::joined(conditions, " AND ");
}

pg::fragment name_of(const past_table &table) { return pg::table{RelationGetRelid(table.relation)}; }

} // namespace

Datum row_datum(const past_table &table, const stored_row &row, const char *key) {
  TupleDesc descriptor = RelationGetDescr(table.relation);
  const auto count = static_cast<std::size_t>(descriptor->natts);
  std::vector<Datum> values(count);
  const auto nulls = std::make_unique<bool[]>(count);
  std::fill_n(nulls.get(), count, true);
  for (const stored_field &field : row.fields) {
    const auto place = static_cast<std::size_t>(field.column - 1);
    call([&] {
      nulls[place] = pg::state_of(field.value) != pg::stored_state::known;
      if (!nulls[place])
        values[place] = read_value(table, field.column, key, field.value);
    });
  }
  return call(
      [&] { return heap_copy_tuple_as_datum(heap_form_tuple(descriptor, values.data(), nulls.get()), descriptor); });
}

pg::parameter row_array(const past_table &table, const std::vector<Datum> &rows) {
  const Oid type = table.relation->rd_rel->reltype;
  return call([&] {
    return pg::parameter{get_array_type(type), PointerGetDatum(construct_array(const_cast<Datum *>(rows.data()),
                                                                               static_cast<int>(rows.size()), type, -1,
                                                                               false, TYPALIGN_DOUBLE))};
  });
}

std::vector<AttrNumber> known_columns(const past_table &table, const stored_row &row) {
  std::vector<AttrNumber> columns;
  for (const stored_field &field : row.fields)
    if (!TupleDescAttr(RelationGetDescr(table.relation), field.column - 1)->attgenerated &&
        call([&] { return pg::state_of(field.value); }) != pg::stored_state::digest)
      columns.push_back(field.column);
  std::ranges::sort(columns);
  return columns;
}

std::uint64_t insert_rows(const past_table &table, const std::vector<AttrNumber> &columns, const pg::parameter &rows) {
  std::vector<pg::fragment> names, values;
  for (const AttrNumber column : columns) {
    names.push_back(pg::identifier{name_of_column(table, column)});
    values.push_back(pg::sql("r.{column}", "column"_is = numbered("c", column)));
  }
  return run(pg::sql(R"sql(
    INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE
    SELECT {values} FROM pg_catalog.unnest($1) AS r({columns})
  )sql",
                     "table"_is = name_of(table), "names"_is = pg::joined(names), "values"_is = pg::joined(values),
                     "columns"_is = names_of_rows(table, "c")),
             {&rows, 1});
}

std::uint64_t update_rows(const past_table &table, const std::vector<AttrNumber> &columns, const pg::parameter &keys,
                          const pg::parameter &rows) {
  std::vector<pg::fragment> assignments;
  for (const AttrNumber column : columns)
    assignments.push_back(pg::sql("{name} = r.{column}", "name"_is = pg::identifier{name_of_column(table, column)},
                                  "column"_is = numbered("c", column)));
  const pg::parameter parameters[] = {keys, rows};
  return run(pg::sql(R"sql(
    UPDATE {table} t SET {assignments}
    FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS r({keys}, {columns})
    WHERE {has_key}
  )sql",
                     "table"_is = name_of(table), "assignments"_is = pg::joined(assignments),
                     "keys"_is = names_of_rows(table, "k"), "columns"_is = names_of_rows(table, "c"),
                     "has_key"_is = has_key_of_row(table)),
             parameters);
}

std::uint64_t delete_rows(const past_table &table, const pg::parameter &keys) {
  return run(pg::sql("DELETE FROM {table} t USING pg_catalog.unnest($1) AS r({keys}) WHERE {has_key}",
                     "table"_is = name_of(table), "keys"_is = names_of_rows(table, "k"),
                     "has_key"_is = has_key_of_row(table)),
             {&keys, 1});
}

bool is_referred_to(const past_table &table, const foreign_key &by, const pg::parameter &keys) {
  std::vector<pg::fragment> conditions;
  call([&] { LockRelationOid(by.child, AccessShareLock); });
  pg::with_relation(by.child, [&](Relation child) {
    for (std::size_t i = 0; i < by.columns.size(); ++i) {
      const FormData_pg_attribute &column = *TupleDescAttr(RelationGetDescr(child), by.columns[i] - 1);
      const AttrNumber referred = by.keys[i];
      const pg::key_equality equality =
          pg::equality_of(column.atttypid, TupleDescAttr(RelationGetDescr(table.relation), referred - 1)->atttypid);
      conditions.push_back(pg::sql("c.{column} {equals} t.{referred}{cast}",
                                   "column"_is = pg::identifier{NameStr(column.attname)}, "equals"_is = equality.equals,
                                   "referred"_is = pg::identifier{name_of_column(table, referred)},
                                   "cast"_is = equality.cast));
    }
  });
  bool is_found = false;
  pg::as_user(pg::owner_of(by.child), SECURITY_NOFORCE_RLS, [&] {
    is_found = pg::execute(pg::sql(R"sql(
      SELECT FROM pg_catalog.unnest($1) AS r({keys}), {table} t, {child} c WHERE {has_key} AND {refers} LIMIT 1
    )sql",
                                   "keys"_is = names_of_rows(table, "k"), "table"_is = name_of(table),
                                   "child"_is = pg::table{by.child}, "has_key"_is = has_key_of_row(table),
                                   "refers"_is = pg::joined(conditions, " AND ")),
                           {&keys, 1})
                   .count() > 0;
  });
  return is_found;
}

std::vector<HeapTuple> lock_rows(const past_table &table, const pg::parameter &keys) {
  const Oid oid = RelationGetRelid(table.relation);
  const bool may_lock = call([=] {
    return pg_class_aclcheck(oid, GetUserId(), ACL_UPDATE) == ACLCHECK_OK ||
           pg_attribute_aclcheck_all(oid, GetUserId(), ACL_UPDATE, ACLMASK_ANY) == ACLCHECK_OK;
  });
  const pg::rows found = pg::execute(
      pg::sql("SELECT {columns} FROM pg_catalog.unnest($1) AS r({keys}), {table} t WHERE {has_key} {lock}",
              "columns"_is = columns_now(table), "keys"_is = names_of_rows(table, "k"), "table"_is = name_of(table),
              "has_key"_is = has_key_of_row(table), "lock"_is = pg::fragment(may_lock ? "FOR UPDATE OF t" : "")),
      {&keys, 1});
  const SPITupleTable *table_of_rows = SPI_tuptable;
  return {table_of_rows->vals, table_of_rows->vals + found.count()};
}

} // namespace upkeep::history
