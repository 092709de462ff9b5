// What a decision writes into its row.
#pragma once

#include "features/decisions/decision_plan.hpp"

namespace upkeep::decisions {

// What is written into the row. Columns that the table lacks are left out.
class decision_outputs {
public:
  decision_outputs(const decision_plan &plan, const TriggerData &trigger) : plan(plan), trigger(trigger) {}

  // What the client sent, without a character's padding; nullopt for NULL.
  template <class Output> std::optional<std::string> sent(Output which) const { return sent_in(column(which)); }

  template <class Output> void text(Output which, const std::optional<std::string> &value) {
    put(column(which), value ? value->c_str() : nullptr);
  }
  // A number in plain notation, rounded where the column holds whole ones. 22003 where it is too large.
  template <class Output> void number(Output which, const std::optional<std::string> &plain) {
    put_number(column(which), plain);
  }
  template <class Output> void json(Output which, Datum jsonb) { put_json(column(which), jsonb); }

  // The row with all of it.
  HeapTuple finish();

private:
  template <class Output> const output_column &column(Output which) const {
    return plan.outputs[static_cast<std::size_t>(which)];
  }
  std::optional<std::string> sent_in(const output_column &column) const;
  void put(const output_column &column, const char *value);
  void put_number(const output_column &column, const std::optional<std::string> &plain);
  void put_json(const output_column &column, Datum jsonb);
  void add(const output_column &column, Datum value, bool is_null);

  const decision_plan &plan;
  const TriggerData &trigger;
  std::vector<int> columns;
  std::vector<Datum> values;
  std::unique_ptr<bool[]> nulls = std::make_unique<bool[]>(plan.outputs.size());
};

} // namespace upkeep::decisions
