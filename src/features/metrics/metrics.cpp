// The trigger function upkeep.metrics(): computes the metrics of a row that is written.
#include "features/catalogue.hpp"
#include "features/metrics/row.hpp"
#include "postgres/memory.hpp"
#include "postgres/settings.hpp"

#include <cstring>

namespace upkeep {

using pg::call;

namespace {

constexpr const char *right_trigger = "BEFORE INSERT OR UPDATE ... FOR EACH ROW";

// What one statement needs: the plan, the settings it has read, and room for one row.
struct statement_work {
  explicit statement_work(std::shared_ptr<const metrics_plan> plan)
      : plan(std::move(plan)), settings(*this->plan), values(this->plan->column_count),
        nulls(std::make_unique<bool[]>(this->plan->column_count)), inputs(this->plan->set.inputs().size()),
        numerics(this->plan->targets.size()), domain_caches(this->plan->targets.size()) {}

  std::shared_ptr<const metrics_plan> plan;
  settings_reader settings;
  std::vector<Datum> values;
  std::unique_ptr<bool[]> nulls;
  std::vector<decimal> inputs;
  std::vector<pg::short_numeric> numerics;
  std::vector<void *> domain_caches;
  std::uint64_t plans_dropped_before = pg::dropped_plans;
};

statement_work &work_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    pg::misused_trigger(trigger, metrics_feature, right_trigger);
  auto &work = pg::make_in<statement_work>(fcinfo->flinfo->fn_mcxt,
                                           plan_of_trigger(*trigger.tg_trigger, trigger.tg_relation));
  fcinfo->flinfo->fn_extra = &work;
  return work;
}

[[noreturn]] void not_finite(const statement_work &work, std::size_t input, pg::number_kind kind) {
  const metrics_plan &plan = *work.plan;
  pg::not_finite(kind, fmt::format("column \"{}\" of table \"{}\"", plan.columns[input].name, plan.table),
                 describe_row(plan, std::span(work.inputs).first(input)));
}

[[noreturn]] void too_large(const statement_work &work, std::size_t metric, const std::string &value) {
  const metrics_plan &plan = *work.plan;
  const std::string &column = plan.set.metrics()[metric].expression.target;
  throw fault{sqlstate::numeric_value_out_of_range,
              fmt::format("metric \"{}\" of table \"{}\" is too large for its type {}", column, plan.table,
                          plan.targets[metric].type_name),
              fmt::format("It is {}, of {}.", value.empty() ? "beyond any numeric" : value,
                          describe_inputs(plan, metric, work.inputs)),
              fmt::format("Give \"{}\" a wider type, or enable metrics with on_overflow => 'null'.", column)};
}

// The row's own inputs, from the values of its columns.
void read_inputs(statement_work &work) {
  const metrics_plan &plan = *work.plan;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const number_column &column = plan.columns[i];
    const int at = column.number - 1;
    if (work.nulls[at])
      work.inputs[i] = decimal::null();
    else if (const pg::number_kind kind = pg::read_number(work.values[at], column.type, work.inputs[i]);
             kind != pg::number_kind::finite) [[unlikely]]
      not_finite(work, i, kind);
  }
}

// Whether an UPDATE leaves a column, that finds the settings, as it was.
bool is_unchanged(const TriggerData &trigger, const statement_work &work, const key_column &column) {
  if (!column.number)
    return true;
  bool was_null = false;
  const Datum before = heap_getattr(trigger.tg_trigtuple, column.number, RelationGetDescr(trigger.tg_relation), &was_null);
  const int at = column.number - 1;
  return was_null || work.nulls[at] ? was_null == work.nulls[at]
                                    : datum_image_eq(before, work.values[at], column.by_value, column.length);
}

// The transaction in which a row passed by this trigger while it was paused: nobody has locked that row's settings.
TimestampTz paused_in = 0;

// A row that is updated is locked already, and a change of the settings that has not been committed comes to it later:
// waiting for that one, which waits for the row, would be a deadlock.
bool is_followed(const TriggerData &trigger, const statement_work &work) {
  const settings_source &source = *work.plan->settings;
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && paused_in != GetCurrentTransactionStartTimestamp() &&
         work.plan->options.on_settings_change == settings_change::recalculate &&
         is_unchanged(trigger, work, source.row_key) && is_unchanged(trigger, work, source.row_date);
}

void read_settings(const TriggerData &trigger, statement_work &work) {
  const settings_source &source = *work.plan->settings;
  const int key = source.row_key.number - 1, date = source.row_date.number - 1;
  try {
    const settings_row &row =
        work.settings.of(work.values[key], work.nulls[key], date < 0 ? Datum(0) : work.values[date],
                         date < 0 || work.nulls[date], is_followed(trigger, work));
    std::copy(row.values.begin(), row.values.end(), work.inputs.begin() + work.plan->columns.size());
  } catch (fault &said) {
    said.detail += (said.detail.empty() ? "" : " ") + describe_row(*work.plan, work.inputs);
    throw;
  }
}

Datum integer_datum(Oid type, std::int64_t value) {
  return type == INT8OID   ? Int64GetDatum(value)
         : type == INT4OID ? Int32GetDatum(static_cast<std::int32_t>(value))
                           : Int16GetDatum(static_cast<std::int16_t>(value));
}

// What a domain's own error leaves out.
void name_metric(void *names) {
  const auto *text = static_cast<const char *const *>(names);
  errcontext("metric \"%s\" of table \"%s\"", text[0], text[1]);
}

