#include "postgres/trigger_arguments.hpp"

#include <algorithm>

namespace upkeep::pg {

namespace {

// The row of a trigger in pg_trigger, or nullptr; `body(catalogue, row)` may change it.
template <class F> void with_trigger(Oid trigger, LOCKMODE lock, F &&body) {
  Relation catalogue = call([=] { return table_open(TriggerRelationId, lock); });
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(trigger));
  SysScanDesc scan = call([&] { return systable_beginscan(catalogue, TriggerOidIndexId, true, nullptr, 1, &key); });
  body(catalogue, call([=] { return systable_getnext(scan); }));
  call([=] { systable_endscan(scan); });
  call([=] { table_close(catalogue, lock == AccessShareLock ? lock : NoLock); });
}

// pg_trigger.tgargs: each argument ends with a zero byte.
std::string packed(const std::vector<std::string> &arguments) {
  std::string bytes;
  for (const std::string &argument : arguments)
    bytes.append(argument).push_back('\0');
  return bytes;
}

bytea *as_bytea(const std::string &bytes) {
  const std::size_t size = bytes.size() + VARHDRSZ;
  auto *value = static_cast<bytea *>(call([=] { return palloc(size); }));
  SET_VARSIZE(value, size);
  std::copy(bytes.begin(), bytes.end(), VARDATA(value));
  return value;
}

} // namespace

// Each argument ends with a zero byte.
std::vector<std::string> unpack_arguments(Datum tgargs) {
  const bytea *value = call([=] { return DatumGetByteaPP(tgargs); });
  const std::string_view bytes(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
  std::vector<std::string> arguments;
  for (std::size_t start = 0; start < bytes.size();) {
    const std::size_t end = bytes.find('\0', start);
    arguments.emplace_back(bytes.substr(start, end - start));
    start = end + 1;
  }
  return arguments;
}

std::optional<std::vector<std::string>> read_trigger_arguments(Oid trigger) {
  std::optional<std::vector<std::string>> arguments;
  with_trigger(trigger, AccessShareLock, [&](Relation catalogue, HeapTuple row) {
    if (!row)
      return;
    arguments = unpack_arguments(call([&] {
      bool is_null = false;
      return heap_getattr(row, Anum_pg_trigger_tgargs, RelationGetDescr(catalogue), &is_null);
    }));
  });
  return arguments;
}

void set_trigger_arguments(Oid trigger, const std::vector<std::string> &arguments) {
  bytea *value = as_bytea(packed(arguments));
  const auto count = static_cast<std::int16_t>(arguments.size());
  with_trigger(trigger, RowExclusiveLock, [&](Relation catalogue, HeapTuple row) {
    if (!row)
      throw fault{.sqlstate = sqlstate::undefined_object,
                  .message = fmt::format("there is no trigger with oid {}", trigger)};
    int columns[] = {Anum_pg_trigger_tgnargs, Anum_pg_trigger_tgargs};
    Datum values[] = {Int16GetDatum(count), PointerGetDatum(value)};
    bool nulls[] = {false, false};
    HeapTuple changed =
        call([&] { return heap_modify_tuple_by_cols(row, RelationGetDescr(catalogue), 2, columns, values, nulls); });
    call([&] { CatalogTupleUpdate(catalogue, &changed->t_self, changed); });
    const Oid table = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(changed))->tgrelid;
    call([=] { CacheInvalidateRelcacheByRelid(table); });
  });
  call([] { CommandCounterIncrement(); });
}

} // namespace upkeep::pg
