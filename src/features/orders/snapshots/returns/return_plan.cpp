#include "features/orders/snapshots/returns/return_plan.hpp"

#include "features/catalogue.hpp"
#include "features/orders/order_link.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

AttrNumber number_of(Relation lines, const std::string &column) {
  return pg::find_column(RelationGetDescr(lines), column);
}

bool is_less_int2(Datum a, Datum b) { return DatumGetInt16(a) < DatumGetInt16(b); }
bool is_less_int4(Datum a, Datum b) { return DatumGetInt32(a) < DatumGetInt32(b); }
bool is_less_int8(Datum a, Datum b) { return DatumGetInt64(a) < DatumGetInt64(b); }
bool is_less_numeric(Datum a, Datum b) { return DatumGetBool(DirectFunctionCall2(numeric_lt, a, b)); }

bool (*less_of(Oid type))(Datum, Datum) {
  return type == INT2OID   ? is_less_int2
         : type == INT4OID ? is_less_int4
         : type == INT8OID ? is_less_int8
                           : is_less_numeric;
}

fragment rows_of(Relation whole) { return pg::own_rows_of(RelationGetRelid(whole)); }

std::vector<std::string> key_of(const return_columns &columns) {
  return columns.key ? columns.found_by() : columns.naming();
}

std::vector<std::string> with_quantity(const return_columns &columns) {
  std::vector<std::string> names = key_of(columns);
  names.push_back(columns.quantity);
  return names;
}

lookup_query lock_query(const return_columns &columns, Relation whole, Relation lines) {
  const std::vector<std::string> key = key_of(columns), naming = columns.naming();
  const auto query = [&](const fragment &condition) {
    return sql("SELECT FROM {lines} l WHERE {has_key} ORDER BY {key} FOR NO KEY UPDATE", "lines"_is = rows_of(whole),
               "has_key"_is = condition, "key"_is = pg::columns_of("l", key));
  };
  return {query(pg::match_keys(whole, "l", key, lines, naming, enable_order_snapshots_name).condition),
          query(one_key(whole, "l", key, lines, naming)), types_of(lines, naming)};
}

// `by`: the columns from which the keys were collected.
lookup_query short_query(const return_columns &columns, const std::optional<refunded_pieces> &refunds, Relation whole,
                         Relation lines, const std::vector<std::string> &by) {
  const std::vector<std::string> key = key_of(columns), naming = columns.naming();
  const auto as_json = [](const std::optional<std::string> &column, const char *alias) {
    return column
               ? sql("pg_catalog.to_jsonb({column})::pg_catalog.text", "column"_is = pg::columns_of(alias, {*column}))
               : fragment("NULL");
  };
  // A line that is gone has no refunds that count, and what was refunded alone is not looked at here.
  const fragment pieces =
      refunds ? sql("r.upkeep_pieces [+] {refunded}", "refunded"_is = refunds->all()) : sql("r.upkeep_pieces");
  const auto query = [&](const fragment &condition) {
    return sql(R"sql(
      SELECT {line}, {tenant}, {order}, pg_catalog.to_jsonb(COALESCE(l.{quantity}, 0))::pg_catalog.text,
        ({pieces})::pg_catalog.text
      FROM (SELECT {naming}, [-] pg_catalog.sum(r.{quantity}::pg_catalog.numeric) AS upkeep_pieces
            FROM {lines} r
            WHERE {has_key} AND r.{quantity} [<] 0
            GROUP BY {naming}) r
      LEFT JOIN LATERAL (SELECT l.* FROM {lines} l WHERE {same_line} OFFSET 0) l ON true
      WHERE {pieces} [>] GREATEST(l.{quantity}, 0)
      ORDER BY {naming}
      LIMIT 1
    )sql",
               "line"_is = as_json(columns.returns, "r"), "tenant"_is = as_json(columns.tenant, "r"),
               "order"_is = as_json(columns.order, "l"), "quantity"_is = pg::identifier{columns.quantity},
               "pieces"_is = pieces, "naming"_is = pg::columns_of("r", naming), "lines"_is = rows_of(whole),
               "has_key"_is = condition,
               "same_line"_is = pg::equal_keys(whole, "l", key, whole, "r", naming, enable_order_snapshots_name));
  };
  return {query(pg::match_keys(whole, "r", naming, lines, by, enable_order_snapshots_name).condition),
          query(one_key(whole, "r", naming, lines, by)), types_of(lines, by)};
}

