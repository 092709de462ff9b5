#include "postgres/rows/key_set.hpp"

#include "postgres/relation.hpp"

#include <cstring>

namespace upkeep::pg {

void append_image(const FormData_pg_attribute &column, Datum value, std::string &image) {
  const auto append = [&](const void *bytes, std::size_t length) {
    image.append(reinterpret_cast<const char *>(&length), sizeof length);
    image.append(static_cast<const char *>(bytes), length);
  };
  const std::int16_t length = column.attlen;
  if (column.attbyval)
    append(&value, sizeof value);
  else if (length == -1) {
    varlena *text = call([&] { return PG_DETOAST_DATUM_PACKED(value); });
    append(VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
    if (PointerGetDatum(text) != value)
      call([=] { pfree(text); });
  } else
    append(DatumGetPointer(value), length > 0 ? length : std::strlen(DatumGetCString(value)));
}

key_set::key_set(Relation table, const std::vector<std::string> &names, const char *enable) {
  for (const std::string &name : names) {
    Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(table), require_column(table, name, enable) - 1);
    if (!OidIsValid(call([=] { return get_array_type(attribute->atttypid); })))
      throw fault{.sqlstate = sqlstate::type_mismatch,
                  .message =
                      fmt::format("column \"{}\" of table \"{}\" has type {}, of which there are no arrays", name,
                                  table_name(table), string_from([=] { return format_type_be(attribute->atttypid); })),
                  .hint = "Keys are looked up as arrays: use a key of another type."};
    columns.push_back({attribute, nullptr, 0});
  }
}

void key_set::add(const transition &rows) {
  // Rows with the same image are one; those that are equal without it are sorted out by the query.
  image.clear();
  for (column &each : columns) {
    bool is_null = false;
    each.value = call([&] { return slot_getattr(rows.row(), each.attribute->attnum, &is_null); });
    if (is_null)
      return;
    append_image(*each.attribute, each.value, image);
  }
  if (!seen.insert(image).second)
    return;
  for (column &each : columns)
    each.array = call([&] {
      return accumArrayResult(each.array, each.value, false, each.attribute->atttypid, CurrentMemoryContext);
    });
}

std::vector<parameter> key_set::parameters() const {
  std::vector<parameter> arrays;
  for (const column &each : columns)
    arrays.push_back({call([&] { return get_array_type(each.attribute->atttypid); }),
                      call([&] { return makeArrayResult(each.array, CurrentMemoryContext); })});
  return arrays;
}

} // namespace upkeep::pg
