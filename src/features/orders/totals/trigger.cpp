// The trigger function upkeep.order_total(): on the lines, it computes the totals of the orders that a statement
// touched.
#include "features/orders/totals/order_totals.hpp"

#include "features/catalogue.hpp"
#include "features/empty_tables/emptied_tables.hpp"
#include "features/orders/totals/currency.hpp"
#include "features/orders/totals/orders_trigger.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/rows/collect_keys.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/rows/transition.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

constexpr const char *right_trigger =
    "AFTER INSERT, UPDATE or DELETE with transition tables, or AFTER TRUNCATE, FOR EACH STATEMENT, on the lines; "
    "BEFORE INSERT OR UPDATE, FOR EACH ROW, on the orders; with a currency_column BEFORE INSERT, FOR EACH ROW, on the "
    "lines";

// What the session remembers of the trigger on one table of lines.
struct lines_plan {
  lines_plan(order_totals totals, std::string lock, std::string write, std::string lock_one, std::string write_one,
             const std::vector<Oid> &types, std::vector<char> counted,
             std::unique_ptr<const line_currencies> currencies)
      : totals(std::move(totals)), lock(std::move(lock)), write(std::move(write)), lock_one(std::move(lock_one), types),
        write_one(std::move(write_one), types), counted(std::move(counted)), currencies(std::move(currencies)) {}

  order_totals totals;
  std::string lock, write;
  // A line or a few of one order, as a shop writes them, are not planned anew each time.
  pg::saved_query lock_one, write_one;
  std::vector<char> counted;                         // a layout
  std::unique_ptr<const line_currencies> currencies; // where the lines have one
};

// The columns of which a change counts.
std::vector<char> counted_columns(Relation lines, const order_totals &totals, const option_list &options) {
  std::vector<std::string> names = totals.link.columns;
  if (totals.line_formula)
    for (const column_formula::input &each : totals.line_formula->inputs)
      names.push_back(each.name);
  else {
    names.push_back(text_option(options, "price_column"));
    names.push_back(text_option(options, "quantity_column"));
  }
  if (totals.currency)
    names.push_back(*totals.currency);
  return pg::counted_layout(RelationGetDescr(lines), names);
}

pg::resolved_plan<lines_plan> make_lines_plan(const Trigger &trigger, Relation table) {
  const option_list options = pg::trigger_options(trigger, order_totals_feature);
  const Oid orders = other_table(options, "orders", table, RowExclusiveLock);
  const Oid whole = whole_lines(table, orders, order_totals_feature);
  std::shared_ptr<const lines_plan> plan;
  pg::with_relation(orders, [&](Relation target) {
    pg::with_relation(whole, [&](Relation lines) {
      order_totals totals = resolve_totals(options, target, lines);
      const order_link &link = totals.link;
      const pg::key_match match = match_orders(link, target, table, enable_order_totals_name);
      std::string lock = sql("SELECT FROM {orders} o WHERE {has_key} ORDER BY {keys} FOR NO KEY UPDATE",
                             "orders"_is = link.orders_name, "has_key"_is = match.condition, "keys"_is = match.order);
      std::string lock_one =
          sql("SELECT FROM {orders} o WHERE {has_key} FOR NO KEY UPDATE", "orders"_is = link.orders_name,
              "has_key"_is = one_key(target, "o", link.keys, table, link.columns));
      std::string write = totals.write(target, lines, table, link.columns);
      std::string write_one = totals.write_one(target, lines, table, link.columns);
      const std::vector<Oid> types = types_of(table, link.columns);
      std::vector<char> counted = counted_columns(table, totals, options);
      auto currencies = totals.currency ? std::make_unique<const line_currencies>(totals, target, table) : nullptr;
      plan =
          std::make_shared<const lines_plan>(std::move(totals), std::move(lock), std::move(write), std::move(lock_one),
                                             std::move(write_one), types, std::move(counted), std::move(currencies));
    });
  });
  return {plan, {{RelationGetRelid(table)}, {orders, RowExclusiveLock}, {whole, AccessShareLock}}};
}

