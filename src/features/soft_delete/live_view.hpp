// Views of the rows of a table that live.
#pragma once

#include "postgres/relation.hpp"

namespace upkeep::soft_delete {

// Those of a table, or of all: views that have a trigger of ours for DELETE, and columns of the table. Need an SPI
// connection.
std::vector<Oid> live_views(std::optional<Oid> table = std::nullopt);

// The table behind such a view, which is open; 55000 where there is none, or more than one.
Oid table_behind(Relation view);

// Whether the view has not the columns that the table has now.
bool is_outdated(Oid view, Oid table);

// A live view, and all that others have given it: what is dropped can be made again.
class noted_view {
public:
  noted_view(Oid view, Oid table);

  void drop() const;
  // Of the columns that the table has now; a NOTICE where it has no soft delete any more.
  void make() const;

private:
  void create() const;

  struct statement {
    Oid role; // that gave it
    std::string sql;
    std::string column; // that it is about, or ""
    std::string lost;   // what is, where it fails; "": it must not
  };

  pg::fragment name;
  Oid table, schema;
  std::string options;
  std::vector<statement> statements;
};

// CREATE VIEW, or CREATE OR REPLACE VIEW, with the options of pg_class.reloptions, for the table's owner.
void create_live_view(bool replaces, const pg::fragment &name, Oid table, const std::string &options);

// The DELETE in a live view whose row a trigger of the table is called for: the executor, for what follows at its end,
// and what it sees. nullptr where no such statement fired the trigger itself.
struct view_deletion {
  MemoryContext executor;
  Snapshot snapshot;
  int depth; // of the triggers of the table
};
const view_deletion *running_view_deletion();

// Stamps the row of the table behind a live view, in place of the DELETE; nullptr where it lives no more.
HeapTuple delete_in_view(FunctionCallInfo fcinfo, const TriggerData &trigger);

} // namespace upkeep::soft_delete
