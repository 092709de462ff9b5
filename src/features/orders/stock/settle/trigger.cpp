// The trigger function upkeep.stock(): which lines a statement concerns, and what those have taken so far.
#include "features/orders/stock/stock_tables.hpp"

#include "features/catalogue.hpp"
#include "features/empty_tables/emptied_tables.hpp"
#include "features/orders/stock/settle/changed_lines.hpp"
#include "features/orders/stock/settle/settle.hpp"
#include "features/orders/stock/settle/settle_lines.hpp"
#include "features/orders/stock/settle/stock_plan.hpp"
#include "features/orders/stock/settle/taken_column.hpp"
#include "features/orders/stock/stock_lines.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *right_trigger =
    "AFTER INSERT, UPDATE or DELETE with transition tables, or BEFORE TRUNCATE, FOR EACH STATEMENT";

// The transition tables of a statement, by the names that its trigger gives them.
struct transition_names {
  std::optional<fragment> old_rows, new_rows;

  // The name of a statement that reads them: a trigger may have either of them, or both.
  std::string named(const char *statement) const {
    return fmt::format("{}{}{}", statement, old_rows ? ", old" : "", new_rows ? ", new" : "");
  }

  // The trigger for UPDATE also fires for a deletion or an insertion that is half of a move to another partition.
  explicit transition_names(const TriggerData &trigger) {
    const Trigger &made = *trigger.tg_trigger;
    if (made.tgoldtable && !TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
      old_rows = pg::identifier{made.tgoldtable};
    if (made.tgnewtable && !TRIGGER_FIRED_BY_DELETE(trigger.tg_event))
      new_rows = pg::identifier{made.tgnewtable};
  }

  // A query for the rows, cut to some expressions, that the statement wrote or took away, without those that it left as
  // they were.
  fragment changed(const fragment &expressions) const {
    if (!old_rows || !new_rows)
      return sql("SELECT {expressions} FROM {rows} t", "expressions"_is = expressions,
                 "rows"_is = old_rows ? *old_rows : *new_rows);
    return sql(R"sql(
      (SELECT {expressions} FROM {old_rows} t EXCEPT ALL SELECT {expressions} FROM {new_rows} t)
      UNION ALL
      (SELECT {expressions} FROM {new_rows} t EXCEPT ALL SELECT {expressions} FROM {old_rows} t)
    )sql",
               "expressions"_is = expressions, "old_rows"_is = *old_rows, "new_rows"_is = *new_rows);
  }
};

void require_right_time(const TriggerData &trigger) {
  const TriggerEvent event = trigger.tg_event;
  const Trigger &made = *trigger.tg_trigger;
  const bool right = TRIGGER_FIRED_FOR_STATEMENT(event) &&
                     (TRIGGER_FIRED_BY_TRUNCATE(event)
                          ? TRIGGER_FIRED_BEFORE(event)
                          : TRIGGER_FIRED_AFTER(event) && (TRIGGER_FIRED_BY_INSERT(event) || made.tgoldtable) &&
                                (TRIGGER_FIRED_BY_DELETE(event) || made.tgnewtable));
  if (!right)
    pg::misused_trigger(trigger, stock_feature, right_trigger);
}

fragment columns_that_count(const stock_tables &tables) {
  return sql("{columns}, t.{quantity} AS upkeep_quantity {taken}",
             "columns"_is = distinct_columns(keys_of_line(tables)), "quantity"_is = tables.quantity,
             "taken"_is = tables.taken ? sql(", t.{taken} AS upkeep_taken", "taken"_is = *tables.taken) : fragment());
}

// Before anything is read, so that a line that is added cannot race the release of its order.
void lock_orders(const stock_tables &tables, const transition_names &names) {
  execute_latest(tables, names.named("lock orders"), {}, [&] {
    return sql(R"sql(
      SELECT FROM (SELECT DISTINCT {columns} FROM ({changed}) t ORDER BY {columns}) i
      CROSS JOIN LATERAL (SELECT FROM {orders} o WHERE {order_of_line} FOR NO KEY UPDATE OF o) o
    )sql",
               "columns"_is = distinct_columns(tables.order_columns),
               "changed"_is = names.changed(columns_that_count(tables)), "orders"_is = tables.orders_rows,
               "order_of_line"_is = tables.order_of_line);
  });
}

// What the lines have taken before the statement.
std::vector<stock_amount> taken_before(const stock_tables &tables, const transition_names &names,
                                       const std::vector<std::string> &lines) {
  const pg::parameter keys[] = {texts_array(lines)};
  return taken_in(execute_latest(tables, names.named("taken"), keys, [&] {
    // IS TRUE: a subplan that is hashed, whereas a join would be planned for a few lines.
    const auto settled = [&](const fragment &rows) {
      return sql("{rows} t WHERE ({line} [=] ANY (SELECT k.line FROM pg_catalog.unnest($1) AS k(line))) IS TRUE",
                 "rows"_is = rows, "line"_is = tables.line.of("t"));
    };
    std::vector<taken_source> sources{{current_rows(tables)}};
    if (names.old_rows)
      sources.push_back({settled(*names.old_rows)});
    if (names.new_rows)
      sources.push_back({settled(*names.new_rows), true});
    return taken_query(tables, sources);
  }));
}

settled_lines changed_lines_by_query(const stock_tables &tables, const transition_names &names, bool keeps) {
  if (tables.orders)
    lock_orders(tables, names);
  const auto rows = [&] {
    return sql(R"sql(
      (SELECT DISTINCT {key} FROM ({changed}) t) k
      LEFT JOIN LATERAL ({line}) i ON true
    )sql",
               "key"_is = distinct_columns(tables.line_columns),
               "changed"_is = names.changed(columns_that_count(tables)),
               "line"_is = looked_up(tables.lines_rows, "i", tables.line.same("i", "k")));
  };
  return lines_to_settle(tables, names.named("lines"), {}, rows, "k", keeps);
}

