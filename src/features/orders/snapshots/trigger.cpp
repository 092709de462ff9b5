// The trigger function upkeep.order_line(): captures the product of a line that is written, and keeps what was
// captured.
#include "features/catalogue.hpp"
#include "features/orders/snapshots/product_reader.hpp"
#include "features/orders/snapshots/returns/return_check.hpp"
#include "features/orders/snapshots/returns/returned_lines.hpp"
#include "features/partition_moves.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/memory.hpp"
#include "postgres/settings.hpp"
#include "postgres/values/same_value.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const char *right_trigger =
    "BEFORE INSERT OR UPDATE OR DELETE ... FOR EACH ROW; with a returns_column also AFTER INSERT, UPDATE or DELETE "
    "with transition tables, FOR EACH STATEMENT";

// Made at the first use and never destroyed.
partition_move &moves() {
  static partition_move *const made = new partition_move;
  return *made;
}

// What one statement needs: the plan, the products it has read, and room for one row. It lives in the memory of the
// executor.
struct statement_work {
  statement_work(std::shared_ptr<const line_plan> plan, MemoryContext executor)
      : plan(std::move(plan)), products(*this->plan), values(this->plan->column_count),
        nulls(std::make_unique<bool[]>(this->plan->column_count)), moved(moves(), executor, this->plan->root) {}

  std::shared_ptr<const line_plan> plan;
  product_reader products;
  std::vector<Datum> values;
  std::unique_ptr<bool[]> nulls;
  partition_moves moved;
  void *domain_caches[2] = {};
  std::uint64_t plans_dropped_before = pg::dropped_plans;
};

statement_work &make_work(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    pg::misused_trigger(trigger, order_snapshots_feature, right_trigger);
  MemoryContext memory = fcinfo->flinfo->fn_mcxt;
  auto &work = pg::make_in<statement_work>(memory, plan_of_line(*trigger.tg_trigger, trigger.tg_relation), memory);
  fcinfo->flinfo->fn_extra = &work;
  return work;
}

statement_work &work_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  auto *known = static_cast<statement_work *>(fcinfo->flinfo->fn_extra);
  return known && known->plans_dropped_before == pg::dropped_plans ? *known : make_work(fcinfo, trigger);
}

// Of what an update that moves a line cannot have changed.
std::uint64_t fingerprint(const line_plan &plan, const TriggerData &trigger) {
  std::uint64_t all = 0;
  for (const line_column *column :
       {&plan.product, &plan.order, &plan.tenant, &plan.price, &plan.snapshot, &plan.returns})
    all = add_to_fingerprint(all, trigger.tg_trigtuple, trigger.tg_relation, column->number);
  return all;
}

bool arrives_from_another_partition(statement_work &work, const TriggerData &trigger) {
  const line_plan &plan = *work.plan;
  if (plan.root == RelationGetRelid(trigger.tg_relation) || !work.moved.may_arrive())
    return false;
  return call([&] { return fingerprint(plan, trigger); }) == work.moved.expected();
}

std::string product_text(const statement_work &work) {
  const pg::json_field &field = work.plan->product_field;
  if (work.nulls[work.plan->product.number - 1])
    return "null";
  const Datum product = work.values[work.plan->product.number - 1];
  return pg::string_from([&] { return pg::value_as_json(field, product); });
}

std::string price_json(const line_plan &plan, Datum price) {
  return pg::string_from([&] {
    const pg::json_field field = pg::json_field_of(plan.price.number, plan.price.type);
    return pg::value_as_json(field, price);
  });
}

[[noreturn]] void price_changed(const statement_work &work, Datum price, Datum actual) {
  const line_plan &plan = *work.plan;
  const std::string key = product_text(work), expected = price_json(plan, price), sent = price_json(plan, actual);
  const bool is_return = plan.returned && !work.nulls[plan.returns.number - 1];
  // A fault keeps only part of a long detail, and a key can be long.
  call([&] {
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE('U', 'K', '0', '0', '1')),
             errmsg("price %s of product %s is not %s", sent.c_str(), key.c_str(),
                    is_return ? "that of the line returned" : "the product's price"),
             errdetail_internal("{\"product\":%s,\"expected\":%s,\"actual\":%s}", key.c_str(), expected.c_str(),
                                sent.c_str()),
             is_return ? errhint("Leave \"%s\" out: a line is returned for what it was sold.", plan.price.name.c_str())
                       : errhint("Show the buyer the current price, or leave \"%s\" out, and repeat the insert.",
                                 plan.price.name.c_str())));
  });
  pg_unreachable();
}

