#include "features/rollups/source/pass/next_figures.hpp"

#include "core/rollups/scaled_sum.hpp"
#include "features/rollups/figure_value.hpp"
#include "postgres/boundary.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// A least value is one; so is false, which bool_and looks for.
bool is_least(aggregate function) { return function == aggregate::min || function == aggregate::bool_and; }

std::int64_t integer_of(Oid type, Datum value) {
  return type == INT2OID ? DatumGetInt16(value) : type == INT4OID ? DatumGetInt32(value) : DatumGetInt64(value);
}

Datum numeric_of(const figure_change &change) {
  return change.is_numeric ? change.difference : NumericGetDatum(int64_to_numeric(DatumGetInt64(change.difference)));
}

Datum added(const figure &to, const NullableDatum &stored, const figure_change &change) {
  const Datum difference = numeric_of(change);
  return stored.isnull ? difference
                       : DirectFunctionCall2(numeric_add, pg::to_numeric(stored.value, to.column.type), difference);
}

bool equal_numbers(Oid type, Datum a, Datum b) {
  return pg::is_integer(type) ? integer_of(type, a) == integer_of(type, b)
                              : DatumGetBool(DirectFunctionCall2(numeric_eq, a, b));
}

bool is_zero_number(Oid type, Datum number) {
  return pg::is_integer(type) ? integer_of(type, number) == 0
                              : DatumGetInt32(DirectFunctionCall1(numeric_sign, number)) == 0;
}

// Whether a numeric that was rounded to the scale of the column surely fits into it.
bool fits_into(const number_type &column, Datum sum) {
  decimal number{};
  return column.is_bounded && pg::read_number(sum, NUMERICOID, number) == pg::number_kind::finite && !number.text &&
         is_within(number.digits, number.scale, column.precision - column.scale);
}

std::string text_of_numeric(Datum number) {
  return pg::string_from([=] { return DatumGetCString(DirectFunctionCall1(numeric_out, number)); });
}

} // namespace

next_figures::next_figures(const rollup &of, MemoryContext memory) : figures(of.figures.size()), of(of) {
  orders.resize(of.figures.size());
  for (std::size_t i = 0; i < of.figures.size(); ++i)
    if (const figure &each = of.figures[i]; !is_additive(each.function))
      orders[i] = call([&] { return pg::order_of(each.column.type, each.column.collation, memory); });
}

// Whether a is more of an extreme than b.
bool next_figures::is_beyond(std::size_t i, Datum a, Datum b) {
  const int order = call([&, a, b] { return pg::compare_values(orders[i], a, b); });
  return is_least(of.figures[i].function) ? order < 0 : order > 0;
}

bool next_figures::follow_extreme(std::size_t i, const figure_change &change) {
  figure_now &now = figures[i];
  const bool is_known = !now.stored.isnull;
  const bool has_new = change.has_come && !(is_known && is_beyond(i, now.stored.value, change.come));
  const bool may_have_left = change.has_gone && !(is_known && is_beyond(i, now.stored.value, change.gone));
  // What came takes the place of what went, if it is at least as extreme as that.
  if (may_have_left && !(has_new && !is_beyond(i, change.gone, change.come)))
    return false;
  if (has_new && !(is_known && !is_beyond(i, change.come, now.stored.value))) {
    now.next = {change.come, false};
    now.differs = true;
  }
  return true;
}

Datum next_figures::stored_sum(std::size_t i, Datum sum, const key_value &key) const {
  const pg::column_info &column = of.figures[i].column;
  const std::optional<Datum> stored = stored_number(column, sum);
  if (!stored)
    too_large(column, of.keys, key, text_of_numeric(sum));
  return *stored;
}

void next_figures::add(std::size_t i, const figure_change &change, const key_value &key) {
  const figure &to = of.figures[i];
  figure_now &now = figures[i];
  if (!change.is_numeric && DatumGetInt64(change.difference) == 0)
    return;
  now.differs = true;
  if (!change.is_numeric && pg::is_integer(to.column.type)) {
    const std::int64_t stored = now.stored.isnull ? 0 : integer_of(to.column.type, now.stored.value);
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(stored, DatumGetInt64(change.difference), &sum))
      if (const std::optional<Datum> fits = stored_integer(to.column, sum)) {
        now.next = {*fits, false};
        return;
      }
  }
  const number_type type = pg::number_type_of(to.column.type, to.column.modifier).value();
  bool fits = false;
  now.next.isnull = false;
  now.next.value = call([&] {
    const Datum sum = added(to, now.stored, change);
    fits = fits_into(type, sum);
    // What was rounded before stays as it is; zeros at the end come.
    return fits ? DirectFunctionCall2(numeric, sum, Int32GetDatum(to.column.modifier)) : sum;
  });
  if (!fits)
    now.next.value = stored_sum(i, now.next.value, key);
}

bool next_figures::follow(const group_change &change) {
  bool is_known = true;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    figures[i].next = figures[i].stored;
    figures[i].differs = false;
    if (is_additive(of.figures[i].function))
      add(i, change.figures[i], change.key);
    else
      is_known &= follow_extreme(i, change.figures[i]);
  }
  return is_known;
}

// A NULL that is there counts as 0.
bool next_figures::is_same(std::size_t i, const NullableDatum &value) {
  const figure &each = of.figures[i];
  const NullableDatum &stored = figures[i].stored;
  const Oid type = each.column.type;
  if (is_additive(each.function) && stored.isnull != value.isnull)
    return call([&] { return is_zero_number(type, stored.isnull ? value.value : stored.value); });
  if (stored.isnull || value.isnull)
    return stored.isnull == value.isnull;
  return call([&, i] {
    return is_additive(each.function) ? equal_numbers(type, stored.value, value.value)
                                      : pg::compare_values(orders[i], stored.value, value.value) == 0;
  });
}

void next_figures::set(std::size_t i, const NullableDatum &value) {
  figures[i].differs = !is_same(i, value);
  figures[i].next = figures[i].differs ? value : figures[i].stored;
}

void next_figures::take(const key_value &key, std::span<const NullableDatum> said, bool extremes_only) {
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const figure &each = of.figures[i];
    if (!is_additive(each.function))
      set(i, said[i]);
    else if (!extremes_only)
      set(i, {stored_sum(i,
                         each.function == aggregate::count
                             ? call([&] { return NumericGetDatum(int64_to_numeric(DatumGetInt64(said[i].value))); })
                             : said[i].value,
                         key),
              false});
  }
}

void next_figures::take_totals(std::span<const NullableDatum> totals) {
  for (std::size_t i = 0; i < figures.size(); ++i)
    set(i, totals[i]);
}

bool next_figures::is_zero(std::size_t i) const {
  return figures[i].next.isnull ||
         call([&, i] { return is_zero_number(of.figures[i].column.type, figures[i].next.value); });
}

bool next_figures::any_differs() const {
  return std::ranges::any_of(figures, [](const figure_now &each) { return each.differs; });
}

} // namespace upkeep::rollups
