#include "features/metrics/figure_domains.hpp"

namespace upkeep::metrics {

using pg::call;

namespace {

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

} // namespace

bool figure_datum(const metrics_plan &plan, std::size_t metric, const outcome &figure, pg::short_numeric &into,
                  Datum &value) {
  const Oid type = plan.targets[metric].type;
  if (type != NUMERICOID) {
    value = integer_datum(type, static_cast<std::int64_t>(figure.digits));
    return true;
  }
  int128 digits = figure.digits;
  std::int16_t scale = figure.scale;
  if (!plan.set.metrics()[metric].column.is_bounded)
    trim(digits, scale);
  if (!into.build(digits, scale)) [[unlikely]]
    return false;
  value = into.datum();
  return true;
}

Datum figure_datum(const metrics_plan &plan, std::size_t metric, const std::string &figure) {
  const Oid type = plan.targets[metric].type;
  return type == NUMERICOID ? pg::numeric_from(figure.c_str())
                            : integer_datum(type, std::strtoll(figure.c_str(), nullptr, 10));
}

figure_domains::figure_domains(const metrics_plan &plan, MemoryContext memory)
    : plan(plan), memory(memory),
      domains(plan.targets.size()), as_judge{[](void *self, std::size_t metric, const outcome &figure) {
                                               return static_cast<figure_domains *>(self)->judge_one(metric, figure);
                                             },
                                             this} {
  for (std::size_t metric = 0; metric < domains.size(); ++metric)
    if (const Oid domain = plan.targets[metric].domain; OidIsValid(domain)) {
      domains[metric] = call([=] { return pg::domain_constraints_in(memory, domain); });
      has_any = true;
    }
}

template <class F> auto figure_domains::naming(std::size_t metric, F &&body) {
  const char *names[] = {plan.set.metrics()[metric].expression.target.c_str(), plan.table.c_str()};
  ErrorContextCallback context{error_context_stack, name_metric, names};
  error_context_stack = &context;
  const auto result = body();
  error_context_stack = context.previous;
  return result;
}

bool figure_domains::refuses(std::size_t metric, Datum value, bool is_null) {
  pg::domain_constraints *domain = domains[metric];
  return domain && naming(metric, [=] { return pg::refuses(*domain, value, is_null); });
}

void figure_domains::require_null(std::size_t metric) {
  if (refuses(metric, 0, true))
    naming(metric, [=, this] {
      domain_check(0, true, plan.targets[metric].domain, nullptr, memory);
      return true;
    });
}

exact_judge figure_domains::exactly() {
  if (!has_any)
    return {};
  return [this](std::size_t metric, const std::string &figure) {
    return !domains[metric] || !call([&] { return refuses(metric, figure_datum(plan, metric, figure), false); });
  };
}

figure_verdict figure_domains::judge_one(std::size_t metric, const outcome &figure) {
  Datum value = 0;
  if (!domains[metric])
    return figure_verdict::takes;
  if (!figure_datum(plan, metric, figure, room, value))
    return figure_verdict::unknown;
  return refuses(metric, value, false) ? figure_verdict::refuses : figure_verdict::takes;
}

} // namespace upkeep::metrics
