#include "features/orders/lock/correction.hpp"

#include "features/restored_rows.hpp"
#include "postgres/rows/table_writer.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

// The last transaction of the session that opened an order: all others have no row to look for. That one may have
// rolled its rows back.
FullTransactionId last_correction{};

bool may_have_corrections() {
  return FullTransactionIdIsValid(last_correction) &&
         FullTransactionIdEquals(last_correction, GetTopFullTransactionIdIfAny());
}

Datum transaction_number() {
  return Int64GetDatum(static_cast<std::int64_t>(U64FromFullTransactionId(last_correction)));
}

// The columns of upkeep.order_corrections.
enum column : AttrNumber { orders_ = 1, order_key_, reason_, role_, actor_, opened_at_, txid_, last_ = txid_ };

Oid member_of_upkeep(const char *name) { return get_relname_relid(name, get_namespace_oid("upkeep", false)); }

Relation open_corrections(LOCKMODE lock) {
  Relation table = call([=] { return table_open(member_of_upkeep("order_corrections"), lock); });
  if (RelationGetDescr(table)->natts == column::last_)
    return table;
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message = "table \"upkeep.order_corrections\" has columns that are not the extension's",
              .hint = "Take them away."};
}

// A correction, as long as the row is in memory.
struct correction {
  Oid orders;
  text *key;
  const char *role;
  TimestampTz opened_at;
};

correction correction_in(Relation table, HeapTuple row) {
  Datum values[column::last_];
  bool nulls[column::last_];
  heap_deform_tuple(row, RelationGetDescr(table), values, nulls);
  return {DatumGetObjectId(values[orders_ - 1]), DatumGetTextPP(values[order_key_ - 1]),
          NameStr(*DatumGetName(values[role_ - 1])), DatumGetTimestampTz(values[opened_at_ - 1])};
}

// Calls `with` for each row of this transaction. The number alone does not tell: a database that was restored counts
// its transactions anew.
template <class F> void each_correction(F &&with) {
  Relation table = open_corrections(AccessShareLock);
  const Snapshot snapshot = call([] { return RegisterSnapshot(GetLatestSnapshot()); });
  const SysScanDesc scan = call([&] {
    ScanKeyData key;
    ScanKeyInit(&key, column::txid_, BTEqualStrategyNumber, F_INT8EQ, transaction_number());
    const Oid index = member_of_upkeep("order_corrections_txid");
    return systable_beginscan(table, index, OidIsValid(index), snapshot, 1, &key);
  });
  while (HeapTuple row = call([=] { return systable_getnext(scan); })) {
    const correction each = call([=] { return correction_in(table, row); });
    if (each.opened_at == GetCurrentTransactionStartTimestamp())
      with(each);
  }
  call([=] {
    systable_endscan(scan);
    UnregisterSnapshot(snapshot);
    table_close(table, NoLock);
  });
}

void write_row(Relation table, const order_link &link, const std::string &key, const std::string &reason) {
  NameData role;
  call([&] { namestrcpy(&role, GetUserNameFromId(GetUserId(), false)); });
  const auto write = [&] {
    const char *actor = pg::actor();
    Datum values[column::last_]{};
    bool nulls[column::last_]{};
    values[orders_ - 1] = ObjectIdGetDatum(link.orders);
    values[order_key_ - 1] = CStringGetTextDatum(key.c_str());
    values[reason_ - 1] = CStringGetTextDatum(reason.c_str());
    values[role_ - 1] = NameGetDatum(&role);
    nulls[actor_ - 1] = actor == nullptr;
    if (actor)
      values[actor_ - 1] = CStringGetTextDatum(actor);
    values[opened_at_ - 1] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
    values[txid_ - 1] = transaction_number();
    pg::table_writer writer;
    pg::open_writer(table, {}, writer);
    pg::insert_row(writer, values, nulls);
    pg::close_writer(writer);
    CommandCounterIncrement();
  };
  pg::as_user(table->rd_rel->relowner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] { call(write); });
}

// The orders that history restores in the same call as lines of theirs.
std::vector<std::string> restored_orders(const order_link &link, const restoration &call_of) {
  std::vector<std::string> keys;
  for (const restored_rows &each : call_of.rows) {
    if (each.table != link.orders)
      continue;
    const pg::rows found = pg::execute(
        pg::sql("SELECT {key} FROM pg_catalog.unnest($1) o", "key"_is = link.key_argument()), {&each.rows, 1});
    for (std::uint64_t row = 0; row < found.count(); ++row)
      keys.push_back(found.text(row, 1).value_or(""));
  }
  return keys;
}

} // namespace

std::vector<std::string> orders_open_to(const order_link &link, Oid role) {
  std::vector<std::string> keys;
  if (const restoration *restored = running_restoration())
    keys = restored_orders(link, *restored);
  if (!may_have_corrections())
    return keys;
  // A partition or a child has triggers of its own.
  std::vector<Oid> tables = pg::ancestors(link.orders);
  tables.push_back(link.orders);
  const bool is_owner = role == link.owner || role == link.lines_owner;
  each_correction([&](const correction &each) {
    if (std::ranges::count(tables, each.orders) > 0 &&
        (is_owner || call([&] { return get_role_oid(each.role, true); }) == role))
      keys.push_back(pg::string_from([&] { return text_to_cstring(each.key); }));
  });
  return keys;
}

bool is_open_to(const order_link &link, const std::string &key, Oid role) {
  return std::ranges::count(orders_open_to(link, role), key) > 0;
}

void open_order(const order_link &link, const std::string &key, const std::string &reason) {
  last_correction = call([] { return GetTopFullTransactionId(); });
  Relation table = open_corrections(RowExclusiveLock);
  write_row(table, link, key, reason);
  call([=] { table_close(table, NoLock); });
}

} // namespace upkeep::orders
