// The rollups into one table, as the session remembers them for its row trigger.
#pragma once

#include "features/rollups/group_keys.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::rollups {

// One rollup as its arguments name the columns of the target: all that an UPDATE needs to know which keeps the keys.
struct target_part {
  option_list options;
  Oid root;                    // rollup::root
  std::vector<group_key> keys; // without what they are made of, in the order of the whole table's columns
  std::vector<AttrNumber> figures;
};

// The source of one rollup.
struct target_source {
  target_source(rollup resolved, bool may_precede);

  rollup of;        // its keys as the part has them
  bool may_precede; // rows of the source may be there before their group's row
  pg::saved_query one_group;
};

// A column of the target, and where it comes from: several sources make one total.
struct fed_column {
  struct feed {
    std::size_t part;
    std::size_t figure; // its number in the rollup
  };
  pg::column_info column;
  aggregate function;
  std::vector<feed> feeds;
};

struct target_sources {
  std::vector<std::unique_ptr<const target_source>> list; // one for each part
  std::vector<fed_column> columns;
};

struct target_plan {
  Oid root;                 // the whole of a partition
  int role;                 // the session_replication_role that its triggers were active under
  std::vector<char> layout; // in which figures and keys count
  std::vector<target_part> parts;
  std::vector<AttrNumber> figures, keys; // of all parts, each once
  target_part row;                       // with all keys: a row that has them is the same for every part
  std::vector<AttrNumber> root_keys;     // the keys by their numbers in the whole table
  // nullptr until some row needs them: a row that keeps its figures does not care whether their sources are there.
  std::shared_ptr<const target_sources> sources;
};

// Of the trigger that has fired, BEFORE INSERT OR UPDATE FOR EACH ROW. Throws 22023, 42703.
std::shared_ptr<const target_plan> plan_of_target(const TriggerData &fired);

// The same with its sources, each locked AccessShareLock. Throws 42P01, 42501 and what resolve_rollup throws.
std::shared_ptr<const target_plan> plan_with_sources(const TriggerData &fired);
// The same for those who ask from outside of the row trigger; nullptr where no such trigger of the table is active.
std::shared_ptr<const target_plan> plan_with_sources(Relation table);

} // namespace upkeep::rollups
