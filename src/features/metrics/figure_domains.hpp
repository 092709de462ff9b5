// The domains that metrics are stored in, and which figures they refuse.
#pragma once

#include "features/metrics/metrics_plan.hpp"
#include "postgres/values/domain.hpp"
#include "postgres/values/short_numeric.hpp"

namespace upkeep::metrics {

// A figure as its column holds it, in `into` where that is a numeric; false where it has too many digits for that.
bool figure_datum(const metrics_plan &plan, std::size_t metric, const outcome &figure, pg::short_numeric &into,
                  Datum &value);
// The same of one in plain notation, in the current memory context.
Datum figure_datum(const metrics_plan &plan, std::size_t metric, const std::string &figure);

// For one statement, or one scan. Called directly by PostgreSQL's rules: what may raise says so.
class figure_domains {
public:
  // Makes what it keeps in `memory`. May raise.
  figure_domains(const metrics_plan &plan, MemoryContext memory);
  figure_domains(const figure_domains &) = delete;
  figure_domains &operator=(const figure_domains &) = delete;

  // What metric_set::compute asks; nullptr where no metric has a domain. May raise when asked.
  const figure_judge *judge() const { return has_any ? &as_judge : nullptr; }
  figure_verdict judge_one(std::size_t metric, const outcome &figure);
  // What metric_set::compute_exactly asks, through the door.
  exact_judge exactly();

  // May raise what the domain's constraints raise, with the metric as context.
  bool refuses(std::size_t metric, Datum value, bool is_null);
  // Raises the domain's own error where it does not take NULL.
  void require_null(std::size_t metric);

private:
  template <class F> auto naming(std::size_t metric, F &&body);

  const metrics_plan &plan;
  MemoryContext memory;
  std::vector<pg::domain_constraints *> domains; // nullptr for a type that is not a domain
  pg::short_numeric room;
  figure_judge as_judge;
  bool has_any = false;
};

} // namespace upkeep::metrics