[[noreturn]] void unfit_price(const statement_work &work, const sold_product &product) {
  const line_plan &plan = *work.plan;
  const std::string where = fmt::format("column \"{}\" of product {} in table \"{}\"", plan.product_price,
                                        product_text(work), plan.products_table);
  const std::string target = fmt::format("\"{}\" of table \"{}\", {}", plan.price.name, plan.table, plan.price_type);
  switch (product.trouble) {
  case price_fault::null:
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = fmt::format("{} is NULL, which is not a price", where),
                .hint = "Give the product a price before it is sold."};
  case price_fault::not_finite:
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("{} is {}, which is not a price", where, product.price_text),
                .hint = "Give the product a price before it is sold."};
  case price_fault::rounded:
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("{} is {}, which rounding would alter", where, product.price_text),
                .detail = fmt::format("It would be stored in {}.", target),
                .hint = "Give both columns the same precision."};
  default:
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("{} is {}, which is too large", where, product.price_text),
                .detail = fmt::format("It would be stored in {}.", target),
                .hint = "Give both columns the same precision."};
  }
}

[[noreturn]] void no_product(const statement_work &work) {
  const line_plan &plan = *work.plan;
  throw fault{.sqlstate = sqlstate::foreign_key_violation,
              .message = fmt::format("product {} of a line in \"{}\" does not exist", product_text(work), plan.table),
              .detail = fmt::format("Table \"{}\" has no such row{}.", plan.products_table,
                                    plan.tenant.number ? " of this tenant" : ""),
              .hint = "Sell a product that exists."};
}

[[noreturn]] void inactive_product(const statement_work &work) {
  const line_plan &plan = *work.plan;
  throw fault{.sqlstate = sqlstate::check_violation,
              .message = fmt::format("product {} is not active", product_text(work)),
              .detail =
                  fmt::format("Column \"{}\" of table \"{}\" is not true.", plan.active_column, plan.products_table),
              .hint = "Take the product out of the cart, or activate it."};
}

[[noreturn]] void missing_value(const line_plan &plan, const line_column &column) {
  throw fault{.sqlstate = sqlstate::not_null_violation,
              .message = fmt::format("null value in column \"{}\" of a line in \"{}\"", column.name, plan.table),
              .hint = fmt::format("Name a product in \"{}\"; a line without one needs its price and its snapshot.",
                                  plan.product.name)};
}

bool equal_prices(const line_plan &plan, Datum a, Datum b) {
  return plan.price.type == NUMERICOID ? DatumGetBool(DirectFunctionCall2(numeric_eq, a, b)) : a == b;
}

// A price that the client's word is taken for.
void require_finite(const statement_work &work) {
  const line_plan &plan = *work.plan;
  if (!plan.price.number || plan.price.type != NUMERICOID || work.nulls[plan.price.number - 1])
    return;
  const Datum price = work.values[plan.price.number - 1];
  if (call([=] { return numeric_is_nan(DatumGetNumeric(price)) || numeric_is_inf(DatumGetNumeric(price)); }))
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("the price of a line in \"{}\" is {}", plan.table, pg::string_from([=] {
                                         return DatumGetCString(DirectFunctionCall1(numeric_out, price));
                                       })),
                .hint = "Send a finite price."};
}

// What PostgreSQL's own errors leave out.
void name_product(void *argument) {
  const auto &work = *static_cast<const statement_work *>(argument);
  errcontext("capturing a product of \"%s\" for column \"%s\" of table \"%s\"", work.plan->products_table.c_str(),
             (work.plan->price.number ? work.plan->price : work.plan->snapshot).name.c_str(), work.plan->table.c_str());
}

// While one of these lives, errors say so.
class product_context {
public:
  explicit product_context(statement_work &work) : entry{error_context_stack, name_product, &work} {
    error_context_stack = &entry;
  }
  product_context(const product_context &) = delete;
  product_context &operator=(const product_context &) = delete;
  ~product_context() { error_context_stack = entry.previous; }

private:
  ErrorContextCallback entry;
};

