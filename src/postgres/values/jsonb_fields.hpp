// The fields of a jsonb object, in its order.
#pragma once

#include "postgres/compat.hpp"

#include <string_view>

namespace upkeep::pg {

// Trivial; the name and the value lie in the object.
struct jsonb_field {
  std::string_view name;
  JsonbValue value;
};

struct jsonb_fields {
  jsonb_field *first = nullptr;
  int count = 0;

  const jsonb_field *begin() const { return first; }
  const jsonb_field *end() const { return first + count; }
  // nullptr where there is none of that name.
  const jsonb_field *find(std::string_view name) const;
};

// None of what is no object, or nullptr. In the current context. May raise.
jsonb_fields fields_of(Jsonb *object);

// The one field of an object like {"id": 7}, as jsonb writes it, without reading it into one; none of any other. The
// name lies in the text. May raise.
jsonb_fields integer_field(const char *object);

} // namespace upkeep::pg
