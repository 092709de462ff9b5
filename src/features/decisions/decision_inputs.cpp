#include "features/decisions/decision_inputs.hpp"

#include "features/decisions/figures.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

#include <charconv>

namespace upkeep::decisions {

using pg::call;

namespace {

// Of plain notation, "14" or "14.00".
bool is_whole(std::string_view plain) {
  const std::size_t point = std::min(plain.find('.'), plain.size());
  return plain.find_first_not_of("-0123456789") >= point &&
         plain.find_first_not_of(".0", point) == std::string_view::npos;
}

// A whole number, where the type holds it.
optional_count whole_number(std::string_view plain, Oid type) {
  std::int64_t whole = 0;
  if (std::from_chars(plain.data(), plain.data() + plain.size(), whole).ec != std::errc())
    return std::nullopt;
  if (type == INT4OID && (whole < INT32_MIN || whole > INT32_MAX))
    return std::nullopt;
  return whole;
}

// A transaction that keeps its snapshot still sees a row that another has deleted, beside the one it has written in its
// place.
[[noreturn]] void refuse_several(const decision_settings &settings, Datum key) {
  if (IsolationUsesXactSnapshot() &&
      settings.query->execute(std::span(&key, 1), call([] { return GetLatestSnapshot(); })).count() < 2)
    throw fault{.sqlstate = sqlstate::serialization_failure,
                .message = fmt::format("could not serialize access: \"{}\" has changed since this transaction began",
                                       pg::table_name(settings.table)),
                .hint = "Repeat the transaction."};
  throw fault{.sqlstate = sqlstate::cardinality_violation,
              .message = fmt::format("table \"{}\" has more than one row of settings for one \"{}\"",
                                     pg::table_name(settings.table), settings.key),
              .hint = fmt::format("Keep one of them, and make ({}) unique.", settings.key)};
}

} // namespace

decision_inputs::decision_inputs(const decision_rule &rule, const decision_plan &plan, const TriggerData &trigger)
    : rule(rule), plan(plan), values(plan.inputs.size()) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const input_column &column = plan.inputs[i];
    if (!column.number)
      continue;
    bool is_null = false;
    const Datum value = call([&] {
      return heap_getattr(trigger.tg_trigtuple, column.number, RelationGetDescr(trigger.tg_relation), &is_null);
    });
    if (!is_null)
      values[i] = number_from(value, column.type);
  }
  if (plan.settings)
    read_settings(*plan.settings, trigger);
}

// Reads them as their owner: the role that decides need not see them.
void decision_inputs::read_settings(const decision_settings &settings, const TriggerData &trigger) {
  bool is_null = false;
  const Datum key = call([&] {
    return heap_getattr(trigger.tg_trigtuple, settings.row_key, RelationGetDescr(trigger.tg_relation), &is_null);
  });
  if (is_null || settings.inputs.empty())
    return;
  pg::with_spi([&] {
    pg::as_user(settings.owner, SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
      const pg::rows found = settings.query->execute(std::span(&key, 1));
      if (found.count() > 1)
        refuse_several(settings, key);
      for (std::size_t i = 0; found.count() > 0 && i < settings.inputs.size(); ++i) {
        optional_number &into = values[settings.inputs[i]];
        const Datum value = found.value(0, static_cast<int>(i) + 1, is_null);
        if (!into && !is_null)
          into = number_from(value, settings.types[i]);
      }
    });
  });
}

optional_count decision_inputs::count_at(std::size_t which, Oid type) const {
  const optional_number &given = values[which];
  if (!given)
    return std::nullopt;
  if (!is_whole(given->text))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("column \"{}\" of table \"{}\" must be a whole number, not {}",
                                       rule.inputs[which].name, plan.table, given->text),
                .hint = "Pass NULL where it is not known."};
  const optional_count whole = whole_number(given->text, type);
  if (!whole)
    throw fault{.sqlstate = sqlstate::numeric_value_out_of_range,
                .message = fmt::format("column \"{}\" of table \"{}\" is {}, which is out of range for type {}",
                                       rule.inputs[which].name, plan.table, given->text,
                                       type == INT4OID ? "integer" : "bigint"),
                .hint = "The function that decides takes no larger numbers."};
  return whole;
}

} // namespace upkeep::decisions
