#include "features/history/back/stored_row.hpp"

namespace upkeep::history {

using pg::call;

namespace {

Jsonb *copied(Jsonb *side, MemoryContext memory) {
  return side ? static_cast<Jsonb *>(std::memcpy(MemoryContextAlloc(memory, VARSIZE(side)), side, VARSIZE(side)))
              : nullptr;
}

// Numbers that are equal have one text, whatever their scale.
std::string comparable(const JsonbValue &value) {
  return pg::string_from([&] {
    if (value.type == jbvNumeric)
      return numeric_normalize(value.val.numeric);
    Jsonb *json = JsonbValueToJsonb(const_cast<JsonbValue *>(&value));
    return JsonbToCString(nullptr, &json->root, static_cast<int>(VARSIZE(json)));
  });
}

} // namespace

const JsonbValue *stored_row::find(AttrNumber column) const {
  for (const stored_field &each : fields)
    if (each.column == column)
      return &each.value;
  return nullptr;
}

std::optional<std::string> stored_row::tuple(const std::vector<AttrNumber> &columns) const {
  std::string text;
  for (const AttrNumber column : columns) {
    const JsonbValue *value = find(column);
    if (!value || call([=] { return pg::state_of(*value); }) != pg::stored_state::known)
      return std::nullopt;
    text += comparable(*value) + '\n';
  }
  return text;
}

stored_row stored_row_of(Jsonb *side, const past_names &names, MemoryContext memory) {
  stored_row row;
  const pg::jsonb_fields fields = call([=] { return pg::fields_of(copied(side, memory)); });
  row.fields.reserve(static_cast<std::size_t>(fields.count));
  for (const pg::jsonb_field &each : fields)
    if (const AttrNumber column = names.find(each.name); column != InvalidAttrNumber)
      row.fields.push_back({column, each.value});
  return row;
}

} // namespace upkeep::history
