#include "features/history/past/given_key.hpp"

#include "features/history/past/key_reader.hpp"
#include "features/history/row_images.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/values/pinned_settings.hpp"
#include "postgres/values/same_value.hpp"

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

[[noreturn]] void another_key(const past_table &table, const kept_column &column) {
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("column \"{}\" of table \"{}\" cannot have the value of the key", column.name,
                                     RelationGetRelationName(table.relation)),
              .detail = fmt::format("Its type, {}, would make another value of it.", pg::string_from([&] {
                                      const FormData_pg_attribute &attribute = attribute_of(table, column);
                                      return format_type_with_typemod(attribute.atttypid, attribute.atttypmod);
                                    })),
              .hint = "Pass the value as the column has it."};
}

// A number that an integer would round.
bool is_rounded(const pg::stored_value_reader &reader, const JsonbValue &given) {
  if (given.type != jbvNumeric ||
      (reader.form != pg::read_form::int2 && reader.form != pg::read_form::int4 && reader.form != pg::read_form::int8))
    return false;
  const Datum number = NumericGetDatum(given.val.numeric);
  return !DatumGetBool(
      DirectFunctionCall2(numeric_eq, number, DirectFunctionCall2(numeric_trunc, number, Int32GetDatum(0))));
}

// As the column has it: with the scale, the length, the precision that it is declared with.
Datum fitted(const FormData_pg_attribute &attribute, Datum value) {
  std::int32_t modifier = attribute.atttypmod;
  const Oid type = getBaseTypeAndTypmod(attribute.atttypid, &modifier);
  Oid function = InvalidOid;
  if (modifier < 0 || find_typmod_coercion_function(type, &function) != COERCION_PATH_FUNC)
    return value;
  return OidFunctionCall3(function, value, Int32GetDatum(modifier), BoolGetDatum(true));
}

Datum key_value(const past_table &table, const kept_column &column, const JsonbValue &given) {
  const FormData_pg_attribute &attribute = attribute_of(table, column);
  pg::stored_value_reader &reader = table.readers[column.number - 1];
  if (call([&] { return is_rounded(reader, given); }))
    another_key(table, column);
  const Datum read = call([&] { return pg::read_stored(reader, given); });
  const Datum value = call([&] { return fitted(attribute, read); });
  if (!call([&] { return pg::same_value(attribute, read, value); }))
    another_key(table, column);
  return value;
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

// As a row that is there has it: the equality of the type may take values for the same that are written otherwise.
std::optional<std::vector<Datum>> as_row_has(const past_table &table, const std::vector<Datum> &key) {
  const Oid oid = RelationGetRelid(table.relation), owner = table.relation->rd_rel->relowner;
  std::vector<std::string> names;
  for (const kept_column &column : table.plan.columns.key)
    names.push_back(column.name);
  std::optional<std::vector<Datum>> values;
  const int restrictions = GetUserId() == owner ? 0 : SECURITY_RESTRICTED_OPERATION;
  pg::as_user(owner, SECURITY_NOFORCE_RLS | restrictions, [&] {
    const pg::rows found =
        pg::read(pg::sql("SELECT {key} FROM {table} t WHERE {has_key}", "key"_is = pg::columns_of("t", names),
                         "table"_is = pg::table{oid}, "has_key"_is = has_key(table)),
                 parameters_of(table, key));
    bool is_null = false;
    if (found.count() == 1)
      values.emplace();
    for (std::size_t i = 0; values && i < key.size(); ++i)
      values->push_back(found.value(0, static_cast<int>(i) + 1, is_null));
  });
  return values;
}

// Whether values that are equal are written the same.
bool has_one_spelling(const past_table &table) {
  return std::ranges::all_of(table.plan.columns.key, [&](const kept_column &column) {
    const FormData_pg_attribute &attribute = attribute_of(table, column);
    return call([&] { return pg::is_equal_by_image(attribute.atttypid, attribute.attcollation); });
  });
}

bool has_entries(const past_table &table, const std::string &text) {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}, pg::parameter::text(text)};
  bool is_found = false;
  each_entry(pg::sql(R"sql(
    WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, $2)
      AND e.table_number [=] $1 AND e.key [=] $2
    LIMIT 1
  )sql"),
             parameters, true, [&](const past_entry &) { is_found = true; });
  return is_found;
}

// As the newest entry of a row that is gone has it, by the equality of the types: all entries of the table are read.
std::optional<std::string> as_entry_has(const past_table &table, const std::vector<Datum> &key) {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}};
  std::int64_t newest = 0;
  std::optional<std::string> text;
  pg::with_pinned_settings([&] {
    const key_reader reader(table, key);
    each_entry(pg::sql("WHERE e.table_number [=] $1 AND e.key IS NOT NULL"), parameters, true,
               [&](const past_entry &entry) {
                 if (entry.id > newest && reader.read(entry.key).is_same) {
                   newest = entry.id;
                   text = entry.key;
                 }
               });
  });
  return text;
}

// As entries have it.
std::string text_in_entries(const past_table &table, const std::vector<Datum> &key) {
  const std::optional<std::vector<Datum>> live = as_row_has(table, key);
  const std::string text = text_of(table, live.value_or(key));
  if (live || has_one_spelling(table) || has_entries(table, text))
    return text;
  return as_entry_has(table, key).value_or(text);
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
      given.values.push_back(key_value(table, column, field->value));
    }
  });
  given.text = text_in_entries(table, given.values);
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