void settle_changed_lines(const TriggerData &trigger, const stock_plan &plan, const transition_names &names) {
  const stock_tables &tables = *plan.tables;
  // A new line has taken nothing, and its own column has to say so.
  const bool keeps = !tables.taken || names.old_rows;
  std::optional<settled_lines> lines = changed_lines(trigger, plan, keeps);
  if (!lines)
    lines = changed_lines_by_query(tables, names, keeps);
  if (lines->lines.empty())
    return;
  if (!tables.taken)
    return settle_stock(tables, std::move(*lines));
  const std::vector<stock_amount> before = taken_before(tables, names, lines->lines);
  settle_taken(tables, std::move(*lines), before, false);
}

// Each partition that is truncated fires its own trigger.
void settle_truncated(const stock_tables &tables, Oid truncated) {
  const bool is_emptying = is_emptied(truncated);
  // What is remembered of the lines goes with them.
  if (is_emptying && is_emptied(tables.lines) && is_emptied(tables.products))
    return;
  pg::refuse_truncating_shards(truncated, stock_feature.name);
  const fragment rows = sql("ONLY {truncated}", "truncated"_is = pg::table{truncated});
  const pg::rows found = execute_latest(sql("SELECT pg_catalog.array_agg(DISTINCT {line}) FROM {rows} i",
                                            "line"_is = tables.line.of("i"), "rows"_is = rows));
  settled_lines lines{texts_in(array_in(found, 1, TEXTOID)), {}};
  if (lines.lines.empty())
    return;
  if (!tables.taken)
    return settle_stock(tables, std::move(lines), is_emptying);
  const taken_source sources[] = {{sql("{rows} t", "rows"_is = rows)}};
  settle_taken(tables, std::move(lines), taken_in(execute_latest(taken_query(tables, sources))), true, is_emptying);
}

// New orders that can have lines already. Where no foreign key says so, only those that are released are worth a
// search: the others would find what their lines have taken, unless they stand in for one that was released.
fragment with_lines(const stock_tables &tables, const fragment &added) {
  bool has_key = false;
  pg::with_relation(tables.lines, [&](Relation lines) {
    has_key = pg::referenced_table(lines, tables.order_columns) == tables.orders;
  });
  return has_key ? added : sql("SELECT * FROM ({added}) n WHERE n.upkeep_released", "added"_is = added);
}

// The orders that became released, or no longer are, and those that came after their lines; their rows are locked by
// the statement that says so.
void settle_changed_orders(const stock_tables &tables, const transition_names &names) {
  const auto rows = [&] {
    fragment changed =
        names.changed(sql("{key}, {is_released} AS upkeep_released", "key"_is = distinct_columns(tables.order_key),
                          "is_released"_is = tables.is_released("t")));
    if (!names.old_rows)
      changed = with_lines(tables, changed);
    return sql(R"sql(
      (SELECT i.*
       FROM (SELECT DISTINCT {key} FROM ({changed}) t) o
       CROSS JOIN LATERAL ({lines}) i) i
    )sql",
               "key"_is = distinct_columns(tables.order_key), "changed"_is = changed,
               "lines"_is = looked_up(tables.lines_rows, "i", tables.order_of_line));
  };
  settle_lines(tables, names.named("lines of orders"), rows);
}

// Rights of roles come and go without the plan.
void require_rights(const stock_tables &tables, Relation own) {
  const Oid owner = own->rd_rel->relowner, of_products = pg::owner_of(tables.products);
  pg::require_role_of(owner, tables.lines, tables.owner);
  pg::require_role_of(owner, tables.products, of_products);
  pg::require_role_of(tables.owner, tables.products, of_products);
  if (!tables.orders)
    return;
  const Oid of_orders = pg::owner_of(*tables.orders);
  pg::require_role_of(owner, *tables.orders, of_orders);
  pg::require_role_of(tables.owner, *tables.orders, of_orders);
}

void keep_stock(FunctionCallInfo fcinfo) {
  TriggerData &trigger = pg::require_trigger(fcinfo, stock_feature);
  require_right_time(trigger);
  if (pg::is_paused(pg::pausable::stock) || pg::is_quiet())
    return;
  const auto plan = pg::session_plan<stock_plan>(*trigger.tg_trigger, [&] { return make_stock_plan(trigger); });
  if (!plan->tables)
    return;
  const stock_tables &tables = *plan->tables;
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && !plan->has_changed(trigger))
    return;
  require_rights(tables, trigger.tg_relation);
  const transition_names names(trigger);
  pg::with_spi([&] {
    call([&] { SPI_register_trigger_data(&trigger); });
    pg::as_user(tables.owner, SECURITY_NOFORCE_RLS, [&] {
      if (plan->is_on_orders)
        settle_changed_orders(tables, names);
      else if (TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event))
        settle_truncated(tables, RelationGetRelid(trigger.tg_relation));
      else
        settle_changed_lines(trigger, *plan, names);
    });
  });
}

} // namespace

} // namespace upkeep::orders

// upkeep.stock() RETURNS trigger: on the lines and on the orders, FOR EACH STATEMENT. Errors: UK002 out of stock, 22003
// a stock too large, 39P01 a wrong trigger, 22023, 42501, 42703, 42804, 42P01 and 55000 its arguments and tables.
UPKEEP_FUNCTION(upkeep_stock) {
  return upkeep::pg::entry([=] {
    upkeep::orders::keep_stock(fcinfo);
    return Datum(0);
  });
}