std::shared_ptr<const lines_plan> plan_of(const TriggerData &trigger) {
  return pg::session_plan<lines_plan>(*trigger.tg_trigger,
                                      [&] { return make_lines_plan(*trigger.tg_trigger, trigger.tg_relation); });
}

void collect(const TriggerData &trigger, const lines_plan &plan, pg::key_set &keys) {
  pg::collect_keys(trigger, keys, [&] {
    const auto &counted = *reinterpret_cast<const pg::layout *>(plan.counted.data());
    return [rows = pg::row_comparer(counted, trigger.tg_relation)](
               const pg::transition &before, const pg::transition &after) { return rows.changed(before, after); };
  });
}

void require_held(const order_totals &totals, const pg::rows &offending) {
  if (offending.count() == 0)
    return;
  bool is_null = false;
  const bool is_total = DatumGetBool(offending.value(0, 3, is_null));
  total_out_of_range(totals, offending.text(0, 1).value_or(""), offending.text(0, 2).value_or(""),
                     is_total ? totals.total : *totals.lines_total);
}

// Locked in the order of their keys, so that two statements with the same orders wait for each other; then summed up by
// what everybody has committed meanwhile.
void write_totals(const lines_plan &plan, const pg::key_set &keys) {
  const std::vector<pg::parameter> arrays = keys.parameters();
  const bool is_one = keys.count() == 1;
  const std::vector<Datum> key = is_one ? key_in(arrays) : std::vector<Datum>{};
  if ((is_one ? plan.lock_one.execute(key) : pg::execute(plan.lock, arrays)).count() == 0)
    return;
  if (plan.currencies)
    plan.currencies->settle(arrays);
  const pg::marked_statement marked(pg::own_statement::total);
  require_held(plan.totals, is_one ? plan.write_one.execute(key) : pg::execute(plan.write, arrays));
}

// The lines of all shards are gone. Their orders' own triggers make their totals what they are without lines, so it
// does not matter what this writes, but that it is something else.
void empty_totals_on_shards(const order_totals &totals) {
  const pg::fragment nothing("0::pg_catalog.numeric"),
      expected = totals.total_of(nothing, order_totals::on_null::stays);
  const pg::fragment and_sum =
      totals.lines_total ? sql(", {sum} = 0", "sum"_is = pg::identifier{totals.lines_total->name}) : pg::fragment();
  pg::execute(sql(R"sql(
    UPDATE {orders} o
    SET {total} = CASE WHEN o.{total}::pg_catalog.numeric [=] 0 THEN 1 ELSE 0 END {and_sum}
    WHERE {expected} IS NOT NULL AND {differs}
  )sql",
                  "orders"_is = totals.link.orders_name, "total"_is = pg::identifier{totals.total.name},
                  "and_sum"_is = and_sum, "expected"_is = expected, "differs"_is = totals.differs(expected, nothing)));
}

// Orders that stay when empty_tables takes their lines get their totals even if they are locked.
void after_truncate_of(const order_totals &totals, Oid truncated) {
  const pg::own_statement kind = is_emptied(truncated) ? pg::own_statement::quiet : pg::own_statement::total;
  pg::with_relation(totals.link.orders, [&](Relation orders) {
    pg::with_relation(totals.link.lines,
                      [&](Relation lines) { put_totals_right(totals, orders, lines, pg::fragment("false"), kind); });
  });
}

