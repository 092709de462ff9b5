#include "postgres/values/stored_value.hpp"

#include "postgres/values/steady_type.hpp"

#include <cmath>
#include <cstring>

namespace upkeep::pg {

namespace {

// Whether values of the type print alike in every session.
bool prints_alike(Oid type) {
  switch (type) {
  case MACADDR8OID:
  case BITOID:
  case VARBITOID:
  case TIMEOID:
  case TIMETZOID:
    return true;
  default:
    break;
  }
  if (is_steady(type))
    return true;
  if (const Oid element = get_base_element_type(type); OidIsValid(element))
    return prints_alike(getBaseType(element));
  if (const Oid subtype = get_range_subtype(type); OidIsValid(subtype))
    return prints_alike(getBaseType(subtype));
  const Oid range = get_multirange_range(type);
  return OidIsValid(range) && prints_alike(range);
}

stored_kind kind_of(Oid type) {
  switch (type) {
  case BOOLOID:
    return stored_kind::boolean;
  case INT2OID:
    return stored_kind::int2;
  case INT4OID:
    return stored_kind::int4;
  case INT8OID:
    return stored_kind::int8;
  case NUMERICOID:
    return stored_kind::numeric;
  case FLOAT4OID:
    return stored_kind::float4;
  case FLOAT8OID:
    return stored_kind::float8;
  case TEXTOID:
  case VARCHAROID:
  case BPCHAROID:
  case JSONOID:
  case XMLOID:
    return stored_kind::text;
  case DATEOID:
  case TIMESTAMPOID:
  case TIMESTAMPTZOID:
    return stored_kind::datetime;
  case JSONBOID:
    return stored_kind::jsonb;
  default:
    return stored_kind::output;
  }
}

jsonb_scalar text_scalar(const char *text) { return jsonb_string(text, static_cast<int>(std::strlen(text))); }

jsonb_scalar integer_scalar(std::int64_t value) { return jsonb_number(int64_to_numeric(value)); }

// JSON has no NaN and no infinities.
jsonb_scalar numeric_scalar(Numeric number) {
  if (numeric_is_nan(number) || numeric_is_inf(number))
    return text_scalar(DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number))));
  return jsonb_number(number);
}

// Nor a zero with a sign.
jsonb_scalar float_scalar(double number, bool is_narrow) {
  char *text = static_cast<char *>(palloc(DOUBLE_SHORTEST_DECIMAL_LEN));
  if (is_narrow)
    float_to_shortest_decimal_buf(static_cast<float>(number), text);
  else
    double_to_shortest_decimal_buf(number, text);
  if (!std::isfinite(number) || (number == 0 && std::signbit(number)))
    return text_scalar(text);
  return jsonb_number(DatumGetNumeric(
      DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1))));
}

// What history writes itself: a digest, an erased value, and this.
bool looks_like_mark(JsonbContainer *container) {
  if (!JsonContainerIsObject(container) || JsonContainerSize(container) != 1)
    return false;
  JsonbValue value;
  for (const char *mark : {"digest", "erased", "jsonb"})
    if (getKeyJsonValueFromContainer(container, mark, static_cast<int>(std::strlen(mark)), &value))
      return true;
  return false;
}

jsonb_scalar wrapped(const jsonb_scalar &value) {
  jsonb_object object(1);
  object.add("jsonb", 5, value);
  return jsonb_container_of(object.finish());
}

jsonb_scalar jsonb_scalar_of(Jsonb *json) {
  if (!JB_ROOT_IS_SCALAR(json))
    return looks_like_mark(&json->root) ? wrapped(jsonb_container_of(json)) : jsonb_container_of(json);
  JsonbValue value;
  JsonbExtractScalar(&json->root, &value);
  switch (value.type) {
  case jbvBool:
    return jsonb_boolean(value.val.boolean);
  case jbvNumeric:
    return jsonb_number(value.val.numeric);
  case jbvString:
    return jsonb_string(value.val.string.val, value.val.string.len);
  default:
    return wrapped(jsonb_null()); // a jsonb null is not an SQL NULL
  }
}

} // namespace

stored_value stored_value_of(Oid type, MemoryContext memory) {
  stored_value how{};
  how.type = getBaseType(type);
  how.kind = kind_of(how.type);
  if (how.kind == stored_kind::output) {
    bool is_varlena = false;
    Oid output = InvalidOid;
    getTypeOutputInfo(how.type, &output, &is_varlena);
    fmgr_info_cxt(output, &how.output, memory);
    how.needs_pinned = !prints_alike(how.type);
  }
  return how;
}

jsonb_scalar store(stored_value &how, Datum value) {
  switch (how.kind) {
  case stored_kind::boolean:
    return jsonb_boolean(DatumGetBool(value));
  case stored_kind::int2:
    return integer_scalar(DatumGetInt16(value));
  case stored_kind::int4:
    return integer_scalar(DatumGetInt32(value));
  case stored_kind::int8:
    return integer_scalar(DatumGetInt64(value));
  case stored_kind::numeric:
    return numeric_scalar(DatumGetNumeric(value));
  case stored_kind::float4:
    return float_scalar(DatumGetFloat4(value), true);
  case stored_kind::float8:
    return float_scalar(DatumGetFloat8(value), false);
  case stored_kind::text: {
    varlena *text = PG_DETOAST_DATUM_PACKED(value);
    return jsonb_string(VARDATA_ANY(text), static_cast<int>(VARSIZE_ANY_EXHDR(text)));
  }
  case stored_kind::datetime: {
    const int utc = 0;
    return text_scalar(JsonEncodeDateTime(static_cast<char *>(palloc(MAXDATELEN + 1)), value, how.type, &utc));
  }
  case stored_kind::jsonb:
    return jsonb_scalar_of(DatumGetJsonbP(value));
  case stored_kind::output:
    break;
  }
  return text_scalar(OutputFunctionCall(&how.output, value));
}

void append_json(StringInfo text, const jsonb_scalar &value) {
  switch (value.type) {
  case JENTRY_ISNULL:
    appendStringInfoString(text, "null");
    break;
  case JENTRY_ISBOOL_TRUE:
  case JENTRY_ISBOOL_FALSE:
    appendStringInfoString(text, value.type == JENTRY_ISBOOL_TRUE ? "true" : "false");
    break;
  case JENTRY_ISNUMERIC:
    appendStringInfoString(text, DatumGetCString(DirectFunctionCall1(numeric_out, PointerGetDatum(value.at))));
    break;
  case JENTRY_ISSTRING:
    escape_json(text, pnstrdup(value.at, value.length));
    break;
  default:
    // It asks for a container that may be written to, and does not.
    JsonbToCString(text, reinterpret_cast<JsonbContainer *>(const_cast<char *>(value.at)), value.length);
  }
}

} // namespace upkeep::pg
