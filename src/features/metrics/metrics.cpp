// The trigger function upkeep.metrics(): computes the metrics of a row that is written.
#include "features/catalogue.hpp"
#include "features/metrics/figure_domains.hpp"
#include "features/metrics/settings_reader.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/memory.hpp"
#include "postgres/settings.hpp"
#include "postgres/values/short_numeric.hpp"

#include <cstring>

namespace upkeep::metrics {

using pg::call;

namespace {

constexpr const char *right_trigger = "BEFORE INSERT OR UPDATE ... FOR EACH ROW";

// What one statement needs: the plan, the settings it has read, and room for one row.
struct statement_work {
  statement_work(std::shared_ptr<const metrics_plan> plan, MemoryContext memory)
      : plan(std::move(plan)), settings(*this->plan), values(this->plan->column_count),
        nulls(std::make_unique<bool[]>(this->plan->column_count)), inputs(this->plan->set.inputs().size()),
        numerics(this->plan->targets.size()), domains(*this->plan, memory) {}

  std::shared_ptr<const metrics_plan> plan;
  settings_reader settings;
  std::vector<Datum> values;
  std::unique_ptr<bool[]> nulls;
  std::vector<decimal> inputs;
  std::vector<pg::short_numeric> numerics;
  figure_domains domains;
  std::uint64_t plans_dropped_before = pg::dropped_plans;
};

statement_work &work_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    pg::misused_trigger(trigger, metrics_feature, right_trigger);
  auto &work = pg::make_in<statement_work>(
      fcinfo->flinfo->fn_mcxt, plan_of_trigger(*trigger.tg_trigger, trigger.tg_relation), fcinfo->flinfo->fn_mcxt);
  fcinfo->flinfo->fn_extra = &work;
  return work;
}

[[noreturn]] void not_finite(const statement_work &work, std::size_t input, pg::number_kind kind) {
  const metrics_plan &plan = *work.plan;
  pg::not_finite(kind, fmt::format("column \"{}\" of table \"{}\"", plan.columns[input].name, plan.table),
                 describe_row(plan, std::span(work.inputs).first(input)));
}

// A figure that its column does not take, and may not be NULL instead.
[[noreturn]] void not_stored(const statement_work &work, std::size_t metric, const exact_outcome &result) {
  const metrics_plan &plan = *work.plan;
  const std::string &column = plan.set.metrics()[metric].expression.target, &type = plan.targets[metric].type_name;
  const std::string figure = fmt::format("It is {}, of {}.", result.text.empty() ? "beyond any numeric" : result.text,
                                         describe_inputs(plan, metric, work.inputs));
  // A partition has its columns and its trigger from its root.
  const std::string place = plan.root == plan.table ? "" : fmt::format(" of \"{}\"", plan.root);
  if (result.kind == outcome_kind::too_large)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message =
                    fmt::format("metric \"{}\" of table \"{}\" is too large for its type {}", column, plan.table, type),
                .detail = figure,
                .hint = fmt::format("Give \"{}\"{} a wider type, or enable metrics{} with on_overflow => 'null'.",
                                    column, place, place.empty() ? "" : fmt::format(" on \"{}\"", plan.root))};
  throw fault{.sqlstate = sqlstate::check_violation,
              .message =
                  fmt::format("metric \"{}\" of table \"{}\" is refused by its domain {}", column, plan.table, type),
              .detail = figure,
              .hint = plan.options.on_overflow == overflow_rule::null
                          ? fmt::format("The domain refuses NULL in its place too. Let {} take one of them.", type)
                          : fmt::format("Let {} take the figure, or enable metrics{} with on_overflow => 'null'.", type,
                                        place.empty() ? "" : fmt::format(" on \"{}\"", plan.root))};
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
  const Datum before =
      heap_getattr(trigger.tg_trigtuple, column.number, RelationGetDescr(trigger.tg_relation), &was_null);
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

// Puts a metric in its place; true where another value, or another image of it, stood there.
bool place(statement_work &work, std::size_t metric, Datum value, bool is_null) {
  const metric_target &target = work.plan->targets[metric];
  if (is_null && OidIsValid(target.domain)) [[unlikely]]
    work.domains.require_null(metric);
  Datum &stored = work.values[target.number - 1];
  bool &stored_null = work.nulls[target.number - 1];
  const bool same = is_null || stored_null      ? is_null == stored_null
                    : target.type != NUMERICOID ? stored == value
                                                : datum_image_eq(stored, value, false, -1);
  stored = value;
  stored_null = is_null;
  return !same;
}

// Whether a figure that its column does not take is an error, rather than NULL.
bool is_error(statement_work &work, std::size_t metric, outcome_kind kind) {
  if (kind != outcome_kind::too_large && kind != outcome_kind::refused)
    return false;
  return work.plan->options.on_overflow == overflow_rule::error ||
         (kind == outcome_kind::refused && work.domains.refuses(metric, 0, true));
}

// What the fast way could not compute. C++ objects live here: PostgreSQL is called through the door.
bool place_exactly(statement_work &work) {
  const metrics_plan &plan = *work.plan;
  std::vector<exact_outcome> results(plan.targets.size());
  plan.set.compute_exactly(work.inputs, results, pg::server_interrupt(), work.domains.exactly());
  bool changed = false;
  for (std::size_t i = 0; i < results.size(); ++i) {
    exact_outcome &result = results[i];
    if (!plan.set.metrics()[i].column.is_bounded)
      trim(result.text);
    if (call([&] { return is_error(work, i, result.kind); }))
      not_stored(work, i, result);
    const bool is_null = result.kind != outcome_kind::value;
    changed |= call([&] { return place(work, i, is_null ? Datum(0) : figure_datum(plan, i, result.text), is_null); });
  }
  return changed;
}

bool place_results(statement_work &work, const outcome *results) {
  const metrics_plan &plan = *work.plan;
  bool changed = false;
  for (std::size_t i = 0; i < plan.targets.size(); ++i) {
    const bool is_null = results[i].kind != outcome_kind::value;
    Datum value = 0;
    if (is_null ? is_error(work, i, results[i].kind) : !figure_datum(plan, i, results[i], work.numerics[i], value))
        [[unlikely]]
      return place_exactly(work) || changed;
    changed |= place(work, i, value, is_null);
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

constexpr std::size_t max_metrics_on_stack = 32;

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
  // A deleted row comes back with the figures that it had.
  if (!updates && pg::is_restoring())
    return row;
  auto *known = static_cast<statement_work *>(fcinfo->flinfo->fn_extra);
  statement_work &work = known && known->plans_dropped_before == pg::dropped_plans ? *known : work_of(fcinfo, trigger);
  heap_deform_tuple(row, RelationGetDescr(trigger.tg_relation), work.values.data(), work.nulls.get());
  read_inputs(work);
  if (work.plan->settings)
    read_settings(trigger, work);

  outcome results[max_metrics_on_stack];
  const std::size_t count = work.plan->targets.size();
  const bool changed = count <= max_metrics_on_stack &&
                               work.plan->set.compute(work.inputs, std::span(results, count), work.domains.judge())
                           ? place_results(work, results)
                           : place_exactly(work);
  return changed ? form_row(trigger, work, row) : row;
}

} // namespace

} // namespace upkeep::metrics

// upkeep.metrics() RETURNS trigger: BEFORE INSERT OR UPDATE, FOR EACH ROW. Errors: 39P01 a wrong trigger; 22023, 42601,
// 42703, 42804, 42P01 and 42P17 its arguments; 22003 NaN, infinity, or a metric too large with on_overflow=error; 22023
// a cogs_ratio that is not a fraction; 21000 two rows of settings; 40001 settings that changed under a repeatable
// snapshot.
UPKEEP_FUNCTION(upkeep_metrics) {
  return upkeep::pg::entry([=] { return PointerGetDatum(upkeep::metrics::compute_row(fcinfo)); });
}
