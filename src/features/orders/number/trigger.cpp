// The trigger function upkeep.order_number(): an order without a number gets the next one, and the sequence or
// the counter goes on after the numbers that others give.
#include "features/orders/number/order_number_column.hpp"

#include "core/orders/order_number.hpp"
#include "features/catalogue.hpp"
#include "features/orders/number/order_counters.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sequence.hpp"
#include "postgres/settings.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

struct order_number_plan {
  order_number_settings settings;
  order_number_column column;
  Oid orders;             // the table, or the root of its partitions
  Oid owner;              // of the table that has the trigger, who draws the numbers
  Oid sequence;           // where no row counts
  tenant_of_order tenant; // where one does
  Oid counted_for;        // the table whose counter it is: that of the orders, or the one that they inherit from
};

// As drawing a number takes it.
constexpr LOCKMODE sequence_lock = RowExclusiveLock;

Oid find_sequence(const order_number_settings &settings, Relation orders) {
  if (settings.sequence.empty())
    throw fault{
        .sqlstate = sqlstate::invalid_parameter_value,
        .message =
            fmt::format("a trigger of order_number on table \"{}\" has no option \"sequence\"", pg::table_name(orders)),
        .hint = "Call upkeep.enable_order_number(), or write 'sequence=schema.name' into the trigger's arguments."};
  const Oid self = RelationGetRelid(orders);
  const std::optional<Oid> sequence =
      pg::lock_found(sequence_lock, [&] { return pg::find_sibling(settings.sequence, self); });
  if (!sequence)
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("sequence \"{}\" named by a trigger of \"{}\" does not exist", settings.sequence,
                                       pg::table_name(orders)),
                .hint = "Call upkeep.enable_order_number() again."};
  if (call([&] { return get_rel_relkind(*sequence); }) != RELKIND_SEQUENCE)
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("\"{}\", named by a trigger of \"{}\", is not a sequence", settings.sequence,
                                       pg::table_name(orders)),
                .hint = "Call upkeep.enable_order_number() again."};
  return *sequence;
}

pg::resolved_plan<order_number_plan> make_plan(const TriggerData &trigger) {
  Relation orders = trigger.tg_relation;
  const Oid table = RelationGetRelid(orders);
  auto made = std::make_shared<order_number_plan>();
  made->settings = read_order_number(pg::trigger_options(*trigger.tg_trigger, order_number_feature));
  made->column = require_number_column(orders, made->settings);
  made->orders = pg::topmost(table);
  // The sequence belongs to the role that made the trigger, not to the owner of a partition that has a clone of it.
  made->owner = trigger.tg_trigger->tgisclone ? pg::owner_of(made->orders) : orders->rd_rel->relowner;
  if (made->settings.is_counted()) {
    pg::with_spi([&] { require_counters_in_shards(table, made->settings); });
    made->tenant = require_tenant(orders, made->settings);
    made->counted_for = counter_table(made->orders);
    return {made, {{table}, {made->orders}, {made->counted_for, AccessShareLock}}};
  }
  made->sequence = find_sequence(made->settings, orders);
  return {made, {{table}, {made->orders}, {made->sequence, sequence_lock}}};
}

std::shared_ptr<const order_number_plan> plan_of(const TriggerData &trigger) {
  return pg::session_plan<order_number_plan>(*trigger.tg_trigger, [&] { return make_plan(trigger); });
}

HeapTuple new_row(const TriggerData &trigger) {
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
}

order_counter counter_of(const order_number_plan &plan, HeapTuple row, TupleDesc descriptor) {
  bool is_null = false;
  const AttrNumber column = plan.tenant.column;
  const Datum tenant = column ? call([&] { return heap_getattr(row, column, descriptor, &is_null); }) : 0;
  return {plan.counted_for, plan.tenant.text_of(tenant, is_null)};
}

// Asked for once a counter.
numbers_there there(const order_number_plan &plan, const TriggerData &trigger) {
  return [&] {
    const HeapTuple row = new_row(trigger);
    TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
    bool is_null = false;
    const AttrNumber column = plan.tenant.column;
    const Datum tenant = column ? call([&] { return heap_getattr(row, column, descriptor, &is_null); }) : 0;
    std::int64_t greatest = 0;
    pg::with_spi([&] {
      pg::as_user(pg::owner_of(plan.counted_for), SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
        greatest = greatest_counted(plan.counted_for, plan.column, plan.settings, plan.tenant, tenant, is_null);
      });
    });
    return greatest;
  };
}

std::int64_t next_number(const order_number_plan &plan, const TriggerData &trigger) {
  if (plan.settings.is_counted())
    return next_number(counter_of(plan, new_row(trigger), RelationGetDescr(trigger.tg_relation)), there(plan, trigger));
  std::int64_t number = 0;
  pg::as_user(plan.owner, SECURITY_NOFORCE_RLS, [&] { number = call([&] { return pg::draw_number(plan.sequence); }); });
  return number;
}

[[noreturn]] void refuse_number(const order_number_plan &plan, Relation orders, const std::string &number,
                                const char *hint) {
  throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
              .message =
                  fmt::format("order number \"{}\" does not fit column \"{}\" of table \"{}\", which is {}", number,
                              plan.settings.column, pg::table_name(orders), type_of(orders, plan.column.number)),
              .hint = hint};
}

