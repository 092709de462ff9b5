// upkeep.correct_order: opens one locked order for the transaction, and says who did and why.
#include "features/catalogue.hpp"
#include "features/history/correction.hpp"
#include "features/orders/lock/correction.hpp"
#include "features/orders/lock/order_lock_rules.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *white_space = " \t\n\r\f\v";

// The options of the lock that the orders have.
std::optional<option_list> lock_of(Relation orders) {
  const Trigger *lock = trigger_of(orders, order_lock_feature);
  if (!lock)
    return std::nullopt;
  option_list options = pg::trigger_options(*lock, order_lock_feature);
  return find_option(options, "order_items") ? std::optional(std::move(options)) : std::nullopt;
}

// The orders that a partition or a child belongs to: the outermost with a lock.
Oid whole_orders(Oid table) {
  const std::vector<Oid> ancestors = pg::ancestors(table);
  for (auto each = ancestors.rbegin(); each != ancestors.rend(); ++each) {
    const Oid ancestor = *each;
    bool has_lock = false;
    call([=] { LockRelationOid(ancestor, AccessShareLock); });
    pg::with_relation(ancestor, [&](Relation orders) { has_lock = lock_of(orders).has_value(); });
    if (has_lock)
      return ancestor;
  }
  return table;
}

bool has_role(const std::string &name) {
  return call([&] {
    const Oid role = get_role_oid(name.c_str(), true);
    return OidIsValid(role) && has_privs_of_role(GetUserId(), role);
  });
}

void require_right(Relation orders, const std::optional<option_list> &lock) {
  const Oid table = RelationGetRelid(orders);
  const std::string *role = lock ? find_option(*lock, "correct_role") : nullptr;
  if (call([=] { return pg::owns_table(table, GetUserId()); }) || (role && has_role(*role)))
    return;
  throw fault{.sqlstate = sqlstate::insufficient_privilege,
              .message = fmt::format("must be owner of table {}{}", pg::table_name(orders),
                                     role ? fmt::format(" or a member of role {}", *role) : ""),
              .hint = role ? "They correct orders: ask one of them, or for the role."
                           : "The owner can let a role correct orders: upkeep.enable_order_lock(..., correct_role => "
                             "'support')."};
}

void require_reason(const std::string &reason) {
  if (reason.find_first_not_of(white_space) == std::string::npos)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "a correction needs a reason",
                .hint = "Say why: it is kept in upkeep.order_corrections."};
}

// [7, 42], with as many elements as a key has columns.
void require_array(const pg::parameter &key, std::size_t count, const order_link &link) {
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT CASE pg_catalog.jsonb_typeof($1::pg_catalog.jsonb)
      WHEN 'array' THEN pg_catalog.jsonb_array_length($1::pg_catalog.jsonb) [=] {count} ELSE false END
  )sql",
                                         "count"_is = count),
                                     {&key, 1});
  bool is_null = false;
  if (!DatumGetBool(found.value(0, 1, is_null)))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid order_key for \"{}\"", pg::table_name(link.orders)),
                .hint = fmt::format("Pass a JSON array of ({}): '[7, 42]'.", pg::join_names(link.keys))};
}

// The condition that an order has the key $1.
fragment has_key(const order_link &link, Relation orders) {
  const std::vector<Oid> types = types_of(orders, link.keys);
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const Oid type = call([&] { return getBaseType(types[i]); });
    const pg::key_equality equality = pg::equality_of(types[i], type);
    const fragment text =
        types.size() == 1 ? fragment("$1") : sql("($1::pg_catalog.jsonb [->>] {place})", "place"_is = i);
    conditions.push_back(sql("{key} {equals} ({text}::{type}){cast}", "key"_is = pg::columns_of("o", {link.keys[i]}),
                             "equals"_is = equality.equals, "text"_is = text, "type"_is = pg::type_as_sql(type),
                             "cast"_is = equality.cast));
  }
  return pg::joined(conditions, " AND ");
}

[[noreturn]] void no_such_order(const order_link &link, const std::string &key) {
  throw fault{.sqlstate = sqlstate::no_data_found,
              .message = fmt::format("order \"{}\" of \"{}\" does not exist", key, pg::table_name(link.orders)),
              .hint = "Pass the key of an order that is there, with the tenant_column as JSON: '[7, 42]'."};
}

