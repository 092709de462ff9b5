// When an order is locked, as SQL, and what is said of it.
#include "features/orders/lock/order_lock_rules.hpp"

#include "features/orders/lock/open_columns.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;
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
fragment order_lock_rules::find_locked(const fragment &condition, const std::vector<std::string> &open) const {
  const fragment refused = open.empty() ? is_locked()
                                        : sql("({is_locked} AND {key} [<>] ALL (ARRAY[{open}]::pg_catalog.text[]))",
                                              "is_locked"_is = is_locked(), "key"_is = link.key_argument(),
                                              "open"_is = fragment(pg::literals(open)));
  return sql(R"sql(
    SELECT x.upkeep_key, x.upkeep_paid, x.upkeep_status, x.upkeep_argument
    FROM (SELECT CASE WHEN {refused} THEN {key} END AS upkeep_key,
            CASE WHEN {refused} THEN {paid} END AS upkeep_paid,
            CASE WHEN {refused} THEN {status} END AS upkeep_status,
            CASE WHEN {refused} THEN {argument} END AS upkeep_argument
          FROM {orders} o
          WHERE {condition}
          ORDER BY {keys}
          OFFSET 0
          FOR NO KEY UPDATE OF o) x
    WHERE x.upkeep_key IS NOT NULL
    LIMIT 1
  )sql",
             "refused"_is = refused, "key"_is = link.key_text(), "paid"_is = text_of(paid_column),
             "status"_is = text_of(status_column), "argument"_is = link.key_argument(), "orders"_is = link.orders_name,
             "condition"_is = condition, "keys"_is = link.key_list());
}

fragment order_lock_rules::first_locked(const fragment &rows, const fragment &condition) const {
  return sql(R"sql(
    SELECT {key}, {paid}, {status}, {argument}
    FROM {rows} o
    WHERE {is_locked} AND {condition}
    ORDER BY {keys}
    LIMIT 1
  )sql",
             "key"_is = link.key_text(), "paid"_is = text_of(paid_column), "status"_is = text_of(status_column),
             "argument"_is = link.key_argument(), "rows"_is = rows, "is_locked"_is = is_locked(),
             "condition"_is = condition, "keys"_is = link.key_list());
}

order_lock_rules resolve_lock(const option_list &options, Relation orders, Relation lines) {
  order_lock_rules rules{resolve_link(options, orders, lines, enable_order_lock_name), {}, {}, {}, {}, {}, {}};
  rules.paid_column = column_name_option(orders, options, "paid_column");
  rules.status_column = column_name_option(orders, options, "status_column");
  if (!rules.paid_column && !rules.status_column)
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message = fmt::format("table \"{}\" has neither \"payment_completed_at\" nor \"status\"",
                                       pg::table_name(orders)),
                .hint = "Name the column that says that an order is paid: paid_column or status_column."};
  rules.statuses = pg::list_option(options, "locked_statuses");
  rules.frozen = columns_option(orders, options, "frozen_columns");
  rules.open = columns_option(lines, options, "open_columns");
  if (const std::string *role = find_option(options, "correct_role"))
    rules.correct_role = *role;
  return rules;
}

void require_correct_role(const order_lock_rules &rules) {
  if (rules.correct_role && !OidIsValid(call([&] { return get_role_oid(rules.correct_role->c_str(), true); })))
    throw fault{.sqlstate = sqlstate::undefined_object,
                .message = fmt::format("role \"{}\" does not exist", *rules.correct_role),
                .hint = "Create it, or pass another correct_role to upkeep.enable_order_lock."};
}

void require_sound_lock(const order_lock_rules &rules, const option_list &options, Relation orders, Relation lines) {
  pg::require_unique_key(orders, rules.link.keys, "an order");
  if (rules.status_column)
    require_labels_still(orders, *rules.status_column, options, "locked_statuses", !rules.paid_column);
  require_open_columns(lines, rules.open);
  require_correct_role(rules);
}

const char *const not_even_corrected = "Write a refund or a new order. upkeep.correct_order opens the lines and the "
                                       "frozen columns of an order, and nothing else.";

std::string how_to_correct(const order_lock_rules &rules, const locked_order &order) {
  return fmt::format(
      "Write a refund or a new order, or open this one for the transaction: SELECT "
      "upkeep.correct_order({}, 'the reason');",
      pg::literals({pg::qualified(pg::logical_table(pg::topmost(rules.link.orders))), order.key_argument}));
}

void order_is_locked(const order_lock_rules &rules, const locked_order &order, const std::string &refused,
                     const std::string &hint) {
  const std::string reason =
      rules.paid_column && order.paid
          ? fmt::format("Its {} is {}", *rules.paid_column, *order.paid)
          : fmt::format("Its {} is \"{}\"", rules.status_column.value_or(""), order.status.value_or(""));
  throw fault{.sqlstate = sqlstate::order_locked,
              .message = fmt::format("order \"{}\" of \"{}\" is locked", order.key,
                                     pg::table_name(pg::topmost(rules.link.orders))),
              .detail = fmt::format("{}: {}.", reason, refused),
              .hint = hint};
}

} // namespace upkeep::orders