// What a trigger writes is not cut to the column's length by anything.
Datum text_number(const order_number_plan &plan, Relation orders, std::int64_t number) {
  const std::string text = format_order_number(plan.settings.prefix, number, plan.settings.digits);
  const int length = static_cast<int>(text.size());
  if (plan.column.max_characters &&
      call([&] { return pg_mbstrlen_with_len(text.c_str(), length); }) > plan.column.max_characters)
    refuse_number(plan, orders, text, "Make the column longer.");
  return call([&] { return CStringGetTextDatum(text.c_str()); });
}

Datum number_datum(const order_number_plan &plan, Relation orders, std::int64_t number) {
  if (plan.column.is_text())
    return text_number(plan, orders, number);
  if (plan.column.type == INT8OID)
    return Int64GetDatum(number);
  if (number > plan.column.greatest() || number < std::numeric_limits<std::int32_t>::min())
    refuse_number(plan, orders, std::to_string(number), "Make the column a bigint.");
  return Int32GetDatum(static_cast<std::int32_t>(number));
}

HeapTuple with_number(FunctionCallInfo fcinfo, const order_number_plan &plan, const TriggerData &trigger) {
  Datum value = number_datum(plan, trigger.tg_relation, next_number(plan, trigger));
  return call([&] {
    if (OidIsValid(plan.column.domain))
      domain_check(value, false, plan.column.domain, nullptr, fcinfo->flinfo->fn_mcxt);
    int column = plan.column.number;
    bool is_null = false;
    return heap_modify_tuple_by_cols(trigger.tg_trigtuple, RelationGetDescr(trigger.tg_relation), 1, &column, &value,
                                     &is_null);
  });
}

// The number of a row, if it reads as one of ours.
std::optional<std::int64_t> number_of(HeapTuple row, const order_number_plan &plan, TupleDesc descriptor) {
  bool is_null = false;
  const Datum value = call([&] { return heap_getattr(row, plan.column.number, descriptor, &is_null); });
  if (is_null)
    return std::nullopt;
  if (!plan.column.is_text()) {
    const std::int64_t number = plan.column.type == INT4OID ? DatumGetInt32(value) : DatumGetInt64(value);
    return number < 0 ? std::nullopt : std::optional(number);
  }
  const varlena *text = call([&] { return PG_DETOAST_DATUM_PACKED(value); });
  return parse_order_number({VARDATA_ANY(text), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(text))},
                            plan.settings.prefix, plan.settings.digits);
}

// A number that somebody else gave is not given again.
void follow(const order_number_plan &plan, const TriggerData &trigger, bool is_paused) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const HeapTuple row = new_row(trigger);
  const std::optional<std::int64_t> number = number_of(row, plan, descriptor);
  if (!number)
    return;
  const bool is_same =
      TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && number == number_of(trigger.tg_trigtuple, plan, descriptor);
  if (!plan.settings.is_counted()) {
    if (!is_same)
      pg::as_user(plan.owner, SECURITY_NOFORCE_RLS, [&] { call([&] { pg::move_beyond(plan.sequence, *number); }); });
    return;
  }
  const order_counter counter = counter_of(plan, row, descriptor);
  // An order may also be moved to another tenant.
  if (is_same && counter.tenant == counter_of(plan, trigger.tg_trigtuple, descriptor).tenant)
    return;
  // A restore loads the counters themselves after the orders.
  is_paused ? move_beyond_if_begun(counter, *number) : move_beyond(counter, *number, there(plan, trigger));
}

// What is imported while it is paused stays as it comes, but the shop must be able to go on from there. What is wrong
// with the trigger does not matter then.
void follow_while_paused(const TriggerData &trigger) {
  try {
    follow(*plan_of(trigger), trigger, true);
  } catch (const fault &) {
  }
}

bool is_right(const TriggerData &trigger) {
  const TriggerEvent event = trigger.tg_event;
  return TRIGGER_FIRED_BEFORE(event) && TRIGGER_FIRED_FOR_ROW(event) &&
         (TRIGGER_FIRED_BY_INSERT(event) ||
          (TRIGGER_FIRED_BY_UPDATE(event) && TRIGGER_FOR_INSERT(trigger.tg_trigger->tgtype)));
}

HeapTuple number_row(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, order_number_feature);
  if (!is_right(trigger))
    pg::misused_trigger(trigger, order_number_feature, "BEFORE INSERT OR UPDATE ... FOR EACH ROW");
  const HeapTuple row = new_row(trigger);
  if (pg::is_paused(pg::pausable::order_number)) {
    follow_while_paused(trigger);
    return row;
  }
  const auto plan = plan_of(trigger);
  if (!TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && !pg::is_restoring() &&
      heap_attisnull(row, plan->column.number, RelationGetDescr(trigger.tg_relation)))
    return with_number(fcinfo, *plan, trigger);
  follow(*plan, trigger, false);
  return row;
}

} // namespace

} // namespace upkeep::orders

// upkeep.order_number() RETURNS trigger: BEFORE INSERT OR UPDATE, FOR EACH ROW. Errors: 39P01 a wrong trigger, 22023,
// 42703, 42804, 42809 and 42P01 its arguments, 42501 another's sequence, 22003 a number that does not fit, 55000 no
// counters in this version of the extension.
UPKEEP_FUNCTION(upkeep_order_number) {
  return upkeep::pg::entry([=] { return PointerGetDatum(upkeep::orders::number_row(fcinfo)); });
}
