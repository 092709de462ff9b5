#include "postgres/values/conversion_steps.hpp"

namespace upkeep::pg {

namespace {

Node *cast(ParseState *state, Node *from, Oid to, int32 modifier) {
  return from ? coerce_to_target_type(state, from, exprType(from), to, modifier, COERCION_EXPLICIT,
                                      COERCE_EXPLICIT_CAST, -1)
              : nullptr;
}

Node *without_labels(Node *node) {
  while (IsA(node, RelabelType))
    node = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(node)->arg);
  return node;
}

bool is_column(Node *node, AttrNumber column) {
  return IsA(node, Var) && reinterpret_cast<Var *>(node)->varattno == column;
}

// Text read as a type that has several spellings of one value: nothing that the text says is lost.
bool is_reading(Node *node, AttrNumber column) {
  if (!IsA(node, CoerceViaIO))
    return false;
  Node *read = without_labels(reinterpret_cast<Node *>(reinterpret_cast<CoerceViaIO *>(node)->arg));
  if (!is_column(read, column) || TypeCategory(getBaseType(exprType(read))) != TYPCATEGORY_STRING)
    return false;
  switch (exprType(node)) {
  case UUIDOID:
  case INETOID:
  case CIDROID:
  case MACADDROID:
  case MACADDR8OID:
  case TIMESTAMPTZOID:
    return true;
  default:
    return false;
  }
}

// Casts whose result holds every value.
bool is_widening(Oid function) {
  switch (function) {
  case F_INT4_INT2:
  case F_INT8_INT2:
  case F_INT8_INT4:
  case F_NUMERIC_INT2:
  case F_NUMERIC_INT4:
  case F_NUMERIC_INT8:
  case F_FLOAT8_INT2:
  case F_FLOAT8_INT4:
  case F_FLOAT8_FLOAT4:
  case F_TIMESTAMP_DATE:
    return true;
  case F_TIMESTAMPTZ_TIMESTAMP:
  case F_TIMESTAMP_TIMESTAMPTZ:
    return !TimestampTimestampTzRequiresRewrite();
  default:
    return false;
  }
}

// Types whose every value can be read from what they write, whatever the settings.
bool is_written_whole(Oid type) {
  switch (type) {
  case INT2OID:
  case INT4OID:
  case INT8OID:
  case NUMERICOID:
  case BOOLOID:
  case UUIDOID:
    return true;
  default:
    return type_is_enum(type);
  }
}

// Nothing but a new label on the same bytes, such as varchar(10) to varchar(20) or to text, or a cast that cannot lose.
bool keeps_every_value(Node *there, AttrNumber column) {
  Node *node = reinterpret_cast<Node *>(expression_planner(static_cast<Expr *>(copyObjectImpl(there))));
  for (;;) {
    node = without_labels(node);
    if (is_column(node, column) || is_reading(node, column))
      return true;
    if (IsA(node, CoerceToDomain)) {
      node = reinterpret_cast<Node *>(reinterpret_cast<CoerceToDomain *>(node)->arg);
    } else if (const auto *io = reinterpret_cast<CoerceViaIO *>(node);
               IsA(node, CoerceViaIO) && (io->resulttype == TEXTOID || io->resulttype == VARCHAROID) &&
               is_written_whole(getBaseType(exprType(reinterpret_cast<Node *>(io->arg))))) {
      node = reinterpret_cast<Node *>(io->arg);
    } else if (IsA(node, FuncExpr) && is_widening(reinterpret_cast<FuncExpr *>(node)->funcid)) {
      node = static_cast<Node *>(linitial(reinterpret_cast<FuncExpr *>(node)->args));
    } else {
      return false;
    }
  }
}

Node *function(Oid oid, Oid type, List *arguments) {
  return reinterpret_cast<Node *>(
      makeFuncExpr(oid, type, arguments, InvalidOid, DEFAULT_COLLATION_OID, COERCE_EXPLICIT_CALL));
}

Node *text_constant(const char *text) {
  return reinterpret_cast<Node *>(
      makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1, CStringGetTextDatum(text), false, false));
}

