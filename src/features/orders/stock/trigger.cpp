// The trigger function upkeep.stock(): which lines a statement concerns, and what those have taken so far.
#include "features/orders/stock/stock_tables.hpp"

#include "features/catalogue.hpp"
#include "features/orders/stock/settle.hpp"
#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
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

// t.a, t.b: each column once.
fragment distinct_columns(const std::vector<std::string> &names) {
  std::vector<std::string> distinct;
  for (const std::string &name : names)
    if (std::find(distinct.begin(), distinct.end(), name) == distinct.end())
      distinct.push_back(name);
  return pg::columns_of("t", distinct);
}

// The columns of a line on which depends what it takes.
fragment columns_that_count(const stock_tables &tables) {
  std::vector<std::string> names = tables.line_columns;
  names.insert(names.end(), tables.product_columns.begin(), tables.product_columns.end());
  names.insert(names.end(), tables.order_columns.begin(), tables.order_columns.end());
  return sql("{columns}, t.{quantity} AS upkeep_quantity {taken}", "columns"_is = distinct_columns(names),
             "quantity"_is = tables.quantity,
             "taken"_is = tables.taken ? sql(", t.{taken} AS upkeep_taken", "taken"_is = *tables.taken) : fragment());
}

pg::parameter keys_of_lines(const stock_tables &tables, const fragment &source) {
  const pg::rows found = execute_latest(sql("SELECT pg_catalog.array_agg(DISTINCT {line}) FROM {source}",
                                            "line"_is = tables.line.of("i"), "source"_is = source));
  return array_in(found, 1, TEXTOID);
}

// Before anything is read, so that a line that is added cannot race the release of its order.
void lock_orders(const stock_tables &tables, const fragment &changed) {
  execute_latest(sql(R"sql(
    SELECT FROM {orders} o
    WHERE EXISTS (SELECT FROM ({changed}) i WHERE {order_of_line})
    ORDER BY {key}
    FOR NO KEY UPDATE OF o
  )sql",
                     "orders"_is = tables.orders_rows, "changed"_is = changed,
                     "order_of_line"_is = tables.order_of_line, "key"_is = tables.order.order("o")));
}

// Rows t, whose taken_column counts, or counts with the other sign: a statement that changes the column has taken
// nothing by that.
struct taken_source {
  fragment rows;
  bool is_negative = false;
};

// What the taken_column of rows says, for each product.
stock_lines taken_of(const stock_tables &tables, std::span<const taken_source> sources,
                     std::span<const pg::parameter> parameters) {
  std::vector<fragment> all;
  for (const auto &[rows, is_negative] : sources)
    all.push_back(sql("SELECT {columns}, {sign} t.{taken}::pg_catalog.numeric AS upkeep_taken FROM {rows}",
                      "columns"_is = distinct_columns(tables.product_columns),
                      "sign"_is = is_negative ? sql("[-]") : fragment(), "taken"_is = *tables.taken, "rows"_is = rows));
  const pg::rows found =
      execute_latest(sql(R"sql(
    SELECT pg_catalog.array_agg(s.product), pg_catalog.array_agg(s.taken)
    FROM (SELECT {product} AS product, pg_catalog.sum(i.upkeep_taken) AS taken
          FROM ({all}) i
          JOIN {products} p ON {product_of_line}
          GROUP BY 1) s
  )sql",
                         "product"_is = tables.product.of("p"), "all"_is = pg::joined(all, " UNION ALL "),
                         "products"_is = tables.products_rows, "product_of_line"_is = tables.product_of_line),
                     parameters);
  return {{}, array_in(found, 1, TEXTOID), array_in(found, 2, NUMERICOID)};
}

fragment current_rows(const stock_tables &tables) {
  return sql("pg_catalog.unnest($1) AS k(line) JOIN {lines} t ON {has_key}", "lines"_is = tables.lines_rows,
             "has_key"_is = tables.line.equals("t", "k.line"));
}

void settle_changed_lines(const stock_tables &tables, const transition_names &names) {
  const fragment changed = names.changed(columns_that_count(tables));
  const pg::parameter written = keys_of_lines(tables, sql("({changed}) i", "changed"_is = changed));
  if (written.is_null)
    return;
  if (tables.orders)
    lock_orders(tables, changed);
  // A new line has taken nothing, and its own column has to say so.
  const pg::parameter lines = tables.taken && !names.old_rows ? written : lines_to_settle(tables, written);
  if (lines.is_null)
    return;
  if (!tables.taken)
    return settle_stock(tables, lines, remembered_stock(tables, lines), false);
  const auto settled = [&](const fragment &rows) {
    return sql("{rows} t WHERE {line} [=] ANY ($1)", "rows"_is = rows, "line"_is = tables.line.of("t"));
  };
  std::vector<taken_source> sources{{current_rows(tables)}};
  if (names.old_rows)
    sources.push_back({settled(*names.old_rows)});
  if (names.new_rows)
    sources.push_back({settled(*names.new_rows), true});
  settle_stock(tables, lines, taken_of(tables, sources, {&lines, 1}), false);
}

