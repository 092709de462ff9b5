// The trigger function upkeep.stock(): which lines a statement concerns, and what those have taken so far.
#include "features/orders/stock/stock_tables.hpp"

#include "features/catalogue.hpp"
#include "features/orders/stock/settle.hpp"
#include "features/orders/stock/stock_lines.hpp"
#include "features/orders/stock/stock_memory.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/column_info.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/rows/row_comparer.hpp"
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

// t.a, t.b: each column once.
fragment distinct_columns(const std::vector<std::string> &names) {
  std::vector<std::string> distinct;
  for (const std::string &name : names)
    if (std::find(distinct.begin(), distinct.end(), name) == distinct.end())
      distinct.push_back(name);
  return pg::columns_of("t", distinct);
}

// The columns of a line on which depends what it takes, without the quantity and what is taken.
std::vector<std::string> keys_of_line(const stock_tables &tables) {
  std::vector<std::string> names = tables.line_columns;
  names.insert(names.end(), tables.product_columns.begin(), tables.product_columns.end());
  names.insert(names.end(), tables.order_columns.begin(), tables.order_columns.end());
  return names;
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

// Rows t, whose taken_column counts, or counts with the other sign: a statement that changes the column has taken
// nothing by that.
struct taken_source {
  fragment rows;
  bool is_negative = false;
};

// What the taken_column of rows says, for each product.
fragment taken_query(const stock_tables &tables, std::span<const taken_source> sources) {
  std::vector<fragment> all;
  for (const auto &[rows, is_negative] : sources)
    all.push_back(sql("SELECT {columns}, {sign} t.{taken}::pg_catalog.numeric AS upkeep_taken FROM {rows}",
                      "columns"_is = distinct_columns(tables.product_columns),
                      "sign"_is = is_negative ? sql("[-]") : fragment(), "taken"_is = *tables.taken, "rows"_is = rows));
  return sql(R"sql(
    SELECT pg_catalog.array_agg(s.product), pg_catalog.array_agg(s.taken)
    FROM (SELECT {product} AS product, pg_catalog.sum(i.upkeep_taken) AS taken
          FROM ({all}) i
          CROSS JOIN LATERAL ({product_of_line}) p
          GROUP BY 1) s
  )sql",
             "product"_is = tables.product.of("p"), "all"_is = pg::joined(all, " UNION ALL "),
             "product_of_line"_is = looked_up(tables.products_rows, "p", tables.product_of_line));
}

stock_lines taken_in(const pg::rows &found) {
  return {{}, array_in(found, 1, TEXTOID), array_in(found, 2, NUMERICOID)};
}

fragment current_rows(const stock_tables &tables) {
  return sql("pg_catalog.unnest($1) AS k(line) CROSS JOIN LATERAL ({lines}) t",
             "lines"_is = looked_up(tables.lines_rows, "t", tables.line.equals("t", "k.line")));
}

