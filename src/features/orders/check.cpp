// What upkeep.check() says of the triggers of orders: whether they are all there and still fit their tables. What the
// orders themselves say is checked by upkeep.check_orders().
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/orders/lock/order_lock_rules.hpp"
#include "features/orders/number/check.hpp"
#include "features/orders/number/order_number_column.hpp"
#include "features/orders/number/tenant_of_order.hpp"
#include "features/orders/number/unique_numbers.hpp"
#include "features/orders/refunds/check.hpp"
#include "features/orders/refunds/order_refunds.hpp"
#include "features/orders/snapshots/line_plan.hpp"
#include "features/orders/snapshots/returns/return_columns.hpp"
#include "features/orders/status/order_status_plan.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/orders/totals/order_totals.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/unique_index.hpp"

#include <algorithm>
#include <map>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr std::int16_t every_change = TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE;
constexpr std::int16_t every_change_and_truncate = every_change | TRIGGER_TYPE_TRUNCATE;

// The events that the triggers of a feature on one table must have, on the lines, on the orders and on the refunds.
struct needed_events {
  const feature_rule *feature;
  std::int16_t on_lines, on_orders, on_refunds = 0;

  std::int16_t on(column_of::owner place) const {
    return place == column_of::refunds ? on_refunds : place == column_of::orders ? on_orders : on_lines;
  }
};
constexpr needed_events needed[] = {
    {&order_snapshots_feature, every_change, 0},
    {&order_totals_feature, every_change_and_truncate, TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE},
    {&order_lock_feature, every_change_and_truncate, TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE | TRIGGER_TYPE_TRUNCATE},
    {&order_refunds_feature, TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE, TRIGGER_TYPE_UPDATE, every_change_and_truncate},
    {&order_status_feature, 0, TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE},
    {&order_number_feature, 0, TRIGGER_TYPE_INSERT},
    {&stock_feature, every_change_and_truncate, TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE}};

const needed_events *needs_of(const managed_trigger &trigger) {
  const auto found = std::find_if(std::begin(needed), std::end(needed),
                                  [&](const needed_events &each) { return each.feature == trigger.feature; });
  return found == std::end(needed) ? nullptr : found;
}

// Whether the trigger stands for one of the partitioned table, with which it is looked at.
bool is_copy(const managed_trigger &trigger, const trigger_list &triggers) {
  const Oid root = pg::topmost(trigger.table);
  return root != trigger.table && triggers.has(root, *trigger.feature);
}

// The triggers of one feature on one table.
using trigger_group = std::vector<const managed_trigger *>;

std::vector<trigger_group> groups_of(const trigger_list &triggers) {
  std::map<std::pair<Oid, const feature_rule *>, std::size_t> numbers;
  std::vector<trigger_group> groups;
  for (const managed_trigger &trigger : triggers) {
    if (trigger.is_clone || !needs_of(trigger) || is_copy(trigger, triggers))
      continue;
    const auto [at, is_new] = numbers.try_emplace({trigger.table, trigger.feature}, groups.size());
    if (is_new)
      groups.emplace_back();
    groups[at->second].push_back(&trigger);
  }
  return groups;
}

stock_tables stock_of(const option_list &options, Relation table) {
  const auto other = [&](const char *name) { return other_table(options, name, table, AccessShareLock); };
  if (find_option(options, "order_items"))
    return resolve_stock(options, other("order_items"), other("products"), RelationGetRelid(table));
  return resolve_stock(options, pg::topmost(RelationGetRelid(table)), other("products"),
                       find_option(options, "orders") ? std::optional(other("orders")) : std::nullopt);
}

