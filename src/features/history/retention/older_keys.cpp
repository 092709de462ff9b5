#include "features/history/retention/older_keys.hpp"

#include "features/history/back/stored_row.hpp"
#include "postgres/values/pinned_settings.hpp"
#include "postgres/values/same_value.hpp"
#include "postgres/values/sameness.hpp"
#include "postgres/values/stored_value.hpp"

#include <cstring>

namespace upkeep::history {

using pg::call;

namespace {

enum class older_key { written_now, another_row, same_row, not_readable };

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

class key_reader {
public:
  key_reader(const past_table &table, const given_key &given)
      : table(table), given(given), names(table.relation->rd_att), names_first(names_at(table, 0)) {}

  older_key read(const char *text) const {
    const pg::jsonb_fields fields = call([=] { return pg::fields_of(DatumGetJsonbP(pg::jsonb_from(text))); });
    bool is_now = true, is_same = true;
    for (const pg::jsonb_field &field : fields) {
      const auto column = std::ranges::find(table.plan.columns.key, column_of(field), &kept_column::number);
      if (column == table.plan.columns.key.end())
        return older_key::not_readable;
      const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table.relation), column->number - 1);
      const Datum wanted = given.values[static_cast<std::size_t>(column - table.plan.columns.key.begin())];
      Datum value = 0;
      if (call([&] { return is_raised(column->number, field.value, value); }))
        return older_key::not_readable;
      is_now = is_now && call([&] { return is_written_so(attribute.atttypid, value, field.value); });
      is_same = is_same && call([&] { return pg::same_value(attribute, value, wanted); });
    }
    return is_now ? older_key::written_now : is_same ? older_key::same_row : older_key::another_row;
  }

private:
  AttrNumber column_of(const pg::jsonb_field &field) const {
    const AttrNumber column = names.find(field.name);
    return column != InvalidAttrNumber ? column : names_first.find(field.name);
  }

  bool is_raised(AttrNumber column, const JsonbValue &stored, Datum &value) const {
    const MemoryContext memory = CurrentMemoryContext;
    if (!pg::catches_error([&] { value = pg::read_stored(table.readers[column - 1], stored); }))
      return false;
    if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
      PG_RE_THROW();
    MemoryContextSwitchTo(memory);
    FlushErrorState();
    return true;
  }

  const past_table &table;
  const given_key &given;
  past_names names, names_first; // now, and at the beginning
};

[[noreturn]] void has_older_key(const past_table &table, const given_key &key, const char *older, bool is_readable) {
  const char *name = RelationGetRelationName(table.relation);
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message =
                  is_readable
                      ? fmt::format("row {} of \"{}\" has older entries under the key {}", key.text, name, older)
                      : fmt::format("entries of \"{}\" have keys that cannot be read now, such as {}", name, older),
              .detail = "The key, or the type of its columns, was changed since.",
              .hint = "Nothing was erased. Delete the older entries with upkeep.purge_history, or erase while the "
                      "column has the type it had."};
}

} // namespace

// All entries are read only where the oldest month begins with a key of another type.
void require_no_older_keys(const past_table &table, const given_key &key) {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}};
  pg::with_pinned_settings([&] {
    const key_reader reader(table, key);
    bool is_retyped = false;
    each_entry(pg::sql("WHERE e.table_number [=] $1 AND e.key IS NOT NULL LIMIT 1"), parameters, true,
               [&](const past_entry &entry) { is_retyped = reader.read(entry.key) != older_key::written_now; });
    if (is_retyped)
      each_entry(pg::sql("WHERE e.table_number [=] $1 AND e.key IS NOT NULL"), parameters, true,
                 [&](const past_entry &entry) {
                   const older_key read = reader.read(entry.key);
                   if (read == older_key::same_row || read == older_key::not_readable)
                     has_older_key(table, key, entry.key, read == older_key::same_row);
                 });
  });
}

} // namespace upkeep::history
