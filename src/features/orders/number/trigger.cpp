// The trigger function upkeep.order_number(): an order without a number gets the next one, and the sequence goes on
// after the numbers that others give.
#include "features/orders/number/order_number_column.hpp"

#include "core/orders/order_number.hpp"
#include "features/catalogue.hpp"
#include "features/orders/number/order_number_settings.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/column_info.hpp"
#include "postgres/sequence.hpp"
#include "postgres/settings.hpp"
#include "postgres/trigger.hpp"

#include <charconv>

namespace upkeep::orders {

using pg::call;

namespace {

struct order_number_plan {
  order_number_settings settings;
  order_number_column column;
  Oid sequence;
  Oid owner; // of the table that has the trigger, who draws the numbers
};

// As drawing a number takes it.
constexpr LOCKMODE sequence_lock = RowExclusiveLock;

Oid find_sequence(const order_number_settings &settings, Relation orders) {
  if (settings.sequence.empty())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("a trigger of order_number on table \"{}\" has no option \"sequence\"",
                                       RelationGetRelationName(orders)),
                .hint =
                    "Call upkeep.enable_order_number(), or write 'sequence=schema.name' into the trigger's arguments."};
  const Oid self = RelationGetRelid(orders);
  const std::optional<Oid> sequence =
      pg::lock_found(sequence_lock, [&] { return pg::find_sibling(settings.sequence, self); });
  if (!sequence)
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("sequence \"{}\" named by a trigger of \"{}\" does not exist", settings.sequence,
                                       RelationGetRelationName(orders)),
                .hint = "Call upkeep.enable_order_number() again."};
  if (call([&] { return get_rel_relkind(*sequence); }) != RELKIND_SEQUENCE)
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("\"{}\", named by a trigger of \"{}\", is not a sequence", settings.sequence,
                                       RelationGetRelationName(orders)),
                .hint = "Call upkeep.enable_order_number() again."};
  return *sequence;
}

pg::resolved_plan<order_number_plan> make_plan(const TriggerData &trigger) {
  Relation orders = trigger.tg_relation;
  const Oid table = RelationGetRelid(orders);
  auto made = std::make_shared<order_number_plan>();
  made->settings = read_order_number(pg::trigger_options(*trigger.tg_trigger, order_number_feature));
  made->column = require_number_column(orders, made->settings.column);
  made->sequence = find_sequence(made->settings, orders);
  // The sequence belongs to the role that made the trigger, not to the owner of a partition that has a clone of it.
  made->owner = trigger.tg_trigger->tgisclone ? pg::owner_of(pg::topmost(table)) : orders->rd_rel->relowner;
  return {made, {{table}, {pg::topmost(table)}, {made->sequence, sequence_lock}}};
}

std::shared_ptr<const order_number_plan> plan_of(const TriggerData &trigger) {
  return pg::session_plan<order_number_plan>(*trigger.tg_trigger, [&] { return make_plan(trigger); });
}

std::string next_number(const order_number_plan &plan) {
  std::int64_t number = 0;
  pg::as_user(plan.owner, SECURITY_NOFORCE_RLS, [&] { number = call([&] { return pg::draw_number(plan.sequence); }); });
  return format_order_number(plan.settings.prefix, number, plan.settings.digits);
}

// What a trigger writes is not cut to the column's length by anything.
void require_room(const order_number_plan &plan, Relation orders, const std::string &number) {
  const int length = static_cast<int>(number.size());
  if (plan.column.max_characters &&
      call([&] { return pg_mbstrlen_with_len(number.c_str(), length); }) > plan.column.max_characters)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("order number \"{}\" does not fit column \"{}\" of table \"{}\", which is {}",
                                       number, plan.settings.column, RelationGetRelationName(orders),
                                       type_of(orders, plan.column.number)),
                .hint = "Make the column longer."};
}

