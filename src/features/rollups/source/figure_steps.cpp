#include "features/rollups/source/figure_steps.hpp"

#include "core/rollups/scaled_sum.hpp"
#include "postgres/values/short_numeric.hpp"

namespace upkeep::rollups {

namespace {

// A sum while rows are read.
std::int64_t digits_of(const figure_change &sum) { return DatumGetInt64(sum.difference); }
int scale_of(const figure_change &sum) { return DatumGetInt32(sum.gone); }
void set(figure_change &sum, std::int64_t digits, int scale) {
  sum.difference = Int64GetDatum(digits);
  sum.gone = Int32GetDatum(scale);
}

Datum whole_numeric(std::int64_t number) { return NumericGetDatum(int64_to_numeric(number)); }

// In the current memory context.
Datum numeric_of(std::int64_t digits, int scale) {
  pg::short_numeric built;
  if (built.build(digits, scale))
    return datumCopy(built.datum(), false, -1);
  // More zeros before the point than a short one has room for.
  const Datum shifted = DirectFunctionCall2(numeric_power, whole_numeric(10), whole_numeric(-scale));
  return DirectFunctionCall2(numeric_mul, whole_numeric(digits), shifted);
}

void replace(Datum &kept, Datum with, MemoryContext memory) {
  MemoryContext outer = MemoryContextSwitchTo(memory);
  const Datum copy = datumCopy(with, false, -1);
  MemoryContextSwitchTo(outer);
  if (kept)
    pfree(DatumGetPointer(kept));
  kept = copy;
}

void add_numeric(figure_change &sum, Datum value, bool goes, MemoryContext memory) {
  const Datum before = sum.come ? sum.come : whole_numeric(0);
  replace(sum.come,
          goes ? DirectFunctionCall2(numeric_sub, before, value) : DirectFunctionCall2(numeric_add, before, value),
          memory);
}

// Digits with the scale that the sum has, or gets.
bool align(figure_change &sum, std::int64_t &digits, int scale) {
  std::int64_t before = digits_of(sum);
  const int common = std::max(scale, scale_of(sum));
  if (!rescale(digits, scale, common) || !rescale(before, scale_of(sum), common))
    return false;
  set(sum, before, common);
  return true;
}

// The decimals that the value is written with, which a sum without a scale of its own takes over.
int shown_scale(const figure_step &step, Datum value) {
  return step.summed == NUMERICOID ? DatumGetInt32(DirectFunctionCall1(numeric_scale, value)) : 0;
}

bool add_short(const figure_step &step, figure_change &sum, Datum given, const decimal &value, bool goes) {
  if (value.text)
    return false;
  std::int64_t digits = value.digits, total;
  if (step.is_rounded) {
    if (!rescale(digits, value.scale, step.scale))
      return false;
    sum.gone = Int32GetDatum(step.scale);
  } else if (const int scale = shown_scale(step, given);
             !rescale(digits, value.scale, scale) || !align(sum, digits, scale))
    return false;
  total = digits_of(sum);
  if (!add(total, digits, goes))
    return false;
  sum.difference = Int64GetDatum(total);
  return true;
}

pg::number_kind add_value(const figure_step &step, figure_change &sum, Datum value, bool goes) {
  decimal number;
  const pg::number_kind kind = pg::read_number(value, step.summed, number);
  if (kind != pg::number_kind::finite || add_short(step, sum, value, number, goes))
    return kind;
  Datum exact = pg::to_numeric(value, step.summed);
  if (step.is_rounded)
    exact = DirectFunctionCall2(numeric_round, exact, Int32GetDatum(step.scale));
  add_numeric(sum, exact, goes, step.memory);
  return kind;
}

bool is_further(figure_step &step, Datum value, Datum than) {
  const int order = pg::compare_values(step.order, value, than);
  return step.function == aggregate::max || step.function == aggregate::bool_or ? order > 0 : order < 0;
}

void keep_extreme(figure_step &step, Datum value, bool &has, Datum &kept) {
  if (has && !is_further(step, value, kept))
    return;
  MemoryContext outer = MemoryContextSwitchTo(step.memory);
  const Datum copy = pg::copied(step.order, value);
  MemoryContextSwitchTo(outer);
  if (has && !step.order.by_value)
    pfree(DatumGetPointer(kept));
  has = true;
  kept = copy;
}

bool finish_sum(const figure_step &step, figure_change &sum) {
  const std::int64_t digits = digits_of(sum);
  const int scale = scale_of(sum);
  const Datum beyond = sum.come;
  sum = {};
  if (beyond) {
    MemoryContext outer = MemoryContextSwitchTo(step.memory);
    const Datum total = DirectFunctionCall2(numeric_add, beyond, numeric_of(digits, scale));
    MemoryContextSwitchTo(outer);
    sum.is_numeric = !DatumGetBool(DirectFunctionCall2(numeric_eq, total, whole_numeric(0)));
    sum.difference = sum.is_numeric ? total : 0;
    return sum.is_numeric;
  }
  if (digits == 0)
    return false;
  sum.is_numeric = scale != 0;
  if (!sum.is_numeric) {
    sum.difference = Int64GetDatum(digits);
    return true;
  }
  MemoryContext outer = MemoryContextSwitchTo(step.memory);
  sum.difference = numeric_of(digits, scale);
  MemoryContextSwitchTo(outer);
  return true;
}

} // namespace

figure_step prepare_step(const figure &of, pg::row_values &values, MemoryContext memory) {
  figure_step step{};
  step.function = of.function;
  step.has_argument = static_cast<bool>(of.argument);
  step.has_filter = static_cast<bool>(of.filter);
  step.memory = memory;
  if (step.has_argument)
    step.argument = pg::prepare_value(values, of.argument);
  if (step.has_filter)
    step.filter = pg::prepare_value(values, of.filter);
  if (of.function == aggregate::sum) {
    const number_type held = pg::number_type_of(of.column.type, of.column.modifier).value_or(number_type{});
    const Oid type = of.argument.type();
    step.summed = pg::is_number(type) ? type : getBaseType(type);
    step.is_rounded = held.is_bounded;
    step.scale = held.scale;
  } else if (of.function != aggregate::count)
    step.order = pg::order_of(of.column.type, of.column.collation, memory);
  return step;
}

pg::number_kind take_step(figure_step &step, const pg::row_values &values, bool goes, figure_change &change) {
  bool is_null = false;
  if (step.has_filter && (!DatumGetBool(pg::value_in(values, step.filter, is_null)) || is_null))
    return pg::number_kind::finite;
  const Datum value = step.has_argument ? pg::value_in(values, step.argument, is_null) : Datum(0);
  if (step.has_argument && is_null)
    return pg::number_kind::finite;
  switch (step.function) {
  case aggregate::count:
    change.difference = Int64GetDatum(DatumGetInt64(change.difference) + (goes ? -1 : 1));
    return pg::number_kind::finite;
  case aggregate::sum:
    return add_value(step, change, value, goes);
  default:
    keep_extreme(step, value, goes ? change.has_gone : change.has_come, goes ? change.gone : change.come);
    return pg::number_kind::finite;
  }
}

bool finish_step(const figure_step &step, figure_change &change) {
  if (step.function == aggregate::sum)
    return finish_sum(step, change);
  return step.function == aggregate::count ? change.difference != 0 : change.has_come || change.has_gone;
}

} // namespace upkeep::rollups
