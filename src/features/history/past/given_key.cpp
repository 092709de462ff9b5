#include "features/history/past/given_key.hpp"

#include "features/history/row_images.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::history {

using pg::call;

namespace {

[[noreturn]] void invalid_key(const past_table &table) {
  std::string example;
  for (const kept_column &column : table.plan.columns.key)
    example += fmt::format("{}\"{}\": ...", example.empty() ? "" : ", ", column.name);
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("invalid key of a row of \"{}\"", RelationGetRelationName(table.relation)),
              .hint = fmt::format("Pass an object with a value for each column of the key: '{{{}}}'.", example)};
}

const FormData_pg_attribute &attribute_of(const past_table &table, const kept_column &column) {
  return *TupleDescAttr(RelationGetDescr(table.relation), column.number - 1);
}

std::string text_of(const past_table &table, const std::vector<Datum> &values) {
  row_images images(table.plan, table.relation);
  TupleTableSlot *row =
      call([&] { return MakeSingleTupleTableSlot(RelationGetDescr(table.relation), &TTSOpsVirtual); });
  call([&] { ExecStoreAllNullTuple(row); });
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int place = table.plan.columns.key[i].number - 1;
    row->tts_values[place] = values[i];
    row->tts_isnull[place] = false;
  }
  std::string text = pg::string_from([&] { return text_to_cstring(images.key(row)); });
  call([&] { ExecDropSingleTupleTableSlot(row); });
  images.close();
  return text;
}

} // namespace

given_key key_given(const past_table &table, Datum key) {
  const pg::jsonb_fields fields = call([=] { return pg::fields_of(DatumGetJsonbP(key)); });
  const std::vector<kept_column> &columns = table.plan.columns.key;
  if (static_cast<std::size_t>(fields.count) != columns.size())
    invalid_key(table);
  given_key given;
  pg::with_pinned_settings([&] {
    for (const kept_column &column : columns) {
      const pg::jsonb_field *field = fields.find(column.name);
      if (!field || field->value.type == jbvNull)
        invalid_key(table);
      given.values.push_back(call([&] { return pg::read_stored(table.readers[column.number - 1], field->value); }));
    }
  });
  given.text = text_of(table, given.values);
  return given;
}

pg::fragment has_key(const past_table &table) {
  std::vector<pg::fragment> conditions;
  for (const kept_column &column : table.plan.columns.key) {
    const Oid type = call([&] { return getBaseType(attribute_of(table, column).atttypid); });
    const pg::key_equality equality = pg::equality_of(attribute_of(table, column).atttypid, type);
    conditions.push_back(pg::sql("{column} {equals} ${number}{cast}", "column"_is = pg::columns_of("t", {column.name}),
                                 "equals"_is = equality.equals, "number"_is = conditions.size() + 1,
                                 "cast"_is = equality.cast));
  }
  return pg::joined(conditions, " AND ");
}

std::vector<pg::parameter> parameters_of(const past_table &table, const std::vector<Datum> &key) {
  std::vector<pg::parameter> parameters;
  for (std::size_t i = 0; i < key.size(); ++i)
    parameters.push_back(
        {call([&] { return getBaseType(attribute_of(table, table.plan.columns.key[i]).atttypid); }), key[i]});
  return parameters;
}

} // namespace upkeep::history