void check_domain(FunctionCallInfo fcinfo, statement_work &work, std::size_t metric, Datum value, bool is_null) {
  const char *names[] = {work.plan->set.metrics()[metric].expression.target.c_str(), work.plan->table.c_str()};
  ErrorContextCallback context{error_context_stack, name_metric, names};
  error_context_stack = &context;
  domain_check(value, is_null, work.plan->targets[metric].domain, &work.domain_caches[metric], fcinfo->flinfo->fn_mcxt);
  error_context_stack = context.previous;
}

// Puts a metric in its place; true where another value, or another image of it, stood there.
bool place(FunctionCallInfo fcinfo, statement_work &work, std::size_t metric, Datum value, bool is_null) {
  const metric_target &target = work.plan->targets[metric];
  if (OidIsValid(target.domain)) [[unlikely]]
    check_domain(fcinfo, work, metric, value, is_null);
  Datum &stored = work.values[target.number - 1];
  bool &stored_null = work.nulls[target.number - 1];
  const bool same = is_null || stored_null ? is_null == stored_null
                    : target.type != NUMERICOID ? stored == value
                                                : datum_image_eq(stored, value, false, -1);
  stored = value;
  stored_null = is_null;
  return !same;
}

// What the fast way could not compute. C++ objects live here: PostgreSQL is called through the door.
bool place_exactly(FunctionCallInfo fcinfo, statement_work &work) {
  const metrics_plan &plan = *work.plan;
  std::vector<exact_outcome> results(plan.targets.size());
  plan.set.compute_exactly(work.inputs, results, pg::server_interrupt());
  bool changed = false;
  for (std::size_t i = 0; i < results.size(); ++i) {
    exact_outcome &result = results[i];
    if (!plan.set.metrics()[i].column.is_bounded)
      trim(result.text);
    if (result.kind == outcome_kind::too_large && plan.options.on_overflow == overflow_rule::error)
      too_large(work, i, result.text);
    const bool is_null = result.kind != outcome_kind::value;
    changed |= call([&] {
      const Datum value = is_null                                ? Datum(0)
                          : plan.targets[i].type == NUMERICOID ? pg::numeric_from(result.text.c_str())
                                                                 : integer_datum(plan.targets[i].type,
                                                                                 std::strtoll(result.text.c_str(), nullptr, 10));
      return place(fcinfo, work, i, value, is_null);
    });
  }
  return changed;
}

bool place_results(FunctionCallInfo fcinfo, statement_work &work, const outcome *results) {
  const metrics_plan &plan = *work.plan;
  bool changed = false;
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    const outcome &result = results[i];
    Datum value = 0;
    if (result.kind == outcome_kind::value) [[likely]] {
      if (plan.targets[i].type != NUMERICOID)
        value = integer_datum(plan.targets[i].type, static_cast<std::int64_t>(result.digits));
      else {
        int128 digits = result.digits;
        std::int16_t scale = result.scale;
        if (!plan.set.metrics()[i].column.is_bounded)
          trim(digits, scale);
        if (!work.numerics[i].build(digits, scale)) [[unlikely]]
          return place_exactly(fcinfo, work) || changed;
        value = work.numerics[i].datum();
      }
    } else if (result.kind == outcome_kind::too_large && plan.options.on_overflow == overflow_rule::error)
      return place_exactly(fcinfo, work) || changed;
    changed |= place(fcinfo, work, i, value, result.kind != outcome_kind::value);
  }
  return changed;
}

// heap_modify_tuple without reading the columns once more.
HeapTuple form_row(const TriggerData &trigger, statement_work &work, HeapTuple row) {
  HeapTuple formed = heap_form_tuple(RelationGetDescr(trigger.tg_relation), work.values.data(), work.nulls.get());
  formed->t_data->t_ctid = row->t_data->t_ctid;
  formed->t_self = row->t_self;
  formed->t_tableOid = row->t_tableOid;
  return formed;
}

constexpr std::size_t most_metrics_on_stack = 32;

// Once a row: nothing here may need a destructor when PostgreSQL raises.
HeapTuple compute_row(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, metrics_feature);
  const bool updates = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  if (!updates && !TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    pg::misused_trigger(trigger, metrics_feature, right_trigger);
  const HeapTuple row = updates ? trigger.tg_newtuple : trigger.tg_trigtuple;
  if (pg::is_paused(pg::pausable::metrics)) {
    paused_in = GetCurrentTransactionStartTimestamp();
    return row;
  }
  auto *known = static_cast<statement_work *>(fcinfo->flinfo->fn_extra);
  statement_work &work =
      known && known->plans_dropped_before == pg::dropped_plans ? *known : work_of(fcinfo, trigger);
  heap_deform_tuple(row, RelationGetDescr(trigger.tg_relation), work.values.data(), work.nulls.get());
  read_inputs(work);
  if (work.plan->settings)
    read_settings(trigger, work);

  outcome results[most_metrics_on_stack];
  const std::size_t count = work.plan->targets.size();
  const bool changed = count <= most_metrics_on_stack &&
                               work.plan->set.compute(work.inputs, std::span(results, count))
                           ? place_results(fcinfo, work, results)
                           : place_exactly(fcinfo, work);
  return changed ? form_row(trigger, work, row) : row;
}

} // namespace

} // namespace upkeep

// upkeep.metrics() RETURNS trigger: BEFORE INSERT OR UPDATE, FOR EACH ROW. Errors: 39P01 a wrong trigger; 22023, 42601,
// 42703, 42804, 42P01 and 42P17 its arguments; 22003 NaN, infinity, or a metric too large with on_overflow=error; 22023
// a cogs_ratio that is no fraction; 21000 two rows of settings; 40001 settings that changed under a repeatable snapshot.
UPKEEP_FUNCTION(upkeep_metrics) {
  return upkeep::pg::entry([=] { return PointerGetDatum(upkeep::compute_row(fcinfo)); });
}
