// Writes a flat jsonb object whose fields come in the order of its keys, without a tree between: a row of history has
// three of them. Nothing here has a destructor; memory comes from the current context.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// One value of it. `at` stays the caller's until the object is finished.
struct jsonb_scalar {
  std::uint32_t type; // JENTRY_IS…
  const char *at = nullptr;
  int length = 0;
};

inline jsonb_scalar jsonb_null() { return {JENTRY_ISNULL}; }
inline jsonb_scalar jsonb_boolean(bool value) {
  return {static_cast<std::uint32_t>(value ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE)};
}
inline jsonb_scalar jsonb_string(const char *text, int length) { return {JENTRY_ISSTRING, text, length}; }
inline jsonb_scalar jsonb_number(Numeric number) {
  return {JENTRY_ISNUMERIC, reinterpret_cast<const char *>(number), static_cast<int>(VARSIZE_ANY(number))};
}
// An object or an array.
inline jsonb_scalar jsonb_container_of(Jsonb *json) {
  return {JENTRY_ISCONTAINER, VARDATA(json), static_cast<int>(VARSIZE(json) - VARHDRSZ)};
}

class jsonb_object {
public:
  // Room for that many fields.
  explicit jsonb_object(int most);

  void clear() { count = 0; }
  bool is_empty() const { return count == 0; }
  // The keys must come as jsonb has them: the shorter first, those of one length by their bytes.
  void add(const char *key, int length, const jsonb_scalar &value) { fields[count++] = {key, length, value}; }
  // May raise: a jsonb has an end.
  Jsonb *finish() const;

private:
  struct field {
    const char *key;
    int key_length;
    jsonb_scalar value;
  };

  field *fields;
  int count = 0;
};

// Whether a key comes before another in jsonb.
inline bool precedes_in_jsonb(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

} // namespace upkeep::pg