void check_domain(FunctionCallInfo fcinfo, statement_work &work, const line_column &column, int cache, Datum value) {
  if (!OidIsValid(column.domain))
    return;
  const product_context context(work);
  call([&] { domain_check(value, false, column.domain, &work.domain_caches[cache], fcinfo->flinfo->fn_mcxt); });
}

// Puts a value in its place; true where nothing stood there, or something else.
void place(FunctionCallInfo fcinfo, statement_work &work, const line_column &column, int cache, Datum value) {
  check_domain(fcinfo, work, column, cache, value);
  work.values[column.number - 1] = value;
  work.nulls[column.number - 1] = false;
}

// Whether the line keeps the price that it came with.
bool keeps_price(const statement_work &work) {
  return !work.nulls[work.plan->price.number - 1] && work.plan->mode == snapshot_mode::fill;
}

void take_price(FunctionCallInfo fcinfo, statement_work &work, Datum price) {
  const line_plan &plan = *work.plan;
  const Datum given = work.values[plan.price.number - 1];
  if (!work.nulls[plan.price.number - 1] && plan.mode == snapshot_mode::verify) {
    if (!call([&] { return equal_prices(plan, given, price); }))
      price_changed(work, price, given);
    // Equal, but perhaps of another scale.
    if (plan.price.by_value || call([&] { return datum_image_eq(given, price, false, -1); }))
      return;
  }
  place(fcinfo, work, plan.price, 0, price);
}

void capture_price(FunctionCallInfo fcinfo, statement_work &work, const sold_product &product) {
  if (keeps_price(work))
    return require_finite(work);
  if (product.trouble != price_fault::none)
    unfit_price(work, product);
  take_price(fcinfo, work, product.price);
}

// A line of something that is not a product.
void check_custom_line(const statement_work &work) {
  const line_plan &plan = *work.plan;
  for (const line_column *column : {&plan.price, &plan.snapshot})
    if (column->number && work.nulls[column->number - 1])
      missing_value(plan, *column);
  require_finite(work);
}

HeapTuple form_row(const TriggerData &trigger, statement_work &work) {
  HeapTuple row = trigger.tg_trigtuple;
  HeapTuple formed = heap_form_tuple(RelationGetDescr(trigger.tg_relation), work.values.data(), work.nulls.get());
  formed->t_data->t_ctid = row->t_data->t_ctid;
  formed->t_self = row->t_self;
  formed->t_tableOid = row->t_tableOid;
  return formed;
}

const sold_product &product_of(statement_work &work) {
  const line_plan &plan = *work.plan;
  const product_context context(work);
  return work.products.of(work.values[plan.product.number - 1],
                          plan.tenant.number ? work.values[plan.tenant.number - 1] : Datum(0));
}

void require_return(const line_plan &plan, HeapTuple row, TupleDesc descriptor) {
  bool is_null = true;
  const Datum quantity = call([&] { return heap_getattr(row, plan.quantity.number, descriptor, &is_null); });
  plan.returned->require_negative(plan, quantity, is_null);
}

bool is_product(const statement_work &work, const FormData_pg_attribute &attribute, const returned_value &sold) {
  const Datum given = work.values[work.plan->product.number - 1];
  return !sold.is_null && call([&] { return pg::same_value(attribute, given, sold.value); });
}

// A line that gives another back is worth what that was sold for. How much is left of that is checked when the
// statement ends.
HeapTuple on_return(FunctionCallInfo fcinfo, const TriggerData &trigger, statement_work &work) {
  const line_plan &plan = *work.plan;
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  require_return(plan, trigger.tg_trigtuple, descriptor);
  if (plan.tenant.number && work.nulls[plan.tenant.number - 1])
    missing_value(plan, plan.tenant);
  const Datum key = work.values[plan.returns.number - 1];
  const returned_line line =
      plan.returned->find(plan, key, plan.tenant.number ? work.values[plan.tenant.number - 1] : Datum(0));
  const int product = plan.product.number - 1;
  if (work.nulls[product]) {
    work.values[product] = line.product.value;
    work.nulls[product] = line.product.is_null;
  } else if (!is_product(work, *TupleDescAttr(descriptor, product), line.product))
    plan.returned->other_product(plan, key);
  if (plan.price.number && keeps_price(work))
    require_finite(work);
  else if (plan.price.number) {
    if (line.price.is_null)
      plan.returned->no_price(key);
    take_price(fcinfo, work, line.price.value);
  }
  if (plan.snapshot.number && (work.nulls[plan.snapshot.number - 1] || plan.mode != snapshot_mode::fill)) {
    work.values[plan.snapshot.number - 1] = line.snapshot.value;
    work.nulls[plan.snapshot.number - 1] = line.snapshot.is_null;
  }
  return call([&] { return form_row(trigger, work); });
}