void after_statement(const TriggerData &trigger) {
  const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  if (!TRIGGER_FIRED_AFTER(trigger.tg_event) ||
      (!truncates && !TRIGGER_FIRED_BY_INSERT(trigger.tg_event) && !trigger.tg_oldtable) ||
      (!truncates && !TRIGGER_FIRED_BY_DELETE(trigger.tg_event) && !trigger.tg_newtable))
    pg::misused_trigger(trigger, order_totals_feature, right_trigger);
  pg::with_spi([&] {
    const std::shared_ptr<const lines_plan> plan = plan_of(trigger);
    const order_link &link = plan->totals.link;
    if (truncates) {
      const Oid truncated = RelationGetRelid(trigger.tg_relation);
      link.as_owner(0, [&] {
        pg::has_shards(truncated) ? empty_totals_on_shards(plan->totals) : after_truncate_of(plan->totals, truncated);
      });
      return;
    }
    pg::key_set keys(trigger.tg_relation, link.columns, enable_order_totals_name);
    collect(trigger, *plan, keys);
    if (!keys.empty())
      link.as_owner(0, [&] { write_totals(*plan, keys); });
  });
}

Datum fire(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, order_totals_feature);
  const bool is_row = TRIGGER_FIRED_FOR_ROW(trigger.tg_event);
  if (is_row && (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || TRIGGER_FIRED_BY_DELETE(trigger.tg_event)))
    pg::misused_trigger(trigger, order_totals_feature, right_trigger);
  const bool is_idle = pg::is_paused(pg::pausable::order_totals) || pg::is_quiet();
  if (is_row && !is_idle && is_on_lines(*trigger.tg_trigger))
    return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : with_currency(trigger));
  if (is_row)
    return PointerGetDatum(is_idle ? row_written(trigger) : keep_total(fcinfo, trigger));
  if (!is_idle)
    after_statement(trigger);
  return Datum(0);
}

} // namespace

std::uint64_t put_totals_right(const order_totals &totals, Relation orders, Relation lines, const pg::fragment &but,
                               pg::own_statement kind) {
  const order_link &link = totals.link;
  std::vector<pg::fragment> arrays, keys;
  for (std::size_t i = 0; i < link.keys.size(); ++i) {
    arrays.push_back(sql("pg_catalog.array_agg(x.c{number})", "number"_is = i));
    keys.push_back(sql("o.{key} AS c{number}", "key"_is = pg::identifier{link.keys[i]}, "number"_is = i));
  }
  const pg::rows wrong = pg::execute(sql(R"sql(
    SELECT pg_catalog.count(*), {arrays}
    FROM (SELECT {keys} {from_wrong_orders} AND t.upkeep_total IS NOT NULL AND n.upkeep_sum IS NOT NULL AND NOT {but}
          ORDER BY {key_list}
          FOR NO KEY UPDATE OF o) x
  )sql",
                                         "arrays"_is = pg::joined(arrays), "keys"_is = pg::joined(keys),
                                         "from_wrong_orders"_is = totals.wrong_orders(orders, lines), "but"_is = but,
                                         "key_list"_is = link.key_list()));
  bool is_null = false;
  const auto count = static_cast<std::uint64_t>(DatumGetInt64(wrong.value(0, 1, is_null)));
  if (count == 0)
    return 0;
  const std::vector<Oid> types = types_of(orders, link.keys);
  std::vector<pg::parameter> parameters;
  for (std::size_t i = 0; i < types.size(); ++i)
    parameters.push_back(
        {call([&] { return get_array_type(types[i]); }), wrong.value(0, static_cast<int>(i) + 2, is_null)});
  const pg::marked_statement marked(kind);
  require_held(totals, pg::execute(totals.write(orders, lines, orders, link.keys), parameters));
  return count;
}

} // namespace upkeep::orders

// upkeep.order_total() RETURNS trigger: AFTER, FOR EACH STATEMENT, on the lines, and BEFORE INSERT OR UPDATE, FOR EACH
// ROW, on the orders. Errors: 39P01 a wrong trigger; 22023, 42501, 42703, 42804 and 42P01 its arguments; 22003 a total
// too large for its column, NaN or infinite.
UPKEEP_FUNCTION(upkeep_order_total) {
  return upkeep::pg::entry([=] { return upkeep::orders::fire(fcinfo); });
}