HeapTuple with_number(FunctionCallInfo fcinfo, const order_number_plan &plan, const TriggerData &trigger) {
  const std::string number = next_number(plan);
  require_room(plan, trigger.tg_relation, number);
  return call([&] {
    Datum value = CStringGetTextDatum(number.c_str());
    if (OidIsValid(plan.column.domain))
      domain_check(value, false, plan.column.domain, nullptr, fcinfo->flinfo->fn_mcxt);
    int column = plan.column.number;
    bool is_null = false;
    return heap_modify_tuple_by_cols(trigger.tg_trigtuple, RelationGetDescr(trigger.tg_relation), 1, &column, &value,
                                     &is_null);
  });
}

std::string_view text_of(HeapTuple row, const order_number_plan &plan, TupleDesc descriptor) {
  const varlena *text = call([&] {
    bool is_null = false;
    const Datum value = heap_getattr(row, plan.column.number, descriptor, &is_null);
    return is_null ? nullptr : PG_DETOAST_DATUM_PACKED(value);
  });
  return text ? std::string_view(VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text)) : std::string_view();
}

// A number that somebody else gave is not given again.
void follow(const order_number_plan &plan, const TriggerData &trigger) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const bool is_update = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  const std::string_view text = text_of(is_update ? trigger.tg_newtuple : trigger.tg_trigtuple, plan, descriptor);
  if (is_update && text == text_of(trigger.tg_trigtuple, plan, descriptor))
    return;
  if (const auto number = parse_order_number(text, plan.settings.prefix, plan.settings.digits))
    pg::as_user(plan.owner, SECURITY_NOFORCE_RLS, [&] { call([&] { pg::move_beyond(plan.sequence, *number); }); });
}

// What is imported while it is paused stays as it comes, but the shop must be able to go on from there. What is wrong
// with the trigger does not matter then.
void follow_while_paused(const TriggerData &trigger) {
  try {
    follow(*plan_of(trigger), trigger);
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
  const bool is_update = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  HeapTuple row = is_update ? trigger.tg_newtuple : trigger.tg_trigtuple;
  if (pg::is_paused(pg::pausable::order_number)) {
    follow_while_paused(trigger);
    return row;
  }
  const auto plan = plan_of(trigger);
  if (!is_update && heap_attisnull(row, plan->column.number, RelationGetDescr(trigger.tg_relation)))
    return with_number(fcinfo, *plan, trigger);
  follow(*plan, trigger);
  return row;
}

} // namespace

order_number_settings read_order_number(const option_list &options) {
  order_number_settings settings{text_option(options, "column"), text_option(options, "prefix"), 0,
                                 text_option(options, "sequence")};
  const std::string digits = text_option(options, "digits");
  const char *end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, settings.digits);
  if (read.ec != std::errc{} || read.ptr != end || settings.digits < 1 || settings.digits > max_order_digits)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid digits of an order number: \"{}\"", digits),
                .hint = fmt::format("Give a number from 1 to {}.", max_order_digits)};
  return settings;
}

order_number_column require_number_column(Relation orders, const std::string &name) {
  const pg::column_info column(orders, pg::require_column(orders, name, "enable_order_number"));
  if (column.type != TEXTOID && column.type != VARCHAROID)
    column.refuse_type("cannot hold an order number", "Use text or varchar, or a domain over one of them.");
  column.require_not_generated("An order number needs a column that can be written.");
  return {column.number, column.modifier > VARHDRSZ ? column.modifier - VARHDRSZ : 0, column.domain};
}

} // namespace upkeep::orders

// upkeep.order_number() RETURNS trigger: BEFORE INSERT OR UPDATE, FOR EACH ROW. Errors: 39P01 a wrong trigger, 22023,
// 42703, 42804, 42809 and 42P01 its arguments, 42501 another's sequence, 22003 a number that does not fit.
UPKEEP_FUNCTION(upkeep_order_number) {
  return upkeep::pg::entry([=] { return PointerGetDatum(upkeep::orders::number_row(fcinfo)); });
}
