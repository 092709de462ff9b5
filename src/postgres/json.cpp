#include "postgres/json.hpp"

#include <cmath>
#include <cstring>

namespace upkeep::pg {

namespace {

JsonbValue string_value(char *text, int length) {
  JsonbValue value;
  value.type = jbvString;
  value.val.string.val = text;
  value.val.string.len = length;
  return value;
}

JsonbValue string_value(char *text) { return string_value(text, static_cast<int>(std::strlen(text))); }

JsonbValue numeric_value(Datum number) {
  JsonbValue value;
  value.type = jbvNumeric;
  value.val.numeric = DatumGetNumeric(number);
  return value;
}

// JSON has no NaN and no infinities: they become strings, as to_jsonb has it.
JsonbValue number_value(Numeric number) {
  if (numeric_is_nan(number) || numeric_is_inf(number))
    return string_value(DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number))));
  return numeric_value(NumericGetDatum(number));
}

JsonbValue float_value(double number, bool is_narrow) {
  char *text = static_cast<char *>(palloc(DOUBLE_SHORTEST_DECIMAL_LEN));
  if (is_narrow)
    float_to_shortest_decimal_buf(static_cast<float>(number), text);
  else
    double_to_shortest_decimal_buf(number, text);
  if (!std::isfinite(number))
    return string_value(text);
  return numeric_value(
      DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

JsonbValue container_value(Jsonb *json) {
  JsonbValue value;
  if (JB_ROOT_IS_SCALAR(json)) {
    JsonbExtractScalar(&json->root, &value);
    return value;
  }
  value.type = jbvBinary;
  value.val.binary.data = &json->root;
  value.val.binary.len = static_cast<int>(VARSIZE(json) - VARHDRSZ);
  return value;
}

// to_jsonb, which asks for its argument's type.
Datum to_jsonb_of(Oid type, Datum value) {
  FmgrInfo function;
  fmgr_info(F_TO_JSONB, &function);
  Node *argument = reinterpret_cast<Node *>(makeNullConst(type, -1, InvalidOid));
  fmgr_info_set_expr(
      reinterpret_cast<Node *>(makeFuncExpr(F_TO_JSONB, JSONBOID, list_make1(argument), InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL)),
      &function);
  return FunctionCall1(&function, value);
}

Datum to_jsonb_pinned(Oid type, Datum value) {
  constexpr const char *settings[][2] = {{"TimeZone", "UTC"},         {"DateStyle", "ISO, YMD"}, {"IntervalStyle", "postgres"},
                                         {"extra_float_digits", "1"}, {"bytea_output", "hex"},   {"lc_monetary", "C"},
                                         {"search_path", "pg_catalog, pg_temp"}};
  const int level = NewGUCNestLevel();
  for (const auto &[name, pinned] : settings)
    set_config_option(name, pinned, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  const Datum json = to_jsonb_of(type, value);
  AtEOXact_GUC(true, level);
  return json;
}

JsonbValue json_value(const json_field &field, Datum value) {
  switch (field.kind) {
  case json_kind::boolean: {
    JsonbValue result;
    result.type = jbvBool;
    result.val.boolean = DatumGetBool(value);
    return result;
  }
  case json_kind::int2:
    return numeric_value(NumericGetDatum(int64_to_numeric(DatumGetInt16(value))));
  case json_kind::int4:
    return numeric_value(NumericGetDatum(int64_to_numeric(DatumGetInt32(value))));
  case json_kind::int8:
    return numeric_value(NumericGetDatum(int64_to_numeric(DatumGetInt64(value))));
  case json_kind::numeric:
    return number_value(DatumGetNumeric(value));
  case json_kind::float4:
    return float_value(DatumGetFloat4(value), true);
  case json_kind::float8:
    return float_value(DatumGetFloat8(value), false);
  case json_kind::text: {
    varlena *text = PG_DETOAST_DATUM_PACKED(value);
    return string_value(VARDATA_ANY(text), static_cast<int>(VARSIZE_ANY_EXHDR(text)));
  }
  case json_kind::output:
    return string_value(OidOutputFunctionCall(field.output, value));
  case json_kind::datetime: {
    const int utc = 0;
    char *text = static_cast<char *>(palloc(MAXDATELEN + 1));
    return string_value(JsonEncodeDateTime(text, value, field.type, &utc));
  }
  case json_kind::json:
    return container_value(
        DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(value)))));
  case json_kind::jsonb:
    return container_value(DatumGetJsonbP(value));
  case json_kind::unpinned:
    return container_value(DatumGetJsonbP(to_jsonb_of(field.type, value)));
  case json_kind::pinned:
    break;
  }
  return container_value(DatumGetJsonbP(to_jsonb_pinned(field.type, value)));
}

