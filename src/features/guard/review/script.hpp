// What the statements of a file have made of names and rows, up to the one that is looked at. A review runs none of
// them, so what a name means there, and whether a count of today still says something, is worked out from their text.
#pragma once

#include "features/guard/guard.hpp"

#include <memory>

namespace upkeep::guard {

// A column that a statement of the file adds.
struct added_column {
  Oid table;
  std::string name;
  Oid type;
  int32 modifier;
};

class script {
public:
  // A relation of today; or none, which the file has made or dropped where it `is_known`.
  struct meaning {
    Oid relation = InvalidOid;
    bool is_known = false;
    bool is_dropped = false; // by the file: the statement will fail
  };
  meaning of(const RangeVar *name) const;
  bool is_gone(Oid relation) const { return gone.contains(relation); }
  // A table of today, and those that are below it now.
  std::vector<Oid> tree_of(Oid table) const;
  // Tables of today that the file has made partitions of one that it has made.
  std::vector<Oid> attached_to(const RangeVar *name) const;
  // By its name of today; "" for one that the file has made or dropped.
  std::string schema_of_today(const std::string &name) const;
  std::string column_of_today(Oid table, const std::string &name) const;
  bool has_column(Oid table, const std::string &name) const;
  // What a table of today, and a column of it where one is given, is called now: "schema.table.column".
  std::string name_now(Oid table, const std::string &column) const;
  std::string column_now(Oid table, const std::string &column) const;

  // Whether nothing of today is in it any more.
  bool is_emptied(Oid table) const;
  // Whether rows or values of today may have gone, or have other values, where nothing can be told without running.
  bool may_have_lost_rows(Oid table) const;
  bool may_have_written(Oid table, const std::string &column) const;
  // Which statement writes a column of today or changes its type; which sets it to NULL; 0: none.
  int writer_of(Oid table, const std::string &column) const;
  int clearer_of(Oid table, const std::string &column) const;
  // Whether the file has added the column without a value, and has written none since.
  bool is_bare(Oid table, const std::string &name) const;
  // Goes on after a statement. `runs_code`: it runs what cannot be looked into.
  void follow(const Node *statement, int number, bool runs_code);

  std::vector<added_column> added;

private:
  struct table_state {
    bool is_emptied = false;
    bool has_lost_rows = false;
    std::map<std::string, std::string> columns = {}; // by their names now: those of today, "" of the file's own
    std::set<std::string> missing = {};              // names of today that mean nothing now
    std::map<std::string, int> writers = {};         // by columns of today: the statement
    std::map<std::string, int> clearers = {};
    std::set<std::string> bare = {}; // by their names now
  };
  using place = std::pair<std::string, std::string>; // schema and relation

  void make(const RangeVar *name, bool may_exist);
  void drop_relation(const RangeVar *name);
  void drop_schema(const std::string &name);
  void rename(const RenameStmt &statement);
  void rename_schema(const std::string &from, const std::string &to);
  void move(const RangeVar *name, const place &to);
  void set(const place &here, Oid relation);
  void clear(const place &here, Oid dropped = InvalidOid);
  void alter(const AlterTableStmt &statement, int number);
  void attach(const AlterTableStmt &statement);
  void inherit(const AlterTableStmt &statement);
  void add_column(Oid table, const ColumnDef &column, bool may_exist);
  void drop_column(Oid table, const std::string &name);
  void empty(const RangeVar *name, bool cascades);
  void insert(const RangeVar *name);
  void lose_rows(const RangeVar *name);
  void write(const RangeVar *name, const List *targets, int number);
  void write_parts(const WithClause *with, int number);
  void write_through(const Node *statement, int number);
  void drop(const DropStmt &statement);
  std::vector<std::string> path() const;
  template <class Body> void each_of(const RangeVar *name, Body body);
  const table_state *find_state(Oid table) const;
  place place_of(const RangeVar *name) const;
  void transact(const TransactionStmt &statement);

  std::map<place, Oid> names; // of relations now, where they are not as today; InvalidOid: made by the file, or moved
  std::set<place> gone_names; // those of them that mean nothing now
  std::map<std::string, std::string> schemas; // now: today's; "": made or gone
  std::map<Oid, table_state> tables;
  std::set<Oid> gone;
  std::map<place, std::vector<Oid>> attached;
  std::map<std::pair<Oid, Oid>, bool> links; // tables of today, above and below: whether the file ties or parts them
  bool has_run_code = false;
  std::vector<std::pair<std::string, std::shared_ptr<const script>>> savepoints; // "" for BEGIN
};

} // namespace upkeep::guard