// What the lines have taken before the statement.
stock_lines taken_before(const stock_tables &tables, const transition_names &names, const pg::parameter &lines) {
  return taken_in(execute_latest(tables, names.named("taken"), {&lines, 1}, [&] {
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

void settle_changed_lines(const stock_tables &tables, const transition_names &names) {
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
  // A new line has taken nothing, and its own column has to say so.
  const settled_lines lines = lines_to_settle(tables, names.named("lines"), rows, "k", !tables.taken || names.old_rows);
  if (lines.lines.is_null)
    return;
  settle_stock(tables, lines,
               tables.taken ? taken_before(tables, names, lines.lines) : remembered_stock(tables, lines.lines), false);
}

// Each partition that is truncated fires its own trigger.
void settle_truncated(const stock_tables &tables, Oid truncated) {
  const fragment rows = sql("ONLY {truncated}", "truncated"_is = pg::table{truncated});
  const pg::rows found = execute_latest(sql("SELECT pg_catalog.array_agg(DISTINCT {line}) FROM {rows} i",
                                            "line"_is = tables.line.of("i"), "rows"_is = rows));
  const settled_lines lines{array_in(found, 1, TEXTOID), {no_array(TEXTOID), no_array(TEXTOID), no_array(NUMERICOID)}};
  if (lines.lines.is_null)
    return;
  const taken_source sources[] = {{sql("{rows} t", "rows"_is = rows)}};
  settle_stock(tables, lines,
               tables.taken ? taken_in(execute_latest(taken_query(tables, sources)))
                            : remembered_stock(tables, lines.lines),
               true);
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
  const settled_lines lines = lines_to_settle(tables, names.named("lines of orders"), rows, "i", true);
  if (lines.lines.is_null)
    return;
  if (!tables.taken)
    return settle_stock(tables, lines, remembered_stock(tables, lines.lines), false);
  const pg::rows taken = execute_latest(tables, "taken", {&lines.lines, 1}, [&] {
    const taken_source sources[] = {{current_rows(tables)}};
    return taken_query(tables, sources);
  });
  settle_stock(tables, lines, taken_in(taken), false);
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

// Which statuses release an order.
struct order_release {
  AttrNumber status;
  Oid output;     // the function that makes it a text
  bool is_padded; // with blanks, which a text has not
  std::vector<std::string> released;

  bool operator()(TupleTableSlot *order) const {
    bool is_null = false;
    const Datum value = call([&] { return slot_getattr(order, status, &is_null); });
    if (is_null)
      return false;
    std::string text = pg::string_from([=, this] { return OidOutputFunctionCall(output, value); });
    if (is_padded)
      text.resize(text.find_last_not_of(' ') + 1);
    return std::find(released.begin(), released.end(), text) != released.end();
  }
};

// What the session remembers of a trigger.
struct stock_plan {
  bool is_on_orders;
  std::optional<stock_tables> tables; // nullopt: new orders, none of which can have lines yet
  std::vector<char> counted;          // a layout: the columns of which a change counts, but for the status
  order_release release = {};         // on orders
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

order_release release_of(Relation orders, const option_list &options) {
  const pg::column_info status(orders,
                               pg::require_column(orders, text_option(options, "status_column"), "enable_stock"));
  Oid output = InvalidOid;
  bool is_varlena = false;
  call([&] { getTypeOutputInfo(status.type, &output, &is_varlena); });
  return {status.number, output, status.type == BPCHAROID, pg::list_option(options, "released")};
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
    return {std::make_shared<const stock_plan>(stock_plan{is_on_orders, std::nullopt, {}}), planned};
  }
  planned.push_back({is_on_orders ? *tables.orders : tables.lines, RowExclusiveLock});
  planned.push_back({tables.products, RowExclusiveLock});
  if (is_on_orders)
    planned.push_back({tables.lines, RowExclusiveLock});
  else if (tables.orders)
    planned.push_back({*tables.orders, RowExclusiveLock});
  tables.statements = std::make_shared<stock_statements>();
  const option_list options = pg::trigger_options(trigger, stock_feature);
  TupleDesc descriptor = RelationGetDescr(own);
  std::vector<std::string> names = is_on_orders ? tables.order_key : keys_of_line(tables);
  order_release release{};
  if (is_on_orders)
    release = release_of(own, options);
  else {
    names.push_back(text_option(options, "quantity_column"));
    if (const std::string *taken = find_option(options, "taken_column"))
      names.push_back(*taken);
  }
  return {std::make_shared<const stock_plan>(
              stock_plan{is_on_orders, std::move(tables), pg::counted_layout(descriptor, names), std::move(release)}),
          planned};
}

// Whether an UPDATE has changed anything of which stock depends.
bool has_changed(const TriggerData &trigger, const stock_plan &plan) {
  const auto &counted = *reinterpret_cast<const pg::layout *>(plan.counted.data());
  pg::transition before(trigger.tg_oldtable, trigger.tg_relation), after(trigger.tg_newtable, trigger.tg_relation);
  // Where a trigger swallowed a row that was to move to another partition, the rows are not in pairs.
  bool found = before.count() != after.count();
  const pg::row_comparer rows(counted, trigger.tg_relation);
  while (!found && before.next() && after.next())
    found =
        rows.changed(before, after) || (plan.is_on_orders && plan.release(before.row()) != plan.release(after.row()));
  before.close();
  after.close();
  return found;
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
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && !has_changed(trigger, *plan))
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
