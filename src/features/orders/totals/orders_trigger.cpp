#include "features/orders/totals/orders_trigger.hpp"

#include "features/catalogue.hpp"
#include "features/orders/totals/order_totals.hpp"
#include "features/trigger_options.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// What the session remembers of the trigger on the orders.
struct orders_plan {
  orders_plan(order_totals totals, std::string sum, std::vector<Oid> types, std::vector<AttrNumber> keys,
              bool starts_empty)
      : totals(std::move(totals)), sum(std::move(sum), std::move(types)), keys(std::move(keys)),
        starts_empty(starts_empty) {}

  order_totals totals;
  pg::saved_query sum; // of the lines with the key $1, ...
  std::vector<AttrNumber> keys;
  bool starts_empty; // a new order can have no lines yet
};

// What one statement needs.
struct statement_work {
  std::shared_ptr<const orders_plan> plan;
  AttrNumber total;
  bool by_value;
  Datum zero = 0;
  void *domain_cache = nullptr;
  std::uint64_t plans_dropped_before = pg::dropped_plans;
};

// The sum as the column would hold it, NULL where it cannot, and the sum itself as text.
pg::fragment sum_query(const order_totals &totals, Relation orders, Relation lines) {
  const order_link &link = totals.link;
  return pg::sql(R"sql(
    SELECT CASE WHEN {holds} THEN s.upkeep_total::{type} END, s.upkeep_total::pg_catalog.text
    FROM (SELECT {sum} AS upkeep_total FROM {lines} l WHERE {has_key}) s
  )sql",
                 "holds"_is = totals.total.holds(pg::sql("s.upkeep_total")), "type"_is = totals.total.sql_type(),
                 "sum"_is = totals.sum, "lines"_is = link.lines_name,
                 "has_key"_is = one_key(lines, "l", link.columns, orders, link.keys));
}

pg::resolved_plan<orders_plan> make_orders_plan(const Trigger &trigger, Relation orders) {
  const option_list options = pg::trigger_options(trigger, order_totals_feature);
  const Oid table = other_table(options, "order_items", orders, AccessShareLock);
  std::shared_ptr<const orders_plan> plan;
  pg::with_relation(table, [&](Relation lines) {
    order_totals totals = resolve_totals(options, orders, lines);
    std::vector<Oid> types = types_of(orders, totals.link.keys);
    std::vector<AttrNumber> keys;
    for (const std::string &key : totals.link.keys)
      keys.push_back(pg::find_column(RelationGetDescr(orders), key));
    bool starts_empty = false;
    pg::with_spi(
        [&] { starts_empty = forbids_lines_without_order(orders, totals.link.keys, lines, totals.link.columns); });
    std::string sum = sum_query(totals, orders, lines);
    plan = std::make_shared<const orders_plan>(std::move(totals), std::move(sum), std::move(types), std::move(keys),
                                               starts_empty);
  });
  return {plan, {{RelationGetRelid(orders)}, {table}}};
}

statement_work &work_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  if (auto *known = static_cast<statement_work *>(fcinfo->flinfo->fn_extra);
      known && known->plans_dropped_before == pg::dropped_plans)
    return *known;
  const auto plan = pg::session_plan<orders_plan>(
      *trigger.tg_trigger, [&] { return make_orders_plan(*trigger.tg_trigger, trigger.tg_relation); });
  const total_column &total = plan->totals.total;
  auto &work = pg::make_in<statement_work>(fcinfo->flinfo->fn_mcxt,
                                           statement_work{plan, total.number, total.base_type != NUMERICOID});
  {
    const pg::within room(fcinfo->flinfo->fn_mcxt);
    work.zero = call([&] {
      Oid input, parameter;
      getTypeInputInfo(total.base_type, &input, &parameter);
      return OidInputFunctionCall(input, const_cast<char *>("0"), parameter, total.modifier);
    });
  }
  fcinfo->flinfo->fn_extra = &work;
  return work;
}

