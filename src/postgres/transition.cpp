#include "postgres/transition.hpp"

#include "postgres/relation.hpp"

#include <cstring>

namespace upkeep::pg {

transition::transition(Tuplestorestate *rows, Relation table) : rows(rows) {
  if (!rows)
    return;
  slot = call([=] { return MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsMinimalTuple); });
  call([=] {
    tuplestore_select_read_pointer(rows, 0);
    tuplestore_rescan(rows);
  });
}

void transition::close() {
  if (slot)
    call([this] { ExecDropSingleTupleTableSlot(slot); });
}

std::int64_t transition::count() const {
  return rows ? call([this] { return tuplestore_tuple_count(rows); }) : 0;
}

bool transition::next() {
  return rows && call([this] {
           CHECK_FOR_INTERRUPTS();
           return tuplestore_gettupleslot(rows, true, false, slot);
         });
}

HeapTupleData transition::tuple() const {
  bool must_free = false;
  MinimalTuple minimal = call([&] { return ExecFetchSlotMinimalTuple(slot, &must_free); });
  HeapTupleData view{};
  view.t_len = minimal->t_len + MINIMAL_TUPLE_OFFSET;
  view.t_data = reinterpret_cast<HeapTupleHeader>(reinterpret_cast<char *>(minimal) - MINIMAL_TUPLE_OFFSET);
  return view;
}

row_comparer::row_comparer(const layout &counted, Relation table)
    : counted(counted), descriptor(RelationGetDescr(table)),
      scratch(
          call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rows", ALLOCSET_SMALL_SIZES); })) {}

bool row_comparer::changed(const transition &before, const transition &after) const {
  HeapTupleData old_row = before.tuple(), new_row = after.tuple();
  MemoryContext outer = MemoryContextSwitchTo(scratch);
  const bool differs = call([&] { return compare(counted, descriptor, &old_row, &new_row).changed; });
  MemoryContextSwitchTo(outer);
  MemoryContextReset(scratch);
  return differs;
}

key_set::key_set(Relation table, const std::vector<std::string> &names, const char *enable) {
  for (const std::string &name : names) {
    Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(table), require_column(table, name, enable) - 1);
    if (!OidIsValid(call([=] { return get_array_type(attribute->atttypid); })))
      throw fault{sqlstate::type_mismatch,
                  fmt::format("column \"{}\" of table \"{}\" has type {}, of which there are no arrays", name,
                              RelationGetRelationName(table),
                              string_from([=] { return format_type_be(attribute->atttypid); })),
                  {},
                  "Keys are looked up as arrays: use a key of another type."};
    columns.push_back({attribute, nullptr, 0});
  }
}

void key_set::add(const transition &rows) {
  image.clear();
  for (column &each : columns) {
    bool is_null = false;
    each.value = call([&] { return slot_getattr(rows.row(), each.attribute->attnum, &is_null); });
    if (is_null)
      return;
    append_image(each);
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

// Rows with the same image are one; those that are equal without it are sorted out by the query.
void key_set::append_image(const column &each) {
  const auto append = [this](const void *bytes, std::size_t length) {
    image.append(reinterpret_cast<const char *>(&length), sizeof length);
    image.append(static_cast<const char *>(bytes), length);
  };
  const std::int16_t length = each.attribute->attlen;
  if (each.attribute->attbyval)
    append(&each.value, sizeof each.value);
  else if (length == -1) {
    varlena *text = call([&] { return PG_DETOAST_DATUM_PACKED(each.value); });
    append(VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
    if (PointerGetDatum(text) != each.value)
      call([=] { pfree(text); });
  } else
    append(DatumGetPointer(each.value), length > 0 ? length : std::strlen(DatumGetCString(each.value)));
}

} // namespace upkeep::pg