bool is_epoch(Node *node) {
  return IsA(node, Const) && !reinterpret_cast<Const *>(node)->constisnull && exprType(node) == TEXTOID &&
         pg_strcasecmp(TextDatumGetCString(reinterpret_cast<Const *>(node)->constvalue), "epoch") == 0;
}

// What takes a call back, and the argument that it took; nullptr where nothing does.
Node *undo_call(ParseState *state, const FuncExpr *call, Node *result, Node *&argument) {
  Node *first = static_cast<Node *>(linitial(call->args));
  Node *second = list_length(call->args) > 1 ? static_cast<Node *>(lsecond(call->args)) : nullptr;
  const auto by_zone = [&](Oid back) {
    argument = second;
    return function(back, exprType(second), list_make2(copyObjectImpl(first), result));
  };
  const auto by_format = [&](Oid writer, Oid type) {
    argument = first;
    return function(writer, TEXTOID, list_make2(cast(state, result, type, -1), copyObjectImpl(second)));
  };
  const auto by_second = [&](Oid back, Oid type) {
    argument = first;
    return function(back, type, list_make2(result, copyObjectImpl(second)));
  };
  switch (call->funcid) {
  case F_STRING_TO_ARRAY_TEXT_TEXT:
    return by_second(F_ARRAY_TO_STRING_ANYARRAY_TEXT, TEXTOID);
  case F_ARRAY_TO_STRING_ANYARRAY_TEXT:
    return by_second(F_STRING_TO_ARRAY_TEXT_TEXT, TEXTARRAYOID);
  case F_CONVERT_TO:
    return by_second(F_CONVERT_FROM, TEXTOID);
  case F_DECODE:
    return by_second(F_ENCODE, TEXTOID);
  case F_ENCODE:
    return by_second(F_DECODE, BYTEAOID);
  case F_TIMEZONE_TEXT_TIMESTAMP:
    return by_zone(F_TIMEZONE_TEXT_TIMESTAMPTZ);
  case F_TIMEZONE_TEXT_TIMESTAMPTZ:
    return by_zone(F_TIMEZONE_TEXT_TIMESTAMP);
  case F_TIMEZONE_INTERVAL_TIMESTAMP:
    return by_zone(F_TIMEZONE_INTERVAL_TIMESTAMPTZ);
  case F_TIMEZONE_INTERVAL_TIMESTAMPTZ:
    return by_zone(F_TIMEZONE_INTERVAL_TIMESTAMP);
  case F_TO_DATE:
    return by_format(F_TO_CHAR_TIMESTAMP_TEXT, TIMESTAMPOID);
  case F_TO_TIMESTAMP_TEXT_TEXT:
    return by_format(F_TO_CHAR_TIMESTAMPTZ_TEXT, TIMESTAMPTZOID);
  case F_TO_TIMESTAMP_FLOAT8:
    argument = first;
    return function(F_EXTRACT_TEXT_TIMESTAMPTZ, NUMERICOID, list_make2(text_constant("epoch"), result));
  case F_EXTRACT_TEXT_TIMESTAMPTZ:
    argument = second;
    return is_epoch(first)
               ? function(F_TO_TIMESTAMP_FLOAT8, TIMESTAMPTZOID, list_make1(cast(state, result, FLOAT8OID, -1)))
               : nullptr;
  case F_EXTRACT_TEXT_TIMESTAMP:
    argument = second;
    return is_epoch(first)
               ? function(F_TIMEZONE_TEXT_TIMESTAMPTZ, TIMESTAMPOID,
                          list_make2(text_constant("UTC"), function(F_TO_TIMESTAMP_FLOAT8, TIMESTAMPTZOID,
                                                                    list_make1(cast(state, result, FLOAT8OID, -1)))))
               : nullptr;
  default:
    argument = first;
    return call->funcformat == COERCE_EXPLICIT_CALL || call->funcformat == COERCE_SQL_SYNTAX ? nullptr : result;
  }
}

