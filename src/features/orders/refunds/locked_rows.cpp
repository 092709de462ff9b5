#include "features/orders/refunds/locked_rows.hpp"

#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/sql.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// How the index of a key finds values of the types of other columns.
pg::unique_key index_of(Relation table, const std::vector<std::string> &keys, Relation from,
                        const std::vector<std::string> &columns) {
  if (keys.size() > pg::unique_key::max_parts)
    return {RelationGetRelid(table), InvalidOid, 0, {}};
  const std::vector<Oid> types = types_of(from, columns);
  pg::key_part parts[pg::unique_key::max_parts];
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Oid type = call([&] { return getBaseType(types[i]); });
    // Operators take a varchar for a text.
    parts[i] = {pg::find_column(RelationGetDescr(table), keys[i]), type == VARCHAROID ? TEXTOID : type};
  }
  return call([&] { return pg::find_unique_key(table, parts, static_cast<int>(keys.size())); });
}

} // namespace

keyed_lock::keyed_lock(Relation table, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                       const std::vector<std::string> &columns, const fragment &told)
    : by(index_of(table, keys, from, columns)),
      query(sql("SELECT {told} FROM {table} {alias} WHERE {has_key} FOR NO KEY UPDATE OF {alias}", "told"_is = told,
                "table"_is = pg::table{RelationGetRelid(table)}, "alias"_is = fragment(alias),
                "has_key"_is = one_key(table, alias, keys, from, columns)),
            types_of(from, columns), pg::access::by_index) {}

std::optional<bool> keyed_lock::take_by_query(std::span<const Datum> key) const {
  const pg::rows found = query.execute(key, pg::latest_snapshot());
  if (found.count() == 0)
    return std::nullopt;
  bool is_null = false;
  return DatumGetBool(found.value(0, 1, is_null));
}

order_locker::order_locker(const order_refunds &of, Relation refunds, Relation orders)
    : lock(orders, "o", of.link.keys, refunds, of.order_columns, of.lock.is_locked()), statuses(of.lock.statuses) {
  const auto number = [&](const std::optional<std::string> &column) {
    return column ? pg::find_column(RelationGetDescr(orders), *column) : AttrNumber(InvalidAttrNumber);
  };
  paid = number(of.lock.paid_column);
  status = number(of.lock.status_column);
  if (status == InvalidAttrNumber)
    return;
  const pg::column_info column(orders, status);
  bool is_varlena = false;
  call([&] { getTypeOutputInfo(column.type, &output, &is_varlena); });
  is_padded = column.type == BPCHAROID;
}

bool order_locker::is_locked(TupleTableSlot *order) const {
  bool is_null = true;
  if (paid)
    call([&] { slot_getattr(order, paid, &is_null); });
  if (!is_null)
    return true;
  Datum value = 0;
  if (status)
    value = call([&] { return slot_getattr(order, status, &is_null); });
  if (is_null)
    return false;
  std::string text = pg::string_from([=, this] { return OidOutputFunctionCall(output, value); });
  if (is_padded)
    text.resize(text.find_last_not_of(' ') + 1);
  return std::ranges::count(statuses, text) > 0;
}

std::optional<bool> order_locker::take(std::span<const Datum> key) const {
  return lock.take(key, [this](TupleTableSlot *order) { return is_locked(order); });
}

line_locker::line_locker(const order_refunds &of, Relation refunds, Relation lines)
    : lock(lines, "l", of.line_keys, refunds, of.line_columns, sql("true")) {}

bool line_locker::take(std::span<const Datum> key) const {
  return lock.take(key, [](TupleTableSlot *) { return true; }).has_value();
}

} // namespace upkeep::orders
