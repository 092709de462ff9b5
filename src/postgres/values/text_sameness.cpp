#include "postgres/values/text_sameness.hpp"

#include "postgres/values/sameness.hpp"

#include <cstring>
#include <string_view>

namespace upkeep::pg {

namespace {

#if PG_VERSION_NUM >= 160000
JsonParseErrorType count_key(void *keys, char *, bool) {
  ++*static_cast<std::uint64_t *>(keys);
  return JSON_SUCCESS;
}
#else
void count_key(void *keys, char *, bool) { ++*static_cast<std::uint64_t *>(keys); }
#endif

// Keys as they are written, also those that come twice, of which jsonb keeps one.
std::uint64_t keys_written(const char *json) {
  std::uint64_t keys = 0;
  JsonSemAction count{};
  count.semstate = &keys;
  count.object_field_start = count_key;
#if PG_VERSION_NUM >= 170000
  pg_parse_json(makeJsonLexContext(nullptr, cstring_to_text(json), true), &count);
#else
  pg_parse_json(makeJsonLexContext(cstring_to_text(json), true), &count);
#endif
  return keys;
}

// to_jsonb(text)
bool is_string_of(const char *json, const char *text) {
  JsonbValue value;
  if (*json != '"' || !JsonbExtractScalar(&DatumGetJsonbP(jsonb_from(json))->root, &value) || value.type != jbvString)
    return false;
  return std::string_view(value.val.string.val, value.val.string.len) == text;
}

// jsonb cannot hold the character zero.
bool is_same_json(const char *text, const char *json) {
  if (strstr(text, "\\u0000") || strstr(json, "\\u0000"))
    return false;
  return is_string_of(json, text) ||
         (is_json(text) && keys_written(text) == keys_written(json) && is_equal_json(text, json));
}

text_kind text_kind_of(Oid type) {
  switch (type) {
  case UUIDOID:
    return text_kind::uuid;
  case DATEOID:
  case TIMEOID:
  case TIMESTAMPOID:
    return text_kind::time;
  default:
    return TypeCategory(type) == TYPCATEGORY_NUMERIC ? text_kind::number : text_kind::plain;
  }
}

} // namespace

bool text_sameness::operator()(const char *text_before, const char *text_now, Datum now) const {
  if (says_the_same(text_before, text_now, kind))
    return true;
  // DateStyle may write it otherwise.
  if (char iso[MAXDATELEN + 1]; kind == text_kind::time)
    return says_the_same(text_before, JsonEncodeDateTime(iso, now, type, nullptr), kind);
  bool read = false, is_true = false;
  if (is_bool)
    read = parse_bool(text_before, &is_true);
  return (read && is_true == (*text_now == 't')) || (is_json && is_same_json(text_before, text_now));
}

text_sameness text_sameness_of(Oid before, Oid now) {
  const Oid from = getBaseType(before), to = getBaseType(now);
  text_sameness same{};
  same.before = output_of(before);
  same.now = output_of(now);
  same.are_labels = type_is_enum(from) || type_is_enum(to) || from == BOOLOID;
  same.can_tell = TypeCategory(from) == TYPCATEGORY_STRING;
  same.type = to;
  same.kind = text_kind_of(to);
  same.is_bool = to == BOOLOID;
  same.is_json = to == JSONOID || to == JSONBOID;
  return same;
}

} // namespace upkeep::pg