// In the session that writes to the order's shard in this transaction, which is one of the caller's.
std::string open_on_shard(const order_link &link, Relation orders, const std::string &key, const std::string &reason) {
  const pg::parameter given[] = {pg::parameter::text(key), pg::parameter::text(reason)};
  if (link.keys.size() > 1)
    require_array(given[0], link.keys.size(), link);
  const pg::rows rows = pg::execute(sql(R"sql(
    SELECT {argument}, upkeep.correct_order(o.tableoid::pg_catalog.regclass, $1, $2) FROM {orders} o WHERE {has_key}
  )sql",
                                        "argument"_is = link.key_argument(), "orders"_is = link.orders_name,
                                        "has_key"_is = has_key(link, orders)),
                                    given);
  if (rows.count() == 0)
    no_such_order(link, key);
  return rows.text(0, 1).value_or("");
}

// Locks the order, waiting for whoever is changing it, and returns its key as it is kept. Its history tells of it.
std::string lock_order(const order_link &link, Relation orders, const std::string &key, const std::string &reason) {
  const pg::parameter given = pg::parameter::text(key);
  const std::string role = pg::string_from([] { return GetUserNameFromId(GetUserId(), false); });
  if (link.keys.size() > 1)
    require_array(given, link.keys.size(), link);
  std::string found;
  link.as_owner(0, [&] {
    const pg::rows rows = pg::execute(sql("SELECT {argument} FROM {orders} o WHERE {has_key} FOR NO KEY UPDATE OF o",
                                          "argument"_is = link.key_argument(), "orders"_is = link.orders_name,
                                          "has_key"_is = has_key(link, orders)),
                                      {&given, 1});
    if (rows.count() == 0)
      no_such_order(link, key);
    found = rows.text(0, 1).value_or("");
    history::record_correction(orders, has_key(link, orders), given, role, reason);
  });
  return found;
}

void correct(Oid table, const std::string &key, const std::string &reason) {
  if (call([=] { return get_rel_relkind(table); }) == '\0')
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("there is no table with oid {}", table),
                .hint = "Pass the table's name: 'schema.table'."};
  const Oid whole = whole_orders(table);
  call([=] { LockRelationOid(whole, RowShareLock); });
  pg::with_relation(whole, [&](Relation orders) {
    const std::optional<option_list> lock = lock_of(orders);
    require_right(orders, lock);
    if (!lock)
      throw fault{.sqlstate = sqlstate::undefined_object,
                  .message = fmt::format("order_lock is not enabled on \"{}\"", pg::table_name(orders)),
                  .hint = "Its orders are not locked: change them as they are. See upkeep.enable_order_lock."};
    require_reason(reason);
    const Oid lines = other_table(*lock, "order_items", orders, AccessShareLock);
    order_link link;
    pg::with_relation(lines, [&](Relation of) { link = resolve_lock(*lock, orders, of).link; });
    open_order(link,
               pg::has_shards(whole) ? open_on_shard(link, orders, key, reason) : lock_order(link, orders, key, reason),
               reason);
  });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.correct_order(orders, order_key, reason): lines and frozen columns of the order may change in this
// transaction. Errors: 22004, 22023, 42501, 42704, P0002, and what the type of the key says of a text that is not one.
UPKEEP_FUNCTION(upkeep_correct_order) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = given.table(0, "orders");
    const std::string key = given.string(1, "order_key"), reason = given.string(2, "reason");
    call([] { PreventCommandIfReadOnly("upkeep.correct_order()"); });
    pg::with_spi([&] { correct(orders, key, reason); });
    return Datum(0);
  });
}

// upkeep_internal.insert_only() RETURNS trigger: BEFORE UPDATE OR DELETE OR TRUNCATE FOR EACH STATEMENT: refuses it.
UPKEEP_FUNCTION(upkeep_insert_only) {
  return pg::entry([=] {
    if (!CALLED_AS_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep_internal.insert_only() can only be called as a trigger"};
    const Oid table = RelationGetRelid(reinterpret_cast<const TriggerData *>(fcinfo->context)->tg_relation);
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = fmt::format("rows of \"{}\" cannot be changed or deleted", pg::qualified(table)),
                .hint = "They say what was done, and by whom."};
    return Datum(0);
  });
}