HeapTuple on_insert(FunctionCallInfo fcinfo, const TriggerData &trigger, statement_work &work) {
  const line_plan &plan = *work.plan;
  if (arrives_from_another_partition(work, trigger))
    return trigger.tg_trigtuple;
  call([&] {
    heap_deform_tuple(trigger.tg_trigtuple, RelationGetDescr(trigger.tg_relation), work.values.data(),
                      work.nulls.get());
  });
  if (plan.returned && !work.nulls[plan.returns.number - 1])
    return on_return(fcinfo, trigger, work);
  if (work.nulls[plan.product.number - 1]) {
    check_custom_line(work);
    return trigger.tg_trigtuple;
  }
  if (plan.tenant.number && work.nulls[plan.tenant.number - 1])
    missing_value(plan, plan.tenant);
  const sold_product &product = product_of(work);
  if (!product.exists)
    no_product(work);
  if (!product.is_active)
    inactive_product(work);
  if (plan.price.number)
    capture_price(fcinfo, work, product);
  if (plan.snapshot.number && (work.nulls[plan.snapshot.number - 1] || plan.mode != snapshot_mode::fill))
    place(fcinfo, work, plan.snapshot, 1, product.snapshot_datum());
  return call([&] { return form_row(trigger, work); });
}

HeapTuple on_update(const TriggerData &trigger, statement_work &work) {
  const line_plan &plan = *work.plan;
  HeapTuple row = keep_captured(trigger, plan);
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  if (plan.returned && !call([&] { return heap_attisnull(row, plan.returns.number, descriptor); }))
    require_return(plan, row, descriptor);
  if (plan.root != RelationGetRelid(trigger.tg_relation))
    work.moved.updated(trigger);
  return row;
}

HeapTuple on_delete(const TriggerData &trigger, statement_work &work) {
  const line_plan &plan = *work.plan;
  if (plan.root != RelationGetRelid(trigger.tg_relation) && work.moved.deleted(trigger))
    work.moved.leaving(call([&] { return fingerprint(plan, trigger); }));
  return trigger.tg_trigtuple;
}

bool is_after_statement(const TriggerData &trigger) {
  return TRIGGER_FIRED_AFTER(trigger.tg_event) && !TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event) &&
         (TRIGGER_FIRED_BY_INSERT(trigger.tg_event) || trigger.tg_oldtable) &&
         (TRIGGER_FIRED_BY_DELETE(trigger.tg_event) || trigger.tg_newtable);
}

HeapTuple keep_line(FunctionCallInfo fcinfo) {
  TriggerData &trigger = pg::require_trigger(fcinfo, order_snapshots_feature);
  const bool is_paused = pg::is_paused(pg::pausable::order_snapshots) || pg::is_restoring();
  if (TRIGGER_FIRED_FOR_STATEMENT(trigger.tg_event)) {
    if (!is_after_statement(trigger))
      pg::misused_trigger(trigger, order_snapshots_feature, right_trigger);
    if (!is_paused)
      check_returns(trigger);
    return nullptr;
  }
  if (is_paused)
    return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
  statement_work &work = work_of(fcinfo, trigger);
  if (TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    return on_insert(fcinfo, trigger, work);
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? on_update(trigger, work) : on_delete(trigger, work);
}

} // namespace

} // namespace upkeep::orders

// upkeep.order_line() RETURNS trigger: BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW; with a returns_column also
// AFTER, FOR EACH STATEMENT. Errors: 39P01 a wrong trigger; 22023, 42501, 42703, 42804, 42P01 and 42P10 its arguments;
// UK001 another price than the product's, UK005 a change of what was captured; 23502, 23503 and 23514 no, an unknown or
// an inactive product, or such a line returned; UK009 more returned than sold; 22003 and 22004 a price that cannot be
// captured; 21000 two products with one key.
UPKEEP_FUNCTION(upkeep_order_line) {
  return upkeep::pg::entry([=] { return PointerGetDatum(upkeep::orders::keep_line(fcinfo)); });
}
