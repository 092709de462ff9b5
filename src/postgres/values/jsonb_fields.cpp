#include "postgres/values/jsonb_fields.hpp"

#include <charconv>

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

jsonb_fields integer_field(const char *object) {
  jsonb_fields fields;
  const std::string_view text(object);
  const std::size_t quote = text.find('"', 2);
  if (!text.starts_with("{\"") || quote == std::string_view::npos || text.substr(quote, 3) != "\": ")
    return fields;
  const std::string_view name = text.substr(2, quote - 2);
  const char *const first = object + quote + 3, *const last = object + text.size() - 1;
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(first, last, number);
  if (fault != std::errc() || end != last || *last != '}' || name.find('\\') != std::string_view::npos)
    return fields;
  fields.first = static_cast<jsonb_field *>(palloc(sizeof(jsonb_field)));
  fields.first->name = name;
  fields.first->value.type = jbvNumeric;
  fields.first->value.val.numeric = int64_to_numeric(number);
  fields.count = 1;
  return fields;
}

} // namespace upkeep::pg
