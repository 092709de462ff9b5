// upkeep.row_history: what happened to one row.
#include "features/history/past/row_trail.hpp"

#include "postgres/sql/arguments.hpp"
#include "postgres/sql/result_set.hpp"

namespace upkeep::history {

using pg::call;

namespace {

const char *name_of(action what) {
  switch (what) {
  case action::insert:
    return "insert";
  case action::update:
    return "update";
  case action::remove:
    return "delete";
  case action::truncate:
    return "truncate";
  case action::rename:
    return "rename";
  case action::erase:
    return "erase";
  case action::correct:
    return "correct";
  }
  return "";
}

void push_pair(JsonbParseState *&state, const pg::jsonb_field &named, const pg::jsonb_field *before,
               const pg::jsonb_field *after) {
  JsonbValue name, none;
  name.type = jbvString;
  name.val.string = {static_cast<int>(named.name.size()), const_cast<char *>(named.name.data())};
  none.type = jbvNull;
  pushJsonbValue(&state, WJB_KEY, &name);
  pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr);
  for (const pg::jsonb_field *side : {before, after})
    pushJsonbValue(&state, WJB_ELEM, side ? const_cast<JsonbValue *>(&side->value) : &none);
  pushJsonbValue(&state, WJB_END_ARRAY, nullptr);
}

// {"price": [12.00, 14.00]}
Datum changes_of(const past_entry &entry) {
  const pg::jsonb_fields before = pg::fields_of(entry.before), after = pg::fields_of(entry.after);
  JsonbParseState *state = nullptr;
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  for (const pg::jsonb_field &each : before)
    push_pair(state, each, &each, after.find(each.name));
  for (const pg::jsonb_field &each : after)
    if (!before.find(each.name))
      push_pair(state, each, nullptr, &each);
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

// Under row security the caller knows the rows that can be seen.
bool is_visible(const past_table &table, const given_key &key) {
  const Oid oid = RelationGetRelid(table.relation);
  if (!pg::is_filtered(oid))
    return true;
  return pg::read(pg::sql("SELECT FROM {table} t WHERE {has_key}", "table"_is = pg::table{oid},
                          "has_key"_is = has_key(table)),
                  parameters_of(table, key.values))
             .count() > 0;
}

pg::result_set::nullable text_or_null(const std::string &text) {
  return text.empty() ? pg::result_set::nullable{}
                      : pg::result_set::nullable{call([&] { return CStringGetTextDatum(text.c_str()); }), false};
}

void row_history(Oid oid, Datum key, pg::result_set &result) {
  const MemoryContext memory = CurrentMemoryContext;
  with_past_of(oid, AccessShareLock, [&](Relation relation) {
    const past_table table(relation, memory);
    table.require_readable();
    const given_key given = key_given(table, key);
    if (!is_visible(table, given))
      return;
    row_trail(table, given, true).follow([&](const past_entry &entry, const entry_cursor &reader) {
      result.add(pg::result_set::ready{TimestampTzGetDatum(entry.at)}, std::string(name_of(entry.what)),
                 text_or_null(reader.author(entry, entry_author::actor)),
                 pg::result_set::name(reader.author(entry, entry_author::role)),
                 text_or_null(reader.author(entry, entry_author::reason)),
                 pg::result_set::ready{call([&] { return changes_of(entry); })},
                 pg::result_set::ready{UInt64GetDatum(entry.transaction)});
      return true;
    });
  });
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.row_history(target, key) RETURNS TABLE (at, action, actor, role, reason, changes, transaction): the entries of
// a row, the newest first. Errors: 22004; 22023 a key that is none of the table's; 42501 the caller may not SELECT;
// 42809; 55000 a table without history.
UPKEEP_FUNCTION(upkeep_row_history) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid table = given.table(0, "target");
    const Datum key = given.value(1, "key");
    pg::result_set result(fcinfo);
    pg::with_spi([&] { row_history(table, key, result); });
    return Datum(0);
  });
}
