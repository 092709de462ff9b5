// A row that decides itself when it is inserted: which columns of it and of its settings are read, which are written.
#pragma once

#include "core/decisions/numeric_input.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::decisions {

// A column by its name. One that is not needed is left out where the table has none.
struct input_rule {
  const char *name;
  bool is_needed = false;
  bool is_setting = false; // where the row has none, or NULL, the settings are asked
};
enum class output_kind { text, number, json };
struct output_rule {
  const char *name;
  output_kind kind = output_kind::number;
  bool is_needed = false;
};

// What a feature reads and writes; both are numbered by the feature's own enumerators.
struct decision_rule {
  const feature_rule &feature;
  const char *trigger; // its name
  const char *verb;    // "enable ad_decisions", for messages
  const char *enable;  // the function
  std::span<const input_rule> inputs;
  std::span<const output_rule> outputs;
};
extern const decision_rule ad_decision_rule, growth_simulation_rule;

// A column that is read; number 0 where there is none.
struct input_column {
  AttrNumber number;
  Oid type; // under any domains
};

// A column that is written; number 0 where there is none.
struct output_column {
  AttrNumber number;
  Oid type;      // its own, maybe a domain
  Oid base_type; // under any domains
  std::int32_t modifier;
  std::string name;
};

// How the settings of a row are found.
struct decision_settings {
  Oid table, owner;
  std::string key;
  AttrNumber row_key;
  std::vector<std::size_t> inputs; // those that the query reads, in its order
  std::vector<Oid> types;
  std::unique_ptr<pg::saved_query> query;
};

// The options of a trigger resolved against its table; kept for the session.
struct decision_plan {
  std::string table;
  std::vector<input_column> inputs;
  std::vector<output_column> outputs;
  std::optional<decision_settings> settings;
};

// Throws 42703, 42804 and 428C9 for columns that are missing or cannot serve, 42501 where the owner of the table may
// not read the settings, 42P01 where there are none of that name.
std::shared_ptr<const decision_plan> resolve_decisions(const decision_rule &rule, const option_list &options,
                                                       Relation table);

// What a trigger function of a rule does: `decide` gives a new row what it lacks. A row that an UPDATE moves from
// another partition keeps its decision. Throws 39P01 unless the trigger is BEFORE INSERT OR UPDATE OR DELETE FOR EACH
// ROW.
using decide_function = HeapTuple (*)(const decision_plan &, const TriggerData &);
Datum decide_new_row(FunctionCallInfo fcinfo, const decision_rule &rule, pg::pausable pause, decide_function decide);

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

// What is written into the row. Columns that the table has not are left out.
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
