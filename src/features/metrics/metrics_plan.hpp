// metrics: what one trigger keeps on one table.
#pragma once

#include "core/metrics/metric_set.hpp"
#include "features/metrics/metrics_options_given.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/unique_key.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::metrics {

// A column that holds a number.
struct number_column {
  std::string name;
  AttrNumber number;
  Oid type; // under any domains
};

// A column of a key or a date.
struct key_column {
  std::string name;
  AttrNumber number;
  Oid type; // under any domains
  Oid collation;
  std::int16_t length; // as pg_attribute.attlen
  bool by_value;
};

// Where a metric goes.
struct metric_target {
  AttrNumber number;
  Oid type;   // under any domains
  Oid domain; // InvalidOid unless the column's type is one
  std::string type_name;
};

// How the settings of a row are found.
struct settings_source {
  Oid table;
  Oid root; // what the locks are on: the topmost partitioned table, or the table itself
  Oid owner;
  key_column key;  // of the settings
  key_column from; // of the settings; number 0 where there is one row a tenant
  key_column row_key;
  key_column row_date; // number 0 where there is one row a tenant
  std::vector<number_column> columns;
  std::vector<AttrNumber> numbers; // of the columns
  pg::unique_key unique;           // where one row a tenant is found by an index
  // The row in force for a key, and a date where `from` is given: locked FOR SHARE, or as it is.
  std::unique_ptr<pg::saved_query> locked, unlocked;
};

// The options of a trigger resolved against its table; kept for the session.
struct metrics_plan {
  explicit metrics_plan(std::span<const std::string> formulas) : set(formulas) {}

  metric_set set;
  std::vector<number_column> columns;      // as the set's inputs, those of the row
  std::vector<metric_target> targets;      // as the set's metrics
  std::optional<settings_source> settings; // where a formula uses one
  metrics_options_given options;
  std::string table; // its name, for messages
  std::string root;  // that of the partitioned table whose partition it is, or the same
  int column_count;

  // What a statement is that computes stored rows again.
  pg::own_statement recalculation() const {
    return options.touches_updated_at ? pg::own_statement::derived : pg::own_statement::quiet;
  }
};

// Throws 42703 and 42804 for a column that is not there or holds no number, 428C9 for one that is generated, 42501
// where the owner of the table may not read the settings, and what parsing formulas throws.
std::shared_ptr<const metrics_plan> resolve_metrics(const metrics_options_given &options, Relation table);

// The same for a trigger of the table, as the session remembers it.
std::shared_ptr<const metrics_plan> plan_of_trigger(const Trigger &trigger, Relation table);

// What an error says of a formula's inputs: "revenue = 5, settings.cogs_ratio = 0.4".
std::string describe_inputs(const metrics_plan &plan, std::size_t metric, std::span<const decimal> inputs);

// The row that could not be computed: "While computing aov, roas; revenue = 5." `inputs`: those read so far.
std::string describe_row(const metrics_plan &plan, std::span<const decimal> inputs);

// Throws 22023 where the setting of that number is a fraction and the value is not one.
void require_fraction(const metrics_plan &plan, std::size_t setting, const decimal &value);

} // namespace upkeep::metrics
