#include "postgres/values/stored_value_reader.hpp"

#include <cstring>

namespace upkeep::pg {

namespace {

read_form form_of(Oid type) {
  switch (type) {
  case BOOLOID:
    return read_form::boolean;
  case INT2OID:
    return read_form::int2;
  case INT4OID:
    return read_form::int4;
  case INT8OID:
    return read_form::int8;
  case NUMERICOID:
    return read_form::numeric;
  case TEXTOID:
  case VARCHAROID:
  case BPCHAROID:
    return read_form::text;
  case JSONBOID:
    return read_form::jsonb;
  default:
    return read_form::input;
  }
}

// The only key of an object in the jsonb of another, and its value; false for everything else.
bool is_single(const JsonbValue &stored, JsonbValue &key, JsonbValue &value) {
  if (stored.type != jbvBinary || !JsonContainerIsObject(stored.val.binary.data) ||
      JsonContainerSize(stored.val.binary.data) != 1)
    return false;
  JsonbIterator *fields = JsonbIteratorInit(stored.val.binary.data);
  JsonbIteratorNext(&fields, &value, true);
  JsonbIteratorNext(&fields, &key, true);
  JsonbIteratorNext(&fields, &value, true);
  return true;
}

bool is_named(const JsonbValue &key, std::string_view name) {
  return std::string_view(key.val.string.val, static_cast<std::size_t>(key.val.string.len)) == name;
}

Datum jsonb_of(const JsonbValue &stored) {
  JsonbValue key, wrapped;
  if (is_single(stored, key, wrapped) && is_named(key, "jsonb"))
    return JsonbPGetDatum(JsonbValueToJsonb(&wrapped));
  return JsonbPGetDatum(JsonbValueToJsonb(const_cast<JsonbValue *>(&stored)));
}

char *text_of(const JsonbValue &stored) {
  switch (stored.type) {
  case jbvString:
    return pnstrdup(stored.val.string.val, stored.val.string.len);
  case jbvBool:
    return pstrdup(stored.val.boolean ? "true" : "false");
  case jbvNumeric:
    return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(stored.val.numeric)));
  default:
    return JsonbToCString(nullptr, stored.val.binary.data, stored.val.binary.len);
  }
}

Datum read_base(stored_value_reader &how, const JsonbValue &stored) {
  if (how.form == read_form::jsonb)
    return jsonb_of(stored);
  if (stored.type == jbvNumeric)
    switch (how.form) {
    case read_form::int2:
      return DirectFunctionCall1(numeric_int2, NumericGetDatum(stored.val.numeric));
    case read_form::int4:
      return DirectFunctionCall1(numeric_int4, NumericGetDatum(stored.val.numeric));
    case read_form::int8:
      return DirectFunctionCall1(numeric_int8, NumericGetDatum(stored.val.numeric));
    case read_form::numeric:
      return NumericGetDatum(stored.val.numeric);
    default:
      break;
    }
  else if (stored.type == jbvString && how.form == read_form::text)
    return PointerGetDatum(cstring_to_text_with_len(stored.val.string.val, stored.val.string.len));
  else if (stored.type == jbvBool && how.form == read_form::boolean)
    return BoolGetDatum(stored.val.boolean);
  return InputFunctionCall(&how.input, text_of(stored), how.parameter, -1);
}

} // namespace

stored_state state_of(const JsonbValue &stored) {
  if (stored.type == jbvNull)
    return stored_state::null;
  JsonbValue key, digest;
  if (!is_single(stored, key, digest) || digest.type != jbvString)
    return stored_state::known;
  return is_named(key, "digest")   ? stored_state::digest
         : is_named(key, "erased") ? stored_state::erased
                                   : stored_state::known;
}

stored_value_reader reader_of(Oid type, MemoryContext memory) {
  stored_value_reader how{};
  const Oid base = getBaseType(type);
  how.form = form_of(base);
  how.domain = base == type ? InvalidOid : type;
  Oid input = InvalidOid;
  getTypeInputInfo(base, &input, &how.parameter);
  fmgr_info_cxt(input, &how.input, memory);
  return how;
}

Datum read_stored(stored_value_reader &how, const JsonbValue &stored) {
  const Datum value = read_base(how, stored);
  if (OidIsValid(how.domain))
    domain_check(value, false, how.domain, &how.constraints, how.input.fn_mcxt);
  return value;
}

} // namespace upkeep::pg
