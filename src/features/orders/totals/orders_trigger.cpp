#include "features/orders/totals/orders_trigger.hpp"

#include "features/catalogue.hpp"
#include "features/orders/totals/currency.hpp"
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
              bool starts_empty, std::unique_ptr<const order_currency> currency)
      : totals(std::move(totals)), sum(std::move(sum), std::move(types)), keys(std::move(keys)),
        starts_empty(starts_empty), currency(std::move(currency)) {
    watched.push_back(this->totals.total.number);
    if (this->totals.lines_total)
      watched.push_back(this->totals.lines_total->number);
    if (this->totals.total_formula)
      for (const column_formula::input &each : this->totals.total_formula->inputs)
        if (each.number)
          watched.push_back(each.number);
  }

  order_totals totals;
  pg::saved_query sum; // of the lines with the key $1, ...
  std::vector<AttrNumber> keys;
  std::vector<AttrNumber> watched; // besides the keys: what is kept, and what the total is made of
  bool starts_empty;               // a new order can have no lines yet
  std::unique_ptr<const order_currency> currency;
};

// What one statement needs.
struct statement_work {
  std::shared_ptr<const orders_plan> plan;
  Datum nothing = 0; // a numeric
  void *domain_caches[2] = {};
  std::uint64_t plans_dropped_before = pg::dropped_plans;
};

pg::fragment sum_query(const order_totals &totals, Relation orders, Relation lines) {
  const order_link &link = totals.link;
  return pg::sql("SELECT {sum}::pg_catalog.numeric FROM {lines} l WHERE {has_key}",
                 "sum"_is = totals.sum(order_totals::on_null::raises), "lines"_is = link.lines_name,
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
    auto currency = totals.currency ? std::make_unique<const order_currency>(totals, orders, lines) : nullptr;
    plan = std::make_shared<const orders_plan>(std::move(totals), std::move(sum), std::move(types), std::move(keys),
                                               starts_empty, std::move(currency));
  });
  return {plan, {{RelationGetRelid(orders)}, {table}}};
}

