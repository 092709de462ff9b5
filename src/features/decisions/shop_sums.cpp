#include "features/decisions/shop_sums.hpp"

#include "core/calendar.hpp"
#include "features/decisions/figures.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

constexpr int days_of_sums = 8 * days_per_week;

std::optional<Datum> value_of(const TriggerData &trigger, AttrNumber column) {
  bool is_null = false;
  const Datum value =
      call([&] { return heap_getattr(trigger.tg_trigtuple, column, RelationGetDescr(trigger.tg_relation), &is_null); });
  return is_null ? std::nullopt : std::optional(value);
}

template <class F> void as_owner(Oid owner, F &&body) {
  pg::as_user(owner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, body);
}

// Monday where the settings do not say, or name no day: a decision is no place to refuse them.
int first_weekday(const decision_plan &plan, Datum shop) {
  std::optional<int> day;
  if (plan.records->first_weekday)
    as_owner(plan.settings->owner, [&] {
      const pg::rows found = plan.records->first_weekday->execute(std::span(&shop, 1));
      const std::optional<std::string> text = found.count() > 0 ? found.text(0, 1) : std::nullopt;
      day = text ? weekday_from(*text) : std::nullopt;
    });
  return day.value_or(1);
}

optional_number sum_of(const pg::rows &found, int column) {
  bool is_null = false;
  const Datum sum = found.value(0, column, is_null);
  return is_null ? std::nullopt : std::optional(number_from(sum, NUMERICOID));
}

} // namespace

shop_sums read_shop_sums(const decision_plan &plan, const TriggerData &trigger) {
  const decision_records &records = *plan.records;
  const std::optional<Datum> shop = value_of(trigger, records.row_key), day = value_of(trigger, records.row_day);
  if (!shop || !day || DATE_NOT_FINITE(DatumGetDateADT(*day)))
    return {};
  shop_sums sums;
  pg::with_spi([&] {
    const day_number week = week_start_of(DatumGetDateADT(*day), first_weekday(plan, *shop));
    const Datum values[] = {*shop, DateADTGetDatum(week - days_of_sums), DateADTGetDatum(week)};
    as_owner(records.owner, [&] {
      const pg::rows found = records.sums->execute(values);
      sums = {sum_of(found, 1), sum_of(found, 2)};
    });
  });
  return sums;
}

} // namespace upkeep::decisions
