#include "features/history/row_images.hpp"

#include "postgres/values/pinned_settings.hpp"

namespace upkeep::history {

using pg::call;

namespace {

// A value that is out of line is read only where its pointers differ.
bool same_image(Datum a, Datum b, bool by_value, std::int16_t length) {
  if (!by_value && length == -1) {
    const char *const left = DatumGetPointer(a), *const right = DatumGetPointer(b);
    if (VARSIZE_ANY(left) == VARSIZE_ANY(right) && std::memcmp(left, right, VARSIZE_ANY(left)) == 0)
      return true;
  }
  return datum_image_eq(a, b, by_value, length);
}

} // namespace

row_images::row_images(const history_plan &plan, Relation table)
    : number(plan.number), functions(CurrentMemoryContext), scratch(call([] {
        return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep history", ALLOCSET_DEFAULT_SIZES);
      })),
      kept(codecs_of(plan.columns.kept, RelationGetDescr(table))),
      keys(codecs_of(plan.columns.key, RelationGetDescr(table))),
      kept_count(static_cast<int>(plan.columns.kept.size())), key_count(static_cast<int>(plan.columns.key.size())),
      old_side(call([this] { return pg::jsonb_object(Max(kept_count, key_count)); })),
      new_side(call([this] { return pg::jsonb_object(kept_count); })) {}

row_images::codec *row_images::codecs_of(const std::vector<kept_column> &columns, TupleDesc descriptor) {
  auto *const all = static_cast<codec *>(call([&] { return palloc(sizeof(codec) * Max(columns.size(), 1)); }));
  codec *next = all;
  for (const kept_column &each : columns) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, each.number - 1);
    *next++ = {each.number,
               each.name.data(),
               static_cast<int>(each.name.size()),
               each.is_digest,
               attribute.attbyval,
               attribute.attlen,
               attribute.atttypid,
               false,
               {}};
  }
  return all;
}

// As {"digest": "…"}: that it changed shows, what it is does not.
pg::jsonb_scalar row_images::digest_of(const codec &column, const pg::jsonb_scalar &value, const text *key) {
  StringInfoData text;
  initStringInfo(&text);
  pg::append_json(&text, value);
  const std::string_view of_key(VARDATA(key), VARSIZE(key) - VARHDRSZ);
  const std::string hex =
      hex_of(column_digest(digest_key.bytes(), number, {column.name, std::size_t(column.name_length)}, of_key,
                           {text.data, std::size_t(text.len)}));
  char *const kept_hex = call([&] { return pstrdup(hex.c_str()); });
  return call([=] {
    pg::jsonb_object mark(1);
    mark.add("digest", 6, pg::jsonb_string(kept_hex, static_cast<int>(std::strlen(kept_hex))));
    return pg::jsonb_container_of(mark.finish());
  });
}

pg::jsonb_scalar row_images::value_of(codec &column, TupleTableSlot *row, const text *key) {
  bool is_null = false;
  const Datum value = slot_getattr(row, column.number, &is_null);
  if (is_null)
    return pg::jsonb_null();
  if (!column.is_known) {
    column.how = pg::stored_value_of(column.type, functions);
    column.is_known = true;
  }
  if (column.how.needs_pinned && pinned_level == 0)
    pinned_level = pg::pin_settings();
  const pg::jsonb_scalar stored = pg::store(column.how, value);
  return column.is_digest ? digest_of(column, stored, key) : stored;
}

text *row_images::key(TupleTableSlot *row) {
  StringInfoData json;
  initStringInfo(&json);
  appendStringInfoSpaces(&json, VARHDRSZ);
  for (int i = 0; i < key_count; ++i) {
    appendStringInfoString(&json, i == 0 ? "{" : ", ");
    escape_json(&json, keys[i].name);
    appendStringInfoString(&json, ": ");
    pg::append_json(&json, value_of(keys[i], row, nullptr));
  }
  appendStringInfoChar(&json, '}');
  SET_VARSIZE(json.data, json.len);
  return reinterpret_cast<text *>(json.data);
}

Jsonb *row_images::whole(TupleTableSlot *row, const text *key) {
  new_side.clear();
  for (int i = 0; i < kept_count; ++i)
    new_side.add(kept[i].name, kept[i].name_length, value_of(kept[i], row, key));
  return new_side.finish();
}

bool row_images::differences(TupleTableSlot *before, TupleTableSlot *after, const text *key, Jsonb *&was, Jsonb *&is) {
  old_side.clear();
  new_side.clear();
  slot_getallattrs(before);
  slot_getallattrs(after);
  for (int i = 0; i < kept_count; ++i) {
    codec &column = kept[i];
    const int at = column.number - 1;
    const bool was_null = before->tts_isnull[at], is_null = after->tts_isnull[at];
    if (was_null == is_null &&
        (is_null || same_image(before->tts_values[at], after->tts_values[at], column.by_value, column.length)))
      continue;
    old_side.add(column.name, column.name_length, value_of(column, before, key));
    new_side.add(column.name, column.name_length, value_of(column, after, key));
  }
  if (new_side.is_empty())
    return false;
  was = old_side.finish();
  is = new_side.finish();
  return true;
}

void row_images::close() {
  if (pinned_level != 0)
    call([this] { pg::unpin_settings(pinned_level); });
  pinned_level = 0;
}

} // namespace upkeep::history
