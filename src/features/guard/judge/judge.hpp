// What an action would lose, counted.
#pragma once

#include "features/guard/events/ddl_actions.hpp"
#include "features/guard/guard.hpp"
#include "features/guard/review/script.hpp"

namespace upkeep::guard {

class judge {
public:
  enum class purpose {
    guard, // the command follows: tables are locked as it will lock them, so that what is counted stays so
    review // nothing follows, and what the caller may not read is not counted
  };
  // `file`: of a review, what its statements have made of names and rows so far.
  judge(const guarded_schemas &guarded, purpose why, const script *file = nullptr)
      : guarded(guarded), why(why), file(file) {}

  // Each adds to `found`. Needs an SPI connection. The actions are those of one command, which stand side by side.
  void look_at(std::span<const ddl_action> actions);
  // TRUNCATE of all these tables, which are locked.
  void truncate(const std::vector<Oid> &tables);

  judgement found;

private:
  void look_at(const ddl_action &action);
  void look_at_table(const ddl_action &action, Oid table);
  Oid find(const RangeVar *name) const;
  std::optional<Oid> take(const RangeVar *name);
  bool take(Oid table);
  bool may_count(Oid table);
  void drop_tables(const std::vector<Oid> &tables);
  void drop_table(Oid table);
  void lose_rows(const std::vector<std::vector<Oid>> &trees);
  void review_truncate(Oid table, bool with_children);
  void review_rename(const ddl_action &action, Oid table);
  void add_half_detached(std::vector<Oid> &tables);
  void drop_schema(const std::string &schema);
  void drop_owned(const DropOwnedStmt &statement);
  void drop_column(const ddl_action &action, Oid table);
  void change_type(const ddl_action &action, Oid table);
  void set_not_null(const ddl_action &action, Oid table);
  void add_unique(const ddl_action &action, Oid table);
  void add_column(const ddl_action &action, Oid table);
  void drop_sequence(const ddl_action &action);
  void tell_place(Oid sequence, const char *command);
  void add_bare_column(Oid table, const std::string &column, const std::string &finding);
  bool is_dropped_beside(const ddl_action &action) const;
  bool is_filled_beside(const std::string &column) const;
  void tell_unknown(const ddl_action &action);
  void look_at_column(const ddl_action &action, Oid table);
  void drop_identity(const ddl_action &action, Oid table);
  bool has_sibling(action_kind kind, const std::string &column) const;
  std::string renames_of(Oid table, const std::string &column) const;
  void review_only(const ddl_action &action);
  void write_all(const ddl_action &action, Oid table);
  std::vector<Oid> members(const ddl_action &action, Oid table);
  std::vector<Oid> tree_of(Oid table) const;
  std::vector<Oid> filled(std::vector<Oid> tables) const;
  std::vector<std::vector<Oid>> trees(std::vector<Oid> tables, bool with_children);
  void lose(loss_kind kind, Oid table, const std::string &column, const tally &count, const std::string &type = {},
            const std::string &instead = {});
  void say(remark::level weight, const std::string &object, std::string text, std::string hint);

  const guarded_schemas &guarded;
  purpose why;
  const script *file;
  LOCKMODE lock = AccessShareLock;
  std::span<const ddl_action> siblings;
  std::optional<std::vector<std::pair<Oid, Oid>>> half_detached; // roots and partitions, once they were looked for
};

// "schema.table.column", each part quoted where SQL needs it.
std::string column_of(Oid table, const std::string &column);

// Whether the current user may drop a table or a sequence, as its owner or as that of its schema.
bool may_drop(Oid relation);

// The tables made OF a composite type.
std::vector<Oid> tables_of_type(const RangeVar *type);

// What TRUNCATE … CASCADE of a table and those below it empties: these, and those with foreign keys to them, at any
// distance.
std::vector<Oid> truncated_with(std::vector<Oid> tables);

} // namespace upkeep::guard