std::string key_text(const orders_plan &plan, const TriggerData &trigger, std::span<const Datum> keys) {
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Oid type = TupleDescAttr(RelationGetDescr(trigger.tg_relation), plan.keys[i] - 1)->atttypid;
    text += (i ? ", " : "") + pg::string_from([&] {
              Oid output;
              bool is_varlena;
              getTypeOutputInfo(type, &output, &is_varlena);
              return OidOutputFunctionCall(output, keys[i]);
            });
  }
  return text;
}

// What the lines of an order say now, in the memory of the caller. A row that is updated is locked already.
Datum sum_of_lines(FunctionCallInfo fcinfo, const TriggerData &trigger, HeapTuple row) {
  // Once the lines are locked, anyone who was altering them is done, and other lines may have their name.
  const Oid lines = work_of(fcinfo, trigger).plan->totals.link.lines;
  call([=] { LockRelationOid(lines, AccessShareLock); });
  const statement_work &work = work_of(fcinfo, trigger);
  const orders_plan &plan = *work.plan;
  std::vector<Datum> keys;
  for (const AttrNumber key : plan.keys) {
    bool is_null = false;
    keys.push_back(call([&] { return heap_getattr(row, key, RelationGetDescr(trigger.tg_relation), &is_null); }));
    if (is_null)
      return work.zero;
  }
  Datum sum = 0;
  pg::with_spi([&] {
    plan.totals.link.as_owner(0, [&] {
      const pg::rows found = plan.sum.execute(keys);
      bool is_null = false;
      const Datum value = found.value(0, 1, is_null);
      if (is_null)
        total_out_of_range(plan.totals, key_text(plan, trigger, keys), found.text(0, 2).value_or(""));
      sum = call([&] { return SPI_datumTransfer(value, work.by_value, work.by_value ? 8 : -1); });
    });
  });
  return sum;
}

HeapTuple with_total(FunctionCallInfo fcinfo, const TriggerData &trigger, statement_work &work, HeapTuple row,
                     Datum total) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  bool is_null = false;
  int column = work.total;
  const Datum given = heap_getattr(row, work.total, descriptor, &is_null);
  const Oid domain = work.plan->totals.total.domain;
  if (OidIsValid(domain))
    domain_check(total, false, domain, &work.domain_cache, fcinfo->flinfo->fn_mcxt);
  if (!is_null && datum_image_eq(given, total, work.by_value, work.by_value ? 8 : -1))
    return row;
  is_null = false;
  return heap_modify_tuple_by_cols(row, descriptor, 1, &column, &total, &is_null);
}

bool changes(const TriggerData &trigger, AttrNumber column) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column - 1);
  bool was_null = false, is_null = false;
  const Datum before = heap_getattr(trigger.tg_trigtuple, column, descriptor, &was_null);
  const Datum after = heap_getattr(trigger.tg_newtuple, column, descriptor, &is_null);
  return was_null || is_null ? was_null != is_null
                             : !datum_image_eq(before, after, attribute.attbyval, attribute.attlen);
}

// Whether the order has another total now, or, by another key, other lines.
bool needs_sum(const TriggerData &trigger, const statement_work &work) {
  if (changes(trigger, work.total))
    return true;
  for (const AttrNumber key : work.plan->keys)
    if (changes(trigger, key))
      return true;
  return false;
}

} // namespace

// Once a row: nothing here may need a destructor when PostgreSQL raises.
HeapTuple keep_total(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  statement_work &work = work_of(fcinfo, trigger);
  const HeapTuple row = row_written(trigger);
  if (!TRIGGER_FIRED_BY_UPDATE(trigger.tg_event))
    return with_total(fcinfo, trigger, work, row,
                      work.plan->starts_empty ? work.zero : sum_of_lines(fcinfo, trigger, row));
  if (pg::is_fired_by(pg::own_statement::total) || !needs_sum(trigger, work))
    return row;
  return with_total(fcinfo, trigger, work, row, sum_of_lines(fcinfo, trigger, row));
}

} // namespace upkeep::orders
