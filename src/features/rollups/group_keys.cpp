#include "features/rollups/group_keys.hpp"

#include "postgres/boundary.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

void write_value(StringInfo text, const pg::column_info &column, Datum value) {
  Oid output;
  bool is_varlena;
  getTypeOutputInfo(column.type, &output, &is_varlena);
  appendStringInfoString(text, OidOutputFunctionCall(output, value));
}

} // namespace

group_keys::group_keys(std::span<const group_key> keys, MemoryContext memory) {
  columns.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    columns[i] = call([&] { return pg::order_of(keys[i].column.type, keys[i].column.collation, memory); });
}

std::uint32_t group_keys::hash(const key_value &key) {
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < columns.size(); ++i)
    all = hash_combine(all, key.nulls[i] ? 0 : pg::hash_of(columns[i], key.values[i]));
  return all;
}

bool group_keys::is_same(const key_value &a, const key_value &b) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (a.nulls[i] != b.nulls[i] || (!a.nulls[i] && !pg::is_same(columns[i], a.values[i], b.values[i])))
      return false;
  return true;
}

int group_keys::compare(const key_value &a, const key_value &b) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int order =
        a.nulls[i] || b.nulls[i] ? a.nulls[i] - b.nulls[i] : pg::compare_values(columns[i], a.values[i], b.values[i]);
    if (order != 0)
      return order;
  }
  return 0;
}

key_value group_keys::copied(const key_value &key) const {
  const std::size_t count = columns.size();
  auto *values = static_cast<Datum *>(palloc(count * (sizeof(Datum) + sizeof(bool))));
  const key_value copy{values, reinterpret_cast<bool *>(values + count)};
  copy_to(copy, key);
  return copy;
}

void group_keys::copy_to(const key_value &copy, const key_value &key) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    copy.nulls[i] = key.nulls[i];
    copy.values[i] = key.nulls[i] ? Datum(0) : pg::copied(columns[i], key.values[i]);
  }
}

bool group_keys::has_null(const key_value &key) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (key.nulls[i])
      return true;
  return false;
}

const char *written_key(std::span<const group_key> keys, const key_value &key) {
  StringInfoData text;
  initStringInfo(&text);
  const bool is_one = keys.size() == 1;
  for (std::size_t i = 0; i < keys.size(); ++i)
    appendStringInfo(&text, "%s%s", i > 0 ? ", " : is_one ? "" : "(", keys[i].column.name.c_str());
  appendStringInfoString(&text, is_one ? " = " : ") = (");
  for (std::size_t i = 0; i < keys.size(); ++i) {
    appendStringInfoString(&text, i > 0 ? ", " : "");
    if (key.nulls[i])
      appendStringInfoString(&text, "NULL");
    else
      write_value(&text, keys[i].column, key.values[i]);
  }
  appendStringInfoString(&text, is_one ? "" : ")");
  return text.data;
}

std::string key_text(std::span<const group_key> keys, const key_value &key) {
  return pg::string_from([&] { return written_key(keys, key); });
}

} // namespace upkeep::rollups
