#include "postgres/values/json.hpp"

#include "postgres/subtransaction.hpp"
#include "postgres/values/pinned_settings.hpp"
#include "postgres/values/steady_type.hpp"

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

// to_jsonb or to_json, which ask for their argument's type.
Datum convert(Oid conversion, Oid type, Datum value) {
  FmgrInfo function;
  fmgr_info(conversion, &function);
  Node *argument = reinterpret_cast<Node *>(makeNullConst(type, -1, InvalidOid));
  fmgr_info_set_expr(
      reinterpret_cast<Node *>(makeFuncExpr(conversion, get_func_rettype(conversion), list_make1(argument), InvalidOid,
                                            InvalidOid, COERCE_EXPLICIT_CALL)),
      &function);
  return FunctionCall1(&function, value);
}

Datum convert_pinned(Oid conversion, Oid type, Datum value) {
  const int level = pin_settings();
  const Datum json = convert(conversion, type, value);
  unpin_settings(level);
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
    return container_value(DatumGetJsonbP(as_jsonb(JSONOID, value)));
  case json_kind::jsonb:
    return container_value(DatumGetJsonbP(value));
  case json_kind::unpinned:
    return container_value(DatumGetJsonbP(convert(F_TO_JSONB, field.type, value)));
  case json_kind::pinned:
    break;
  }
  return container_value(DatumGetJsonbP(convert_pinned(F_TO_JSONB, field.type, value)));
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

// A field that may be more than jsonb can hold.
struct json_trial {
  const json_field &field;
  Datum value;
  JsonbValue result;

  static void run(void *argument) {
    auto &what = *static_cast<json_trial *>(argument);
    what.result = json_value(what.field, what.value);
  }
};

const char *json_text(const json_field &field, Datum value) {
  return TextDatumGetCString(field.kind == json_kind::json ? value : convert_pinned(F_TO_JSON, field.type, value));
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

void append_field(StringInfo text, const json_field &field, TupleTableSlot *row) {
  bool is_null = false;
  json_trial what{field, slot_getattr(row, field.column, &is_null), {}};
  if (!field.holds_json || is_null)
    append_text(text, field_value(field, row));
  else if (try_without_door(json_trial::run, &what))
    append_text(text, what.result);
  else
    appendStringInfoString(text, json_text(field, what.value));
}

// Which column cannot be captured, where PostgreSQL says only why.
struct captured_column {
  const char *table, *column = nullptr;

  static void name(void *argument) {
    const auto &what = *static_cast<const captured_column *>(argument);
    if (!what.column || ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
      return;
    errmsg("column \"%s\" of table \"%s\" holds a document that jsonb cannot hold", what.column, what.table);
    errhint("Use a json column for the snapshot, or name its fields without this one.");
  }
};

json_kind json_kind_of(Oid type) {
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

bool holds_json(Oid type) {
  const Oid element = get_base_element_type(type);
  return (OidIsValid(element) ? getBaseType(element) : type) == JSONOID;
}

Datum as_jsonb(Oid type, Datum value) {
  return type == JSONOID ? DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(value)))
                         : convert(F_TO_JSONB, type, value);
}

json_field json_field_of(AttrNumber column, Oid type) {
  json_field field{column, json_kind::pinned, getBaseType(type), InvalidOid, false};
  field.kind = json_kind_of(field.type);
  const Oid element = get_base_element_type(field.type);
  // What stands in a row type is not looked for.
  field.holds_json = holds_json(field.type) || type_is_rowtype(OidIsValid(element) ? element : field.type);
  bool is_varlena = false;
  if (field.kind == json_kind::output)
    getTypeOutputInfo(field.type, &field.output, &is_varlena);
  return field;
}

Datum row_as_json(const json_field *fields, int count, TupleTableSlot *row, bool as_json, const char *table) {
  slot_getallattrs(row);
  if (as_json) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfoChar(&text, '{');
    for (int i = 0; i < count; ++i) {
      appendStringInfoString(&text, i ? ", " : "");
      escape_json(&text, name_of(fields[i], row));
      appendStringInfoString(&text, ": ");
      append_field(&text, fields[i], row);
    }
    appendStringInfoChar(&text, '}');
    return PointerGetDatum(cstring_to_text_with_len(text.data, text.len));
  }
  captured_column what{table};
  ErrorContextCallback context{error_context_stack, captured_column::name, &what};
  error_context_stack = &context;
  JsonbParseState *state = nullptr;
  pushJsonbValue(&state, WJB_BEGIN_OBJECT, nullptr);
  for (int i = 0; i < count; ++i) {
    JsonbValue name = string_value(name_of(fields[i], row));
    pushJsonbValue(&state, WJB_KEY, &name);
    what.column = fields[i].holds_json ? name_of(fields[i], row) : nullptr;
    JsonbValue value = field_value(fields[i], row);
    what.column = nullptr;
    pushJsonbValue(&state, WJB_VALUE, &value);
  }
  error_context_stack = context.previous;
  return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, nullptr)));
}

const char *value_as_json(const json_field &field, Datum value) {
  StringInfoData text;
  initStringInfo(&text);
  append_text(&text, json_value(field, value));
  return text.data;
}

} // namespace upkeep::pg
