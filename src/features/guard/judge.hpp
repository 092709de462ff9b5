// What an action would lose, counted.
#pragma once

#include "features/guard/ddl_actions.hpp"
#include "features/guard/guard.hpp"

namespace upkeep {

class judge {
public:
  enum class purpose {
    guard, // the command follows: tables are locked as it will lock them, so that what is counted stays so
    review // nothing follows, and what the caller may not read is not counted
  };
  judge(const guarded_schemas &guarded, purpose why) : guarded(guarded), why(why) {}

  // Each adds to `found`. Needs an SPI connection.
  void look_at(const ddl_action &action);
  // Empties the table and those that refer to it.
  void truncate(Oid table);

  judgement found;

private:
  Oid find(const RangeVar *name) const;
  std::optional<Oid> take(const RangeVar *name);
  bool take(Oid table);
  bool may_count(Oid table);
  void drop_tables(const std::vector<Oid> &tables);
  void drop_table(Oid table);
  void add_half_detached(std::vector<Oid> &tables);
  void drop_schema(const std::string &schema);
  void drop_owned(const DropOwnedStmt &statement);
  void drop_column(const ddl_action &action, Oid table);
  void change_type(const ddl_action &action, Oid table);
  void set_not_null(const ddl_action &action, Oid table);
  void add_unique(const ddl_action &action, Oid table);
  void add_not_null_column(const ddl_action &action, Oid table);
  void review_only(const ddl_action &action);
  void write_all(const ddl_action &action, Oid table);
  std::vector<Oid> members(const ddl_action &action, Oid table);
  void lose(loss_kind kind, Oid table, const std::string &column, const tally &count, const std::string &type = {});
  void say(remark::level weight, const std::string &object, std::string text, std::string hint);

  const guarded_schemas &guarded;
  purpose why;
  LOCKMODE lock = AccessShareLock;
};

// "schema.table.column", each part quoted where SQL needs it.
std::string column_of(Oid table, const std::string &column);

// The tables made OF a composite type.
std::vector<Oid> tables_of_type(const RangeVar *type);

// The tables that TRUNCATE of this one empties as well: those with foreign keys to it, at any distance.
std::vector<Oid> truncated_with(Oid table);

} // namespace upkeep
