// A row that decides itself when it is inserted: which columns of it and of its settings are read, which are written.
#pragma once

#include "core/decisions/numeric_input.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::decisions {

// A column by its name. One that is not needed is left out where the table has none.
struct input_rule {
  template <class Input>
  constexpr input_rule(Input key, const char *name, bool is_needed = false, bool is_setting = false)
      : key(static_cast<std::size_t>(key)), name(name), is_needed(is_needed), is_setting(is_setting) {}

  std::size_t key; // the feature's own enumerator
  const char *name;
  bool is_needed;
  bool is_setting; // where the row has none, or NULL, the settings are asked
};
enum class output_kind { text, number, json };
struct output_rule {
  template <class Output>
  constexpr output_rule(Output key, const char *name, output_kind kind = output_kind::number, bool is_needed = false)
      : key(static_cast<std::size_t>(key)), name(name), kind(kind), is_needed(is_needed) {}

  std::size_t key; // likewise
  const char *name;
  output_kind kind;
  bool is_needed;
};

// What a feature reads and writes.
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

} // namespace upkeep::decisions
