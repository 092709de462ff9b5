// When an order is locked, as SQL, and what is said of it.
#include "features/orders/lock/order_lock_rules.hpp"

#include "features/orders/status/status_labels.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::fragment;
using pg::sql;

fragment order_lock_rules::is_locked() const {
  std::vector<fragment> conditions;
  if (paid_column)
    conditions.push_back(sql("o.{paid} IS NOT NULL", "paid"_is = pg::identifier{*paid_column}));
  if (status_column && !statuses.empty())
    conditions.push_back(
        sql("COALESCE(o.{status}::pg_catalog.text [=] ANY (ARRAY[{statuses}]::pg_catalog.text[]), false)",
            "status"_is = pg::identifier{*status_column}, "statuses"_is = fragment(pg::literals(statuses))));
  return conditions.empty() ? sql("false") : sql("({conditions})", "conditions"_is = pg::joined(conditions, " OR "));
}

fragment order_lock_rules::text_of(const std::optional<std::string> &column) {
  return column ? sql("o.{column}::pg_catalog.text", "column"_is = pg::identifier{*column})
                : sql("NULL::pg_catalog.text");
}

// OFFSET keeps the planner from locking only those that are locked already.
fragment order_lock_rules::find_locked(const fragment &condition) const {
  return sql(R"sql(
    SELECT x.upkeep_key, x.upkeep_paid, x.upkeep_status
    FROM (SELECT CASE WHEN {is_locked} THEN {key} END AS upkeep_key,
            CASE WHEN {is_locked} THEN {paid} END AS upkeep_paid,
            CASE WHEN {is_locked} THEN {status} END AS upkeep_status
          FROM {orders} o
          WHERE {condition}
          ORDER BY {keys}
          OFFSET 0
          FOR NO KEY UPDATE OF o) x
    WHERE x.upkeep_key IS NOT NULL
    LIMIT 1
  )sql",
             "is_locked"_is = is_locked(), "key"_is = link.key_text(), "paid"_is = text_of(paid_column),
             "status"_is = text_of(status_column), "orders"_is = link.orders_name, "condition"_is = condition,
             "keys"_is = link.key_list());
}

order_lock_rules resolve_lock(const option_list &options, Relation orders, Relation lines) {
  order_lock_rules rules{resolve_link(options, orders, lines, enable_order_lock_name), {}, {}, {}, {}};
  rules.paid_column = column_name_option(orders, options, "paid_column");
  rules.status_column = column_name_option(orders, options, "status_column");
  if (!rules.paid_column && !rules.status_column)
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message = fmt::format("table \"{}\" has neither \"payment_completed_at\" nor \"status\"",
                                       RelationGetRelationName(orders)),
                .hint = "Name the column that says that an order is paid: paid_column or status_column."};
  rules.statuses = pg::list_option(options, "locked_statuses");
  rules.frozen = columns_option(orders, options, "frozen_columns");
  return rules;
}

void require_sound_lock(const order_lock_rules &rules, const option_list &options, Relation orders) {
  pg::require_unique_key(orders, rules.link.keys, "an order");
  if (rules.status_column)
    require_labels_still(orders, *rules.status_column, options, "locked_statuses", !rules.paid_column);
}

void order_is_locked(const order_lock_rules &rules, const std::string &key, const std::optional<std::string> &paid,
                     const std::optional<std::string> &status, const std::string &refused) {
  const std::string reason =
      rules.paid_column && paid
          ? fmt::format("Its {} is {}", *rules.paid_column, *paid)
          : fmt::format("Its {} is \"{}\"", rules.status_column.value_or(""), status.value_or(""));
  throw fault{.sqlstate = sqlstate::order_locked,
              .message =
                  fmt::format("order \"{}\" of \"{}\" is locked", key, pg::table_name(pg::topmost(rules.link.orders))),
              .detail = fmt::format("{}: {}.", reason, refused),
              .hint = "Write a refund or a new order. Anyone who may correct a paid one can SET LOCAL upkeep.pause = "
                      "'order_lock'."};
}

} // namespace upkeep::orders
