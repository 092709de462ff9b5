#include "postgres/trigger_arguments.hpp"

#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/query.hpp"

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

namespace {

// The state that ALTER TABLE gives a trigger, or nullptr for the usual one.
const char *state_command(char enabled) {
  switch (enabled) {
  case TRIGGER_DISABLED:
    return "DISABLE";
  case TRIGGER_FIRES_ALWAYS:
    return "ENABLE ALWAYS";
  case TRIGGER_FIRES_ON_REPLICA:
    return "ENABLE REPLICA";
  default:
    return nullptr;
  }
}

// The shards' triggers are made anew as this one is now: Citus sends statements to them, not what a catalogue says.
void repeat_on_shards(Oid trigger, Oid table, const std::string &name, char enabled) {
  constexpr std::string_view create = "CREATE TRIGGER ";
  std::string definition = string_from(
      [=] { return TextDatumGetCString(DirectFunctionCall1(pg_get_triggerdef, ObjectIdGetDatum(trigger))); });
  definition.replace(0, create.size(), "CREATE OR REPLACE TRIGGER ");
  permit_triggers();
  execute(definition);
  if (const char *state = state_command(enabled))
    execute(sql("ALTER TABLE {table} {state} TRIGGER {name}", "table"_is = pg::table{table},
                "state"_is = fragment(state), "name"_is = identifier{name}));
}

} // namespace

void set_trigger_arguments(Oid trigger, const std::vector<std::string> &arguments) {
  bytea *value = as_bytea(packed(arguments));
  const auto count = static_cast<std::int16_t>(arguments.size());
  Oid table = InvalidOid;
  std::string name;
  char enabled = '\0';
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
    const auto &form = *reinterpret_cast<Form_pg_trigger>(GETSTRUCT(changed));
    table = form.tgrelid;
    name = NameStr(form.tgname);
    enabled = form.tgenabled;
    call([=] { CacheInvalidateRelcacheByRelid(table); });
  });
  call([] { CommandCounterIncrement(); });
  if (has_shards(table))
    repeat_on_shards(trigger, table, name, enabled);
}

} // namespace upkeep::pg
