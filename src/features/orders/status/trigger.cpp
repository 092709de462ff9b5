// The trigger function upkeep.order_status(): legal moves only, and the moment of payment once.
#include "core/text/joined.hpp"
#include "features/orders/status/order_status_plan.hpp"

#include "features/catalogue.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/relation.hpp"
#include "postgres/settings.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const char *right_trigger = "BEFORE INSERT OR UPDATE ... FOR EACH ROW";

std::shared_ptr<const order_status_plan> plan_of(const TriggerData &trigger) {
  return pg::session_plan<order_status_plan>(*trigger.tg_trigger, [&] {
    auto made = std::make_shared<const order_status_plan>(
        resolve_order_status(pg::trigger_options(*trigger.tg_trigger, order_status_feature), trigger.tg_relation));
    return pg::resolved_plan<order_status_plan>{made, {{RelationGetRelid(trigger.tg_relation)}}};
  });
}

// What the rows of this statement need; made at its first row.
const order_status_columns &columns_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  if (!fcinfo->flinfo->fn_extra) {
    if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger.tg_event) ||
        TRIGGER_FIRED_BY_DELETE(trigger.tg_event))
      pg::misused_trigger(trigger, order_status_feature, right_trigger);
    const auto plan = plan_of(trigger);
    void *memory = call([=] { return MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(order_status_columns)); });
    fcinfo->flinfo->fn_extra = new (memory) order_status_columns(plan->columns);
  }
  return *static_cast<const order_status_columns *>(fcinfo->flinfo->fn_extra);
}

struct status_value {
  Datum value;
  bool is_null;
};

status_value status_in(HeapTuple row, const order_status_columns &columns, TupleDesc descriptor) {
  status_value status;
  status.value = heap_getattr(row, columns.status, descriptor, &status.is_null);
  return status;
}

std::optional<std::string> text_of(const status_value &status, const order_status_columns &columns) {
  if (status.is_null)
    return std::nullopt;
  std::string text = pg::string_from([&] { return OidOutputFunctionCall(columns.status_output, status.value); });
  if (columns.status_is_padded)
    text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

[[noreturn]] void illegal_move(const TriggerData &trigger, const status_moves &moves, const std::string &from,
                               const std::optional<std::string> &to) {
  const std::vector<std::string> &legal = moves.moves_from(from);
  const Oid table = pg::topmost(RelationGetRelid(trigger.tg_relation));
  throw fault{.sqlstate = sqlstate::illegal_status_change,
              .message = fmt::format("an order of \"{}\" cannot move from status \"{}\" to {}", pg::table_name(table),
                                     from, to ? "\"" + *to + "\"" : "NULL"),
              .hint = legal.empty() ? fmt::format("The status \"{}\" is final.", from)
                                    : fmt::format("From \"{}\" an order may become: {}.", from, joined(legal, ", "))};
}

// The moment of payment, where the row has none: the one that the order had, else the transaction's.
HeapTuple stamp_payment(FunctionCallInfo fcinfo, const TriggerData &trigger, const order_status_columns &columns,
                        HeapTuple row, HeapTuple old_row) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  if (columns.paid == InvalidAttrNumber || !heap_attisnull(row, columns.paid, descriptor))
    return row;
  return call([&] {
    bool is_null = true;
    Datum moment = old_row ? heap_getattr(old_row, columns.paid, descriptor, &is_null) : Datum(0);
    if (is_null) {
      moment = TimestampTzGetDatum(round_to(GetCurrentTransactionStartTimestamp(), columns.paid_tick));
      if (OidIsValid(columns.paid_domain))
        domain_check(moment, false, columns.paid_domain, nullptr, fcinfo->flinfo->fn_mcxt);
      is_null = false;
    }
    int column = columns.paid;
    return heap_modify_tuple_by_cols(row, descriptor, 1, &column, &moment, &is_null);
  });
}

HeapTuple check_row(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, order_status_feature);
  const bool updates = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  HeapTuple row = updates ? trigger.tg_newtuple : trigger.tg_trigtuple;
  if (pg::is_paused(pg::pausable::order_status) || pg::is_restoring())
    return row;
  const order_status_columns &columns = columns_of(fcinfo, trigger);
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const status_value now = status_in(row, columns, descriptor);
  const status_value before = updates ? status_in(trigger.tg_trigtuple, columns, descriptor) : status_value{0, true};
  if (updates && now.is_null == before.is_null &&
      (now.is_null ||
       call([&] { return datum_image_eq(before.value, now.value, columns.status_by_value, columns.status_length); })))
    return row;

  const std::optional<std::string> from = text_of(before, columns), to = text_of(now, columns);
  const auto plan = plan_of(trigger);
  if (from && (!to || !plan->moves.may_move(*from, *to)))
    illegal_move(trigger, plan->moves, *from, to);
  if (to != plan->paid_status || from == to)
    return row;
  return stamp_payment(fcinfo, trigger, columns, row, updates ? trigger.tg_trigtuple : nullptr);
}

} // namespace

} // namespace upkeep::orders

// upkeep.order_status() RETURNS trigger: BEFORE INSERT OR UPDATE, FOR EACH ROW. Errors: UK004 an illegal move, 39P01 a
// wrong trigger, 22023 and 42703 and 42804 its arguments.
UPKEEP_FUNCTION(upkeep_order_status) {
  return upkeep::pg::entry([=] { return PointerGetDatum(upkeep::orders::check_row(fcinfo)); });
}
