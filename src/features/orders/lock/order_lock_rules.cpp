// When an order is locked, as SQL, and what is said of it.
#include "features/orders/lock/order_lock_rules.hpp"

#include "core/text/joined.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

std::string order_lock_rules::is_locked() const {
  std::vector<std::string> conditions;
  if (paid_column)
    conditions.push_back(fmt::format("o.{} IS NOT NULL", pg::quoted(*paid_column)));
  if (status_column && !statuses.empty())
    conditions.push_back(fmt::format("COALESCE(o.{}::pg_catalog.text OPERATOR(pg_catalog.=) ANY"
                                     " (ARRAY[{}]::pg_catalog.text[]), false)",
                                     pg::quoted(*status_column), pg::literals(statuses)));
  return conditions.empty() ? "false" : fmt::format("({})", joined(conditions, " OR "));
}

std::string order_lock_rules::find_locked(const std::string &condition) const {
  const auto text = [&](const std::optional<std::string> &column) {
    return column ? fmt::format("CASE WHEN {} THEN o.{}::pg_catalog.text END", is_locked(), pg::quoted(*column))
                  : std::string("NULL::pg_catalog.text");
  };
  // OFFSET keeps the planner from locking only those that are locked already.
  return fmt::format(
      "SELECT x.upkeep_key, x.upkeep_paid, x.upkeep_status FROM (SELECT CASE WHEN {} THEN {} END AS upkeep_key,"
      " {} AS upkeep_paid, {} AS upkeep_status FROM {} o WHERE {} ORDER BY {} OFFSET 0 FOR NO KEY UPDATE OF o) x"
      " WHERE x.upkeep_key IS NOT NULL LIMIT 1",
      is_locked(), link.key_text(), text(paid_column), text(status_column), link.orders_name, condition,
      link.key_list());
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
