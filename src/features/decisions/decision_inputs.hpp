// The numbers that a decision stands on.
#pragma once

#include "core/decisions/numeric_input.hpp"
#include "features/decisions/decision_plan.hpp"
#include "features/decisions/decision_rule.hpp"

namespace upkeep::decisions {

// The numbers that a row and its settings have, as the rule's inputs.
class decision_inputs {
public:
  decision_inputs(const decision_rule &rule, const decision_plan &plan, const TriggerData &trigger);

  template <class Input> const optional_number &number(Input which) const {
    return values[static_cast<std::size_t>(which)];
  }
  // Throws 22023 for a number that is not whole, 22003 for one that the functions' arguments, an integer and a bigint,
  // do not hold.
  template <class Input> optional_count count(Input which) const {
    return count_at(static_cast<std::size_t>(which), INT4OID);
  }
  template <class Input> optional_count big_count(Input which) const {
    return count_at(static_cast<std::size_t>(which), INT8OID);
  }

private:
  void read_settings(const decision_settings &settings, const TriggerData &trigger);
  optional_count count_at(std::size_t which, Oid type) const;

  const decision_rule &rule;
  const decision_plan &plan;
  std::vector<optional_number> values;
};

} // namespace upkeep::decisions