// Finds what enabling would find.
void resolve(const feature_rule &feature, const option_list &options, Relation table) {
  const auto other = [&](const char *name) { return other_table(options, name, table, AccessShareLock); };
  const auto with_pair = [&](auto &&body) {
    const bool is_lines = find_option(options, "orders") != nullptr;
    pg::with_relation(other(is_lines ? "orders" : "order_items"),
                      [&](Relation second) { is_lines ? body(second, table) : body(table, second); });
  };
  if (&feature == &order_snapshots_feature) {
    resolve_order_line(options, table);
    if (const auto returns = resolve_returns(options, table))
      require_key(*returns, table);
  } else if (&feature == &order_totals_feature)
    with_pair([&](Relation orders, Relation lines) {
      pg::require_unique_key(orders, resolve_totals(options, orders, lines).link.keys, "an order");
    });
  else if (&feature == &order_lock_feature)
    with_pair([&](Relation orders, Relation lines) {
      require_sound_lock(resolve_lock(options, orders, lines), options, orders, lines);
    });
  else if (&feature == &order_refunds_feature) {
    const refund_tables tables = tables_of_refunds(options, table, AccessShareLock);
    pg::with_relation(tables.refunds, [&](Relation refunds) {
      pg::with_relation(tables.orders, [&](Relation orders) {
        pg::with_relation(tables.lines, [&](Relation lines) {
          require_sound_refunds(order_refunds(options, refunds, orders, lines), orders, lines);
        });
      });
    });
  } else if (&feature == &order_status_feature)
    require_statuses(options, resolve_order_status(options, table), table);
  else if (&feature == &order_number_feature) {
    const order_number_settings settings = read_order_number(options);
    require_number_column(table, settings);
    require_tenant(table, settings);
    if (settings.is_counted())
      require_unique_numbers(RelationGetRelid(table), settings);
    else
      pg::resolve_table(settings.sequence, table);
  } else
    require_sound_stock(stock_of(options, table), options);
}

std::string names_of(std::int16_t events) {
  std::string names;
  for (const auto &[bit, name] :
       {std::pair{TRIGGER_TYPE_INSERT, "INSERT"}, std::pair{TRIGGER_TYPE_UPDATE, "UPDATE"},
        std::pair{TRIGGER_TYPE_DELETE, "DELETE"}, std::pair{TRIGGER_TYPE_TRUNCATE, "TRUNCATE"}})
    if (events & bit)
      names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

void check_group(const trigger_group &group, finding_list &into) {
  const managed_trigger &first = *group.front();
  bool is_on_orders = false;
  std::int16_t needs = 0, needed_of_statements = 0;
  const std::optional<fault> problem = problem_of(first.table, [&](Relation table) {
    const option_list options = parse_options(*first.feature, first.arguments);
    const column_of::owner place = needs_of(first)->on_lines == 0 ? column_of::orders : place_of(options);
    is_on_orders = place == column_of::orders;
    resolve(*first.feature, options, table);
    needs = needs_of(first)->on(place);
    if (find_option(options, "returns_column"))
      needed_of_statements = every_change;
    // Orders that come before their lines need not be followed.
    if (first.feature == &stock_feature && is_on_orders && !lines_may_come_first(stock_of(options, table)))
      needs &= ~TRIGGER_TYPE_INSERT;
  });
  if (problem) {
    const bool is_key = problem->sqlstate == std::string_view(sqlstate::invalid_column_reference) ||
                        (first.feature == &order_number_feature &&
                         problem->sqlstate == std::string_view(sqlstate::object_not_in_prerequisite_state));
    into.add(first.table, *first.feature, problem->message, is_key ? problem->hint : enable_again(first));
    return;
  }
  std::int16_t events = 0, of_statements = 0;
  for (const managed_trigger *each : group) {
    events |= each->type;
    if (!TRIGGER_FOR_ROW(each->type))
      of_statements |= each->type;
  }
  if (const auto missing = static_cast<std::int16_t>((needs & ~events) | (needed_of_statements & ~of_statements)))
    into.add(first.table, *first.feature, fmt::format("does not follow {}", names_of(missing)), enable_again(first));
  if (first.feature == &order_number_feature)
    check_numbers(first.table, parse_options(order_number_feature, first.arguments), into);
}

} // namespace

void check_order_triggers(const trigger_list &triggers, finding_list &into) {
  for (const trigger_group &group : groups_of(triggers)) {
    check_group(group, into);
    for (const managed_trigger *each : group)
      check_partitions(*each, triggers, into);
  }
  check_refund_tables(triggers, into);
}

} // namespace upkeep::orders