// The text of a scalar (json #>> '{}'), as to_json and to_jsonb take it back.
Node *undo_operation(const OpExpr *operation, Node *result, Node *&argument) {
  const bool is_jsonb = operation->opfuncid == F_JSONB_EXTRACT_PATH_TEXT;
  if (!is_jsonb && operation->opfuncid != F_JSON_EXTRACT_PATH_TEXT)
    return nullptr;
  const auto *path = static_cast<const Const *>(lsecond(operation->args));
  if (!IsA(path, Const) || path->constisnull || ARR_NDIM(DatumGetArrayTypeP(path->constvalue)) > 0)
    return nullptr;
  argument = static_cast<Node *>(linitial(operation->args));
  return function(is_jsonb ? F_TO_JSONB : F_TO_JSON, is_jsonb ? JSONBOID : JSONOID, list_make1(result));
}

// Takes the steps back, the last one first, until the column is reached.
conversion_way undo(ParseState *state, Node *step, Node *result, AttrNumber column) {
  while (result && !is_column(step, column) && !is_reading(step, column)) {
    Node *argument = nullptr;
    if (const auto *array = reinterpret_cast<ArrayExpr *>(step);
        IsA(step, ArrayExpr) && list_length(array->elements) == 1) {
      argument = static_cast<Node *>(linitial(array->elements));
      result = function(F_ARRAY_TO_STRING_ANYARRAY_TEXT, TEXTOID, list_make2(result, text_constant("")));
    } else if (IsA(step, FuncExpr) && reinterpret_cast<FuncExpr *>(step)->args != NIL)
      result = undo_call(state, reinterpret_cast<FuncExpr *>(step), result, argument);
    else if (IsA(step, OpExpr))
      result = undo_operation(reinterpret_cast<OpExpr *>(step), result, argument);
    else if (IsA(step, RelabelType))
      argument = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(step)->arg);
    else if (IsA(step, CoerceViaIO))
      argument = reinterpret_cast<Node *>(reinterpret_cast<CoerceViaIO *>(step)->arg);
    else if (IsA(step, CoerceToDomain))
      argument = reinterpret_cast<Node *>(reinterpret_cast<CoerceToDomain *>(step)->arg);
    if (!result || !argument)
      return {};
    step = argument;
    result = cast(state, result, exprType(step), exprTypmod(step));
  }
  return result ? conversion_way{result, step} : conversion_way{};
}

ParseState *state_over(Relation relation) {
  ParseState *state = make_parsestate(nullptr);
  addNSItemToQuery(state, addRangeTableEntryForRelation(state, relation, AccessShareLock, nullptr, false, true), false,
                   true, true);
  return state;
}

Node *transform_using(ParseState *state, const ColumnDef *definition) {
  return transformExpr(state, static_cast<Node *>(copyObjectImpl(definition->raw_default)),
                       EXPR_KIND_ALTER_COL_TRANSFORM);
}

} // namespace

Node *using_of(Relation relation, const ColumnDef *definition) {
  ParseState *state = state_over(relation);
  Node *made = transform_using(state, definition);
  assign_expr_collations(state, made);
  return made;
}

conversion_steps steps_of(Relation relation, AttrNumber column, const ColumnDef *definition) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(relation), column - 1);
  ParseState *state = state_over(relation);
  Oid type;
  int32 modifier;
  typenameTypeIdAndMod(state, definition->typeName, &type, &modifier);
  Node *old =
      reinterpret_cast<Node *>(makeVar(1, column, attribute.atttypid, attribute.atttypmod, attribute.attcollation, 0));
  Node *value = definition->raw_default ? transform_using(state, definition) : old;
  conversion_steps steps{};
  // An explicit cast cuts off where ALTER TABLE would fail: both are told as a loss.
  steps.there = cast(state, value, type, modifier);
  if (!steps.there)
    return steps;
  assign_expr_collations(state, steps.there);
  steps.keeps_all = keeps_every_value(steps.there, column);
  CaseTestExpr *made = makeNode(CaseTestExpr);
  made->typeId = type;
  made->typeMod = modifier;
  made->collation = exprCollation(steps.there);
  steps.undone = undo(state, steps.there, reinterpret_cast<Node *>(made), column);
  steps.cast_back = {cast(state, reinterpret_cast<Node *>(made), attribute.atttypid, attribute.atttypmod), old};
  for (Node *back : {steps.undone.back, steps.cast_back.back})
    if (back)
      assign_expr_collations(state, back);
  return steps;
}

} // namespace upkeep::pg
