#include "features/orders/stock/settle/key_text.hpp"

#include "postgres/sql/text.hpp"

#include <iterator>

namespace upkeep::orders {

using pg::call;

namespace {

void append_uuid(Datum value, std::string &text) {
  static constexpr char digits[] = "0123456789abcdef";
  const unsigned char *bytes = DatumGetUUIDP(value)->data;
  text += '"';
  for (int i = 0; i < UUID_LEN; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      text += '-';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  text += '"';
}

void append_string(Datum value, std::string &json) {
  json += pg::json_string(pg::string_from([=] { return TextDatumGetCString(value); }));
}

void append(Oid type, Datum value, std::string &text) {
  const auto integer = [&](std::int64_t number) { fmt::format_to(std::back_inserter(text), "{}", number); };
  switch (type) {
  case INT2OID:
    return integer(DatumGetInt16(value));
  case INT4OID:
    return integer(DatumGetInt32(value));
  case INT8OID:
    return integer(DatumGetInt64(value));
  case UUIDOID:
    return append_uuid(value, text);
  default:
    return append_string(value, text);
  }
}

// An element of a key's text as the operator ->> has it. May raise.
char *element_of(Jsonb *key, int number) {
  const JsonbValue *element = getIthJsonbValueFromContainer(&key->root, static_cast<std::uint32_t>(number));
  if (element && element->type == jbvNumeric)
    return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(element->val.numeric)));
  if (element && element->type == jbvString)
    return pnstrdup(element->val.string.val, static_cast<Size>(element->val.string.len));
  ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a key that stock remembers is not one")));
  pg_unreachable();
}

} // namespace

bool has_key_text(Oid base) {
  switch (base) {
  case INT2OID:
  case INT4OID:
  case INT8OID:
  case UUIDOID:
  case TEXTOID:
  case VARCHAROID:
    return true;
  default:
    return false;
  }
}

std::string key_text::of(const key_values &key) const {
  std::string text = "[";
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0)
      text += ", ";
    append(types[i], key.values[i], text);
  }
  text += ']';
  return text;
}

key_values key_text::read(const std::string &text) const {
  key_values key{};
  call([&] {
    Jsonb *json = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())));
    for (std::size_t i = 0; i < types.size(); ++i) {
      Oid input = InvalidOid, parameter = InvalidOid;
      getTypeInputInfo(types[i], &input, &parameter);
      key.values[i] = OidInputFunctionCall(input, element_of(json, static_cast<int>(i)), parameter, -1);
    }
  });
  return key;
}

int key_text::compare(const key_values &a, const key_values &b) const {
  for (std::size_t i = 0; i < types.size(); ++i) {
    const int order = call([&] {
      TypeCacheEntry *type = lookup_type_cache(types[i], TYPECACHE_CMP_PROC_FINFO);
      return DatumGetInt32(FunctionCall2Coll(&type->cmp_proc_finfo, DEFAULT_COLLATION_OID, a.values[i], b.values[i]));
    });
    if (order != 0)
      return order;
  }
  return 0;
}

} // namespace upkeep::orders
