#include "postgres/values/jsonb_fields.hpp"

namespace upkeep::pg {

const jsonb_field *jsonb_fields::find(std::string_view name) const {
  for (const jsonb_field &each : *this)
    if (each.name == name)
      return &each;
  return nullptr;
}

jsonb_fields fields_of(Jsonb *object) {
  jsonb_fields fields;
  if (!object || !JB_ROOT_IS_OBJECT(object))
    return fields;
  fields.first = static_cast<jsonb_field *>(palloc(sizeof(jsonb_field) * (JB_ROOT_COUNT(object) + 1)));
  JsonbIterator *iterator = JsonbIteratorInit(&object->root);
  JsonbValue value;
  JsonbIteratorToken token;
  while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
    if (token == WJB_KEY)
      fields.first[fields.count].name = {value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
    else if (token == WJB_VALUE)
      fields.first[fields.count++].value = value;
  return fields;
}

} // namespace upkeep::pg
