// A row that decides itself when it is inserted: which columns of it and of its settings are read, which are written.
#pragma once

#include "features/decisions/decision_rule.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::decisions {

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

// How the daily records of a row's shop are found.
struct decision_records {
  Oid table, owner;
  AttrNumber row_key, row_day;
  std::unique_ptr<pg::saved_query> sums; // the revenue and the orders of the shop $1 from $2 to before $3
  // On which day the weeks of the shop $1 begin, as text; nullptr where the settings do not say.
  std::unique_ptr<pg::saved_query> first_weekday;
};

// The options of a trigger resolved against its table; kept for the session.
struct decision_plan {
  std::string table;
  std::vector<input_column> inputs;
  std::vector<output_column> outputs;
  std::optional<decision_settings> settings;
  std::optional<decision_records> records;
};

// Throws 42703, 42804 and 428C9 for columns that are missing or cannot serve, 42501 where the owner of the table may
// not read the settings or the records, 42P01 where there are none of that name.
std::shared_ptr<const decision_plan> resolve_decisions(const decision_rule &rule, const option_list &options,
                                                       Relation table);

} // namespace upkeep::decisions
