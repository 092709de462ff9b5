// Triggers that several features make in the same way: on a table and on all that belong to it.
#pragma once

#include "core/options/feature_rule.hpp"
#include "postgres/sql/text.hpp"

#include <span>

namespace upkeep {

// When a statement trigger fires and what it sees. One with transition tables can have one event only.
struct statement_event {
  const char *name; // what the trigger's name ends with
  const char *timing;
  const char *tables; // or nullptr
  std::int16_t type;  // the bits of pg_trigger.tgtype
};

extern const statement_event on_insert, on_update, on_delete, before_truncate, after_truncate;
// Without transition tables.
extern const statement_event after_insert, after_update;

// Creates `name`_<event> for each event, on the table and all its partitions and children: each must be the caller's,
// for a statement fires the triggers of the table that it names only. Needs an SPI connection.
void create_statement_triggers(Oid table, const std::string &name, std::span<const statement_event *const> events,
                               const feature_rule &feature, const std::vector<std::string> &arguments);

// Creates a row trigger on the table, whose partitions inherit it, and on its inheritance children, which do not.
// `when`: "BEFORE INSERT OR UPDATE".
void create_row_trigger(Oid table, const char *name, const char *when, const feature_rule &feature,
                        const std::vector<std::string> &arguments);

// Drops the triggers of a feature from a table and all its partitions and children; false where there were none.
bool drop_triggers_of_tree(Oid table, const feature_rule &feature);

// Gives the partitions of the tree that a table belongs to the statement triggers of those above them, where they lack
// them. `only`: those of that feature. Needs an SPI connection.
void inherit_statement_triggers(Oid table, const feature_rule *only = nullptr);

} // namespace upkeep