void append_text(StringInfo text, const JsonbValue &value) {
  switch (value.type) {
  case jbvNull:
    appendStringInfoString(text, "null");
    break;
  case jbvBool:
    appendStringInfoString(text, value.val.boolean ? "true" : "false");
    break;
  case jbvNumeric:
    appendStringInfoString(text, DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric))));
    break;
  case jbvString:
    escape_json(text, pnstrdup(value.val.string.val, value.val.string.len));
    break;
  default:
    appendStringInfoString(text, JsonbToCString(nullptr, value.val.binary.data, value.val.binary.len));
  }
}

JsonbValue field_value(const json_field &field, TupleTableSlot *row) {
  bool is_null = false;
  const Datum value = slot_getattr(row, field.column, &is_null);
  if (!is_null)
    return json_value(field, value);
  JsonbValue none;
  none.type = jbvNull;
  return none;
}

char *name_of(const json_field &field, TupleTableSlot *row) {
  return NameStr(TupleDescAttr(row->tts_tupleDescriptor, field.column - 1)->attname);
}

// Whether values of the type print alike in every session.
bool is_steady(Oid type) {
  switch (type) {
  case BOOLOID:
  case INT2OID:
  case INT4OID:
  case INT8OID:
  case NUMERICOID:
  case TEXTOID:
  case VARCHAROID:
  case BPCHAROID:
  case CHAROID:
  case NAMEOID:
  case UUIDOID:
  case INETOID:
  case CIDROID:
  case MACADDROID:
  case JSONOID:
  case JSONBOID:
    return true;
  default:
    return type_is_enum(type);
  }
}

json_kind kind_of(Oid type) {
  switch (type) {
  case BOOLOID:
    return json_kind::boolean;
  case INT2OID:
    return json_kind::int2;
  case INT4OID:
    return json_kind::int4;
  case INT8OID:
    return json_kind::int8;
  case NUMERICOID:
    return json_kind::numeric;
  case FLOAT4OID:
    return json_kind::float4;
  case FLOAT8OID:
    return json_kind::float8;
  case TEXTOID:
  case VARCHAROID:
  case BPCHAROID:
    return json_kind::text;
  case DATEOID:
  case TIMESTAMPOID:
  case TIMESTAMPTZOID:
    return json_kind::datetime;
  case JSONOID:
    return json_kind::json;
  case JSONBOID:
    return json_kind::jsonb;
  default:
    if (is_steady(type))
      return json_kind::output;
    const Oid element = get_base_element_type(type);
    return OidIsValid(element) && is_steady(getBaseType(element)) ? json_kind::unpinned : json_kind::pinned;
  }
}

} // namespace

json_field json_field_of(AttrNumber column, Oid type) {
  json_field field{column, json_kind::pinned, getBaseType(type), InvalidOid};
  field.kind = kind_of(field.type);
  bool is_varlena = false;
  if (field.kind == json_kind::output)
    getTypeOutputInfo(field.type, &field.output, &is_varlena);
  return field;
}

Datum row_as_json(const json_field *fields, int count, TupleTableSlot *row, bool as_json) {
  slot_getallattrs(row);
  if (as_json) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfoChar(&text, '{');
    for (int i = 0; i < count; ++i) {
      appendStringInfoString(&text, i ? ", " : "");
      escape_json(&text, name_of(fields[i], row));
      appendStringInfoString(&text, ": ");
      append_text(&text, field_value(fields[i], row));
    }
    appendStringInfoChar(&text, '}');
    return PointerGetDatum(cstring_to_text_with_len(text.data, text.len));
  }
  JsonbParseState *state = nullptr;
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  for (int i = 0; i < count; ++i) {
    JsonbValue name = string_value(name_of(fields[i], row));
    pushJsonbValue(&state, WJB_KEY, &name);
    JsonbValue value = field_value(fields[i], row);
    pushJsonbValue(&state, WJB_VALUE, &value);
  }
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

const char *value_as_json(const json_field &field, Datum value) {
  StringInfoData text;
  initStringInfo(&text);
  append_text(&text, json_value(field, value));
  return text.data;
}

} // namespace upkeep::pg
