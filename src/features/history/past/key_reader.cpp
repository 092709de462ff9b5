#include "features/history/past/key_reader.hpp"

#include "postgres/values/same_value.hpp"
#include "postgres/values/sameness.hpp"
#include "postgres/values/stored_value.hpp"

#include <cstring>

namespace upkeep::history {

using pg::call;

namespace {

char *text_of_value(const JsonbValue &value) {
  Jsonb *json = JsonbValueToJsonb(const_cast<JsonbValue *>(&value));
  return JsonbToCString(nullptr, &json->root, VARSIZE(json));
}

// Whether the type that the column has now would write the value so.
bool is_written_so(Oid type, Datum value, const JsonbValue &stored) {
  pg::stored_value how = pg::stored_value_of(type, CurrentMemoryContext);
  pg::jsonb_object object(1);
  object.add("", 0, pg::store(how, value));
  return std::strcmp(text_of_value(pg::fields_of(object.finish()).first->value), text_of_value(stored)) == 0;
}

// Whether reading it fails for what it is.
bool is_unreadable(pg::stored_value_reader &reader, const JsonbValue &stored, Datum &value) {
  const MemoryContext memory = CurrentMemoryContext;
  if (!pg::catches_error([&] { value = pg::read_stored(reader, stored); }))
    return false;
  if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
    PG_RE_THROW();
  MemoryContextSwitchTo(memory);
  FlushErrorState();
  return true;
}

} // namespace

key_reader::key_reader(const past_table &table, const std::vector<Datum> &key)
    : table(table), key(key), names(table.relation->rd_att), names_first(names_at(table, 0)) {}

AttrNumber key_reader::column_of(const pg::jsonb_field &field) const {
  const AttrNumber column = names.find(field.name);
  return column != InvalidAttrNumber ? column : names_first.find(field.name);
}

read_key key_reader::read(const char *text) const {
  const std::vector<kept_column> &columns = table.plan.columns.key;
  const pg::jsonb_fields fields = call([=] { return pg::fields_of(DatumGetJsonbP(pg::jsonb_from(text))); });
  read_key result;
  for (const pg::jsonb_field &field : fields) {
    const auto column = std::ranges::find(columns, column_of(field), &kept_column::number);
    Datum value = 0;
    if (column == columns.end() ||
        call([&] { return is_unreadable(table.readers[column->number - 1], field.value, value); }))
      return {.is_readable = false, .is_written_so = false, .is_same = false};
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table.relation), column->number - 1);
    const Datum wanted = key[static_cast<std::size_t>(column - columns.begin())];
    result.is_same = result.is_same && call([&] { return pg::same_value(attribute, value, wanted); });
    result.is_written_so =
        result.is_written_so && call([&] { return is_written_so(attribute.atttypid, value, field.value); });
  }
  return result;
}

} // namespace upkeep::history
