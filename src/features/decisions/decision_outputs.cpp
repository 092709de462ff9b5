#include "features/decisions/decision_outputs.hpp"

#include "postgres/values/number.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

// What PostgreSQL's own errors leave out.
void name_column(void *names) {
  const auto *text = static_cast<const char *const *>(names);
  errcontext("column \"%s\" of table \"%s\"", text[0], text[1]);
}

// A text, nullptr for NULL, as a value of the column's type, its domain checked. May raise.
Datum value_of(const output_column &column, const char *table, const char *text) {
  const char *names[] = {column.name.c_str(), table};
  ErrorContextCallback context{error_context_stack, name_column, names};
  error_context_stack = &context;
  Oid input, element;
  getTypeInputInfo(column.type, &input, &element);
  const Datum value = OidInputFunctionCall(input, const_cast<char *>(text), element, column.modifier);
  error_context_stack = context.previous;
  return value;
}

} // namespace

std::optional<std::string> decision_outputs::sent_in(const output_column &column) const {
  if (!column.number)
    return std::nullopt;
  bool is_null = false;
  const Datum value = call([&] {
    return heap_getattr(trigger.tg_trigtuple, column.number, RelationGetDescr(trigger.tg_relation), &is_null);
  });
  if (is_null)
    return std::nullopt;
  std::string text = pg::string_from([&] {
    Oid output;
    bool is_varlena;
    getTypeOutputInfo(column.type, &output, &is_varlena);
    return OidOutputFunctionCall(output, value);
  });
  if (column.base_type == BPCHAROID)
    text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void decision_outputs::put(const output_column &column, const char *value) {
  if (column.number)
    add(column, call([&] { return value_of(column, plan.table.c_str(), value); }), value == nullptr);
}

void decision_outputs::put_number(const output_column &column, const std::optional<std::string> &plain) {
  if (!plain || !pg::is_integer(column.base_type))
    return put(column, plain ? plain->c_str() : nullptr);
  put(column, call([&] {
        const Datum rounded = DirectFunctionCall2(numeric_round, pg::numeric_from(plain->c_str()), Int32GetDatum(0));
        return DatumGetCString(DirectFunctionCall1(numeric_out, rounded));
      }));
}

void decision_outputs::put_json(const output_column &column, Datum jsonb) {
  if (column.type == JSONBOID)
    return add(column, jsonb, false);
  put(column, call([=] { return DatumGetCString(DirectFunctionCall1(jsonb_out, jsonb)); }));
}

void decision_outputs::add(const output_column &column, Datum value, bool is_null) {
  if (!column.number)
    return;
  nulls[columns.size()] = is_null;
  columns.push_back(column.number);
  values.push_back(value);
}

HeapTuple decision_outputs::finish() {
  return call([&] {
    return heap_modify_tuple_by_cols(trigger.tg_trigtuple, RelationGetDescr(trigger.tg_relation),
                                     static_cast<int>(columns.size()), columns.data(), values.data(), nulls.get());
  });
}

} // namespace upkeep::decisions
