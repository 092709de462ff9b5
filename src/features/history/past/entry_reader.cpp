#include "features/history/past/entry_reader.hpp"

#include "features/history/own_tables.hpp"

namespace upkeep::history {

using pg::call;

namespace {

constexpr int entries_at_once = 1000;

Jsonb *jsonb_in(HeapTuple row, int column, TupleDesc descriptor) {
  bool is_null = false;
  const Datum value = heap_getattr(row, column, descriptor, &is_null);
  return is_null ? nullptr : DatumGetJsonbP(value);
}

const char *key_in(HeapTuple row, TupleDesc descriptor) {
  bool is_null = false;
  const Datum key = heap_getattr(row, 7, descriptor, &is_null);
  return is_null ? nullptr : TextDatumGetCString(key);
}

past_entry entry_in(HeapTuple row, TupleDesc descriptor) {
  bool is_null = false;
  const auto get = [&](int column) { return heap_getattr(row, column, descriptor, &is_null); };
  return {DatumGetInt64(get(1)),
          DatumGetTimestampTz(get(2)),
          DatumGetUInt64(get(3)),
          DatumGetInt32(get(4)),
          DatumGetInt32(get(5)),
          DatumGetInt32(get(10)),
          static_cast<action>(DatumGetChar(get(6))),
          key_in(row, descriptor),
          jsonb_in(row, 8, descriptor),
          jsonb_in(row, 9, descriptor),
          row};
}

} // namespace

entry_cursor::entry_cursor(const pg::fragment &which, std::span<const pg::parameter> parameters, bool is_read_only,
                           entry_parts parts) {
  const std::string query =
      pg::sql(R"sql(
    SELECT e.id, e.at, e.transaction, e.table_number, e.cluster, e.action, e.key, e.before, e.after, e.statement{author}
    FROM upkeep.history_entries e
    {which}
  )sql",
              "which"_is = which,
              "author"_is = pg::fragment(parts == entry_parts::changes ? "" : ", e.role, e.actor, e.reason"));
  std::vector<Oid> types;
  std::vector<Datum> values;
  for (const pg::parameter &each : parameters) {
    types.push_back(each.type);
    values.push_back(each.value);
  }
  as_keeper([&] {
    portal = call([&] {
      return SPI_cursor_open_with_args(nullptr, query.c_str(), static_cast<int>(types.size()), types.data(),
                                       values.data(), nullptr, is_read_only, 0);
    });
  });
  memory =
      call([] { return AllocSetContextCreate(CurrentMemoryContext, "entries of history", ALLOCSET_DEFAULT_SIZES); });
  entries = static_cast<past_entry *>(call([] { return palloc(sizeof(past_entry) * entries_at_once); }));
}

void entry_cursor::close() {
  if (portal)
    call([&] { SPI_cursor_close(portal); });
  portal = nullptr;
}

std::string entry_cursor::author(const past_entry &entry, entry_author column) const {
  return pg::string_from([&]() -> const char * {
    bool is_null = false;
    const Datum value = heap_getattr(entry.row, static_cast<int>(column), descriptor, &is_null);
    return is_null ? nullptr : TextDatumGetCString(value);
  });
}

std::span<const past_entry> entry_cursor::next() {
  if (!portal)
    return {};
  call([&] { SPI_cursor_fetch(portal, true, entries_at_once); });
  SPITupleTable *found = SPI_tuptable;
  const auto count = static_cast<std::size_t>(found->numvals);
  MemoryContextReset(memory);
  const pg::within here(memory);
  call([&] {
    descriptor = CreateTupleDescCopy(found->tupdesc);
    for (std::size_t i = 0; i < count; ++i)
      entries[i] = entry_in(heap_copytuple(found->vals[i]), descriptor);
    SPI_freetuptable(found);
  });
  if (count == 0)
    close();
  return {entries, count};
}

} // namespace upkeep::history