statement_work &work_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  if (auto *known = static_cast<statement_work *>(fcinfo->flinfo->fn_extra);
      known && known->plans_dropped_before == pg::dropped_plans)
    return *known;
  const auto plan = pg::session_plan<orders_plan>(
      *trigger.tg_trigger, [&] { return make_orders_plan(*trigger.tg_trigger, trigger.tg_relation); });
  auto &work = pg::make_in<statement_work>(fcinfo->flinfo->fn_mcxt, statement_work{plan});
  {
    const pg::within room(fcinfo->flinfo->fn_mcxt);
    work.nothing = call([] { return NumericGetDatum(int64_to_numeric(0)); });
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

std::vector<Datum> keys_of(const orders_plan &plan, const TriggerData &trigger, HeapTuple row) {
  std::vector<Datum> keys;
  for (const AttrNumber key : plan.keys) {
    bool is_null = false;
    keys.push_back(call([&] { return heap_getattr(row, key, RelationGetDescr(trigger.tg_relation), &is_null); }));
    if (is_null)
      return {};
  }
  return keys;
}

// What the lines of an order say now, a numeric in the memory of the caller. A row that is updated is locked already.
Datum sum_of_lines(FunctionCallInfo fcinfo, const TriggerData &trigger, HeapTuple row) {
  // Once the lines are locked, anyone who was altering them is done, and other lines may have their name.
  const Oid lines = work_of(fcinfo, trigger).plan->totals.link.lines;
  call([=] { LockRelationOid(lines, AccessShareLock); });
  const statement_work &work = work_of(fcinfo, trigger);
  const orders_plan &plan = *work.plan;
  const std::vector<Datum> keys = keys_of(plan, trigger, row);
  if (keys.empty())
    return work.nothing;
  Datum sum = 0;
  pg::with_spi([&] {
    plan.totals.link.as_owner(0, [&] {
      bool is_null = false;
      const Datum value = plan.sum.execute(keys).value(0, 1, is_null);
      sum = call([&] { return SPI_datumTransfer(value, false, -1); });
    });
  });
  return sum;
}

// A column of a row as the formula takes it.
decimal read_input(const TriggerData &trigger, HeapTuple row, const column_formula::input &input, Datum sum) {
  decimal number = decimal::null();
  pg::number_kind kind = pg::number_kind::finite;
  call([&] {
    bool is_null = false;
    const Datum value =
        input.number ? heap_getattr(row, input.number, RelationGetDescr(trigger.tg_relation), &is_null) : sum;
    if (!is_null)
      kind = pg::read_number(value, input.type, number);
  });
  if (kind != pg::number_kind::finite)
    pg::not_finite(kind, fmt::format("\"{}\"", input.name));
  return number;
}

Datum total_of(const orders_plan &plan, const TriggerData &trigger, HeapTuple row, Datum sum) {
  const std::optional<column_formula> &formula = plan.totals.total_formula;
  if (!formula)
    return sum;
  std::vector<decimal> inputs;
  for (const column_formula::input &each : formula->inputs)
    inputs.push_back(read_input(trigger, row, each, sum));
  return amount_of(formula->formula, inputs,
                   fmt::format("total of an order of \"{}\"", pg::table_name(trigger.tg_relation)));
}

Datum stored(const orders_plan &plan, const TriggerData &trigger, HeapTuple row, const total_column &column,
             Datum amount) {
  const std::optional<Datum> value = column.stored(amount);
  if (!value)
    total_out_of_range(plan.totals, key_text(plan, trigger, keys_of(plan, trigger, row)),
                       pg::string_from([=] { return DatumGetCString(DirectFunctionCall1(numeric_out, amount)); }),
                       column);
  return *value;
}

// The row with the value in the column.
HeapTuple with_value(FunctionCallInfo fcinfo, const TriggerData &trigger, HeapTuple row, const total_column &column,
                     Datum value, void **domain_cache) {
  return call([&] {
    TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
    bool is_null = false;
    int number = column.number;
    const Datum given = heap_getattr(row, column.number, descriptor, &is_null);
    if (OidIsValid(column.domain))
      domain_check(value, false, column.domain, domain_cache, fcinfo->flinfo->fn_mcxt);
    const bool by_value = column.is_by_value();
    if (!is_null && datum_image_eq(given, value, by_value, by_value ? 8 : -1))
      return row;
    is_null = false;
    return heap_modify_tuple_by_cols(row, descriptor, 1, &number, &value, &is_null);
  });
}

// The row with what is kept, for that sum of its lines.
HeapTuple with_amounts(FunctionCallInfo fcinfo, const TriggerData &trigger, HeapTuple row, Datum sum) {
  statement_work &work = work_of(fcinfo, trigger);
  const orders_plan &plan = *work.plan;
  const order_totals &totals = plan.totals;
  const Datum total = stored(plan, trigger, row, totals.total, total_of(plan, trigger, row, sum));
  HeapTuple kept = with_value(fcinfo, trigger, row, totals.total, total, &work.domain_caches[0]);
  if (!totals.lines_total)
    return kept;
  return with_value(fcinfo, trigger, kept, *totals.lines_total, stored(plan, trigger, row, *totals.lines_total, sum),
                    &work.domain_caches[1]);
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

bool changes_any(const TriggerData &trigger, const std::vector<AttrNumber> &columns) {
  for (const AttrNumber column : columns)
    if (changes(trigger, column))
      return true;
  return false;
}

// The sum as the order has kept it, a numeric; nullopt where it has not, or somebody writes it.
std::optional<Datum> kept_sum(const TriggerData &trigger, const orders_plan &plan) {
  if (!plan.totals.lines_total || changes(trigger, plan.totals.lines_total->number))
    return std::nullopt;
  const total_column &column = *plan.totals.lines_total;
  bool is_null = false;
  const Datum sum = call([&] {
    const Datum value =
        heap_getattr(trigger.tg_trigtuple, column.number, RelationGetDescr(trigger.tg_relation), &is_null);
    return is_null ? Datum(0) : pg::to_numeric(value, column.base_type);
  });
  return is_null ? std::nullopt : std::optional(sum);
}

// The lines have the currency of their order.
void require_currency(FunctionCallInfo fcinfo, const TriggerData &trigger, HeapTuple row) {
  const Oid lines = work_of(fcinfo, trigger).plan->totals.link.lines;
  call([=] { LockRelationOid(lines, AccessShareLock); });
  const statement_work &work = work_of(fcinfo, trigger);
  const orders_plan &plan = *work.plan;
  const std::vector<Datum> keys = keys_of(plan, trigger, row);
  if (keys.empty())
    return;
  const char *currency = call([&]() -> const char * {
    TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
    bool is_null = false;
    const Datum value = heap_getattr(row, plan.currency->column(), descriptor, &is_null);
    if (is_null)
      return nullptr;
    Oid output = InvalidOid;
    bool is_varlena = false;
    const Oid type = getBaseType(TupleDescAttr(descriptor, plan.currency->column() - 1)->atttypid);
    // As a text, without the blanks that a character(n) is filled up with.
    if (type == BPCHAROID)
      return TextDatumGetCString(DirectFunctionCall1(rtrim1, value));
    getTypeOutputInfo(type, &output, &is_varlena);
    return OidOutputFunctionCall(output, value);
  });
  pg::with_spi([&] { plan.totals.link.as_owner(0, [&] { plan.currency->require(keys, currency); }); });
}

} // namespace

HeapTuple keep_total(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  const HeapTuple row = row_written(trigger);
  // A deleted order comes back with the total that it had; its lines add up to it when they are back.
  if (!TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && pg::is_restoring())
    return row;
  const statement_work &work = work_of(fcinfo, trigger);
  const orders_plan &plan = *work.plan;
  if (plan.currency &&
      (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? changes(trigger, plan.currency->column()) : !plan.starts_empty))
    require_currency(fcinfo, trigger, row);
  if (!TRIGGER_FIRED_BY_UPDATE(trigger.tg_event))
    return with_amounts(fcinfo, trigger, row, plan.starts_empty ? work.nothing : sum_of_lines(fcinfo, trigger, row));
  if (pg::is_fired_by(pg::own_statement::total))
    return row;
  // By another key the order has other lines.
  const bool has_other_key = changes_any(trigger, plan.keys);
  if (!has_other_key && !changes_any(trigger, plan.watched))
    return row;
  const std::optional<Datum> sum = has_other_key ? std::nullopt : kept_sum(trigger, plan);
  return with_amounts(fcinfo, trigger, row, sum ? *sum : sum_of_lines(fcinfo, trigger, row));
}

} // namespace upkeep::orders