// Each partition that is truncated fires its own trigger.
void settle_truncated(const stock_tables &tables, Oid truncated) {
  const fragment rows = sql("ONLY {truncated}", "truncated"_is = pg::table{truncated});
  const pg::parameter lines = keys_of_lines(tables, sql("{rows} i", "rows"_is = rows));
  if (lines.is_null)
    return;
  const taken_source sources[] = {{sql("{rows} t", "rows"_is = rows)}};
  settle_stock(tables, lines, tables.taken ? taken_of(tables, sources, {}) : remembered_stock(tables, lines), true);
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
  fragment changed =
      names.changed(sql("{key}, {is_released} AS upkeep_released", "key"_is = distinct_columns(tables.order_key),
                        "is_released"_is = tables.is_released("t")));
  if (!names.old_rows)
    changed = with_lines(tables, changed);
  if (execute_latest(sql("SELECT FROM ({changed}) o LIMIT 1", "changed"_is = changed)).count() == 0)
    return;
  const pg::parameter found = keys_of_lines(
      tables, sql("{lines} i WHERE EXISTS (SELECT FROM ({changed}) o WHERE {order_of_line})",
                  "lines"_is = tables.lines_rows, "changed"_is = changed, "order_of_line"_is = tables.order_of_line));
  if (found.is_null)
    return;
  const pg::parameter lines = lines_to_settle(tables, found);
  if (lines.is_null)
    return;
  const taken_source sources[] = {{current_rows(tables)}};
  settle_stock(tables, lines, tables.taken ? taken_of(tables, sources, {&lines, 1}) : remembered_stock(tables, lines),
               false);
}

// The tables of a trigger, on the lines or on the orders.
stock_tables tables_of(const Trigger &trigger, Relation own) {
  const option_list options = pg::trigger_options(trigger, stock_feature);
  const Oid table = pg::topmost(RelationGetRelid(own));
  if (table != RelationGetRelid(own)) {
    call([=] { LockRelationOid(table, RowExclusiveLock); });
    pg::require_role_of(own->rd_rel->relowner, table, pg::owner_of(table));
  }
  const Oid products = other_table(options, "products", own, RowExclusiveLock);
  if (find_option(options, "order_items"))
    return resolve_stock(options, other_table(options, "order_items", own, RowExclusiveLock), products, table);
  std::optional<Oid> orders;
  if (find_option(options, "orders"))
    orders = other_table(options, "orders", own, RowExclusiveLock);
  return resolve_stock(options, table, products, orders);
}

// What the session remembers of a trigger.
struct stock_plan {
  bool is_on_orders;
  std::optional<stock_tables> tables; // nullopt: new orders, none of which can have lines yet
};

// Whether the rows that fire the trigger, new orders for instance, can have lines already. Most tables have a foreign
// key that rules it out.
bool may_have_lines(const Trigger &trigger, Relation own, const stock_tables &tables) {
  // A MERGE that moves an order to another partition inserts one that has its lines.
  if (!TRIGGER_FOR_INSERT(trigger.tgtype) || own->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
    return true;
  bool may = false;
  pg::with_spi([&] { may = lines_may_come_first(tables); });
  return may;
}

pg::resolved_plan<stock_plan> make_plan(const TriggerData &fired) {
  const Trigger &trigger = *fired.tg_trigger;
  Relation own = fired.tg_relation;
  const bool is_on_orders = find_option(pg::trigger_options(trigger, stock_feature), "order_items");
  if (is_on_orders && !TRIGGER_FOR_INSERT(trigger.tgtype) && !TRIGGER_FOR_UPDATE(trigger.tgtype))
    pg::misused_trigger(fired, stock_feature, "AFTER INSERT or UPDATE with transition tables, FOR EACH STATEMENT");
  stock_tables tables = tables_of(trigger, own);
  std::vector<pg::planned_table> planned{{RelationGetRelid(own)}};
  // A statement that only adds an order must not keep anyone from altering the other tables.
  if (is_on_orders && !may_have_lines(trigger, own, tables)) {
    planned.push_back({*tables.orders});
    planned.push_back({tables.lines});
    return {std::make_shared<const stock_plan>(is_on_orders, std::nullopt), planned};
  }
  planned.push_back({is_on_orders ? *tables.orders : tables.lines, RowExclusiveLock});
  planned.push_back({tables.products, RowExclusiveLock});
  if (is_on_orders)
    planned.push_back({tables.lines, RowExclusiveLock});
  else if (tables.orders)
    planned.push_back({*tables.orders, RowExclusiveLock});
  return {std::make_shared<const stock_plan>(is_on_orders, std::move(tables)), planned};
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
  const auto plan = pg::session_plan<stock_plan>(*trigger.tg_trigger, [&] { return make_plan(trigger); });
  if (!plan->tables)
    return;
  const stock_tables &tables = *plan->tables;
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
        settle_changed_lines(tables, names);
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
