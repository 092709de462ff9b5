#include "postgres/values/jsonb_object.hpp"

#include <cstring>

namespace upkeep::pg {

namespace {

bool is_aligned(const jsonb_scalar &value) {
  return value.type == JENTRY_ISNUMERIC || value.type == JENTRY_ISCONTAINER;
}

} // namespace

jsonb_object::jsonb_object(int most) : fields(static_cast<field *>(palloc(sizeof(field) * Max(most, 1)))) {}

// The format on disk, which pg_upgrade keeps: a header, an entry for each key and each value, and their bytes, numbers
// and containers where four divide.
Jsonb *jsonb_object::finish() const {
  const std::size_t start = VARHDRSZ + sizeof(std::uint32_t) + 2 * count * sizeof(JEntry);
  std::size_t size = start;
  for (int i = 0; i < count; ++i)
    size += fields[i].key_length;
  for (int i = 0; i < count; ++i)
    size = (is_aligned(fields[i].value) ? INTALIGN(size) : size) + fields[i].value.length;
  if (size - start > JENTRY_OFFLENMASK)
    ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
            errmsg("a row of %zu bytes is too large for its history", size - start),
            errhint("Leave its largest columns out, by exclude_columns of upkeep.enable_history."));
  auto *json = static_cast<Jsonb *>(palloc(size));
  SET_VARSIZE(json, size);
  json->root.header = static_cast<std::uint32_t>(count) | JB_FOBJECT;
  char *const bytes = reinterpret_cast<char *>(json);
  std::size_t at = start;
  int entry = 0;
  // Every so many entries one says where it ends, the others how long they are.
  const auto end_entry = [&](std::uint32_t type, std::size_t length) {
    const bool has_offset = entry % JB_OFFSET_STRIDE == 0;
    json->root.children[entry++] =
        type | (has_offset ? JENTRY_HAS_OFF | static_cast<JEntry>(at - start) : static_cast<JEntry>(length));
  };
  for (int i = 0; i < count; ++i) {
    std::memcpy(bytes + at, fields[i].key, fields[i].key_length);
    at += fields[i].key_length;
    end_entry(JENTRY_ISSTRING, fields[i].key_length);
  }
  for (int i = 0; i < count; ++i) {
    const jsonb_scalar &value = fields[i].value;
    const std::size_t before = at;
    if (is_aligned(value))
      while (at % sizeof(std::int32_t) != 0)
        bytes[at++] = 0;
    if (value.length > 0)
      std::memcpy(bytes + at, value.at, value.length);
    at += value.length;
    end_entry(value.type, at - before);
  }
  return json;
}

} // namespace upkeep::pg