// Whether a foreign key keeps lines that were returned, whatever it does instead. A MERGE that moves a line to another
// partition deletes it, and may insert it with fewer pieces.
bool keeps_named(const return_columns &columns, Relation whole) {
  if (whole->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
    return false;
  const Oid table = RelationGetRelid(whole);
  return pg::referenced_table(whole, columns.naming()) == table ||
         pg::referenced_table(whole, {columns.returns}) == table;
}

// The currency of a line: its own, or that which it will get from its order.
fragment currency_of(const char *alias, const std::string &column, const order_link &link, Relation orders,
                     Relation lines) {
  return sql("COALESCE({alias}.{column}, (SELECT o.{column} FROM {orders} o WHERE {same_order}))::pg_catalog.text",
             "alias"_is = fragment(alias), "column"_is = pg::identifier{column}, "orders"_is = link.orders_name,
             "same_order"_is =
                 pg::equal_keys(orders, "o", link.keys, lines, alias, link.columns, enable_order_snapshots_name));
}

// Totals say in which column lines have a currency. Adds the orders to the tables that the plan looks at.
std::unique_ptr<pg::saved_query> currency_query(const TriggerData &fired, const return_columns &columns, Relation whole,
                                                std::vector<pg::planned_table> &tables) {
  Relation lines = fired.tg_relation;
  const Trigger *totals = trigger_of(lines, order_totals_feature);
  if (!totals || !fired.tg_trigger->tgnewtable || !columns.key)
    return nullptr;
  const option_list options = pg::trigger_options(*totals, order_totals_feature);
  const std::string *currency = find_option(options, "currency_column");
  if (!currency)
    return nullptr;
  const Oid table = other_table(options, "orders", lines, AccessShareLock);
  tables.push_back({table, AccessShareLock});
  std::unique_ptr<pg::saved_query> query;
  pg::with_relation(table, [&](Relation orders) {
    const order_link link = resolve_link(options, orders, lines, enable_order_snapshots_name);
    const fragment of_line = currency_of("l", *currency, link, orders, lines),
                   of_return = currency_of("n", *currency, link, orders, lines);
    query = std::make_unique<pg::saved_query>(
        sql(R"sql(
          SELECT pg_catalog.to_jsonb(n.{returns})::pg_catalog.text, {of_line}, {of_return}
          FROM {added} n
          CROSS JOIN LATERAL (SELECT l.* FROM {lines} l WHERE {same_line} OFFSET 0) l
          WHERE n.{returns} IS NOT NULL AND {of_line} [<>] {of_return}
          LIMIT 1
        )sql",
            "returns"_is = pg::identifier{columns.returns}, "of_line"_is = of_line, "of_return"_is = of_return,
            "added"_is = pg::identifier{fired.tg_trigger->tgnewtable}, "lines"_is = rows_of(whole),
            "same_line"_is = pg::equal_keys(whole, "l", columns.found_by(), lines, "n", columns.naming(),
                                            enable_order_snapshots_name)),
        std::vector<Oid>{}, pg::access::by_index);
  });
  return query;
}

} // namespace

return_plan::return_plan(return_columns given, const std::optional<refunded_pieces> &refunds, Relation whole,
                         Relation lines)
    : columns(std::move(given)), owner(whole->rd_rel->relowner), table(pg::table_name(whole)),
      returns(number_of(lines, columns.returns)), quantity(number_of(lines, columns.quantity)),
      has_reference(keeps_named(columns, whole)),
      counted(pg::counted_layout(RelationGetDescr(lines), with_quantity(columns))),
      keys(pg::counted_layout(RelationGetDescr(lines), key_of(columns))),
      is_less(less_of(pg::column_info(lines, quantity).type)), lock(lock_query(columns, whole, lines)),
      short_of_returned(short_query(columns, refunds, whole, lines, columns.naming())),
      short_of_reduced(short_query(columns, refunds, whole, lines, key_of(columns))) {}

fragment return_plan::pieces_in(const fragment &rows) const {
  const auto is = [](const std::string &column, const char *json) {
    return sql("pg_catalog.to_jsonb(t.{column})::pg_catalog.text [=] {json}", "column"_is = pg::identifier{column},
               "json"_is = fragment(json));
  };
  return sql("(SELECT COALESCE([-] pg_catalog.sum(t.{quantity}::pg_catalog.numeric), 0) FROM {rows} t WHERE {same})",
             "quantity"_is = pg::identifier{columns.quantity}, "rows"_is = rows,
             "same"_is = columns.tenant ? sql("{key} AND {tenant}", "key"_is = is(columns.returns, "$1"),
                                              "tenant"_is = is(*columns.tenant, "$2"))
                                        : is(columns.returns, "$1"));
}

pg::resolved_plan<return_plan> make_return_plan(const TriggerData &fired) {
  Relation lines = fired.tg_relation;
  const option_list options = pg::trigger_options(*fired.tg_trigger, order_snapshots_feature);
  const Oid all = pg::topmost(RelationGetRelid(lines));
  std::vector<pg::planned_table> tables{{RelationGetRelid(lines)}};
  if (all != RelationGetRelid(lines)) {
    call([=] { LockRelationOid(all, AccessShareLock); });
    pg::require_role_of(lines->rd_rel->relowner, all, pg::owner_of(all));
    tables.push_back({all, AccessShareLock});
  }
  std::shared_ptr<return_plan> plan;
  pg::with_spi([&] {
    pg::with_relation(all, [&](Relation whole) {
      std::optional<return_columns> columns = resolve_returns(options, whole);
      if (!columns)
        throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                    .message = fmt::format("trigger \"{}\" of \"{}\" names no returns_column", fired.tg_trigger->tgname,
                                           pg::table_name(lines)),
                    .hint = "Call upkeep.enable_order_snapshots() again."};
      const std::optional<refunded_pieces> refunds = refunded_pieces_of(whole, "l");
      if (refunds)
        tables.push_back({refunds->refunds(), AccessShareLock});
      plan = std::make_shared<return_plan>(std::move(*columns), refunds, whole, lines);
      plan->other_currency = currency_query(fired, plan->columns, whole, tables);
    });
  });
  return {plan, tables};
}

} // namespace upkeep::orders
