// Keys that many rows refer to: collected from the rows of a statement, and looked up in another table at once.
#pragma once

#include "postgres/rows/transition.hpp"
#include "postgres/sql/query.hpp"

#include <unordered_set>

namespace upkeep::pg {

// Appends what tells a value, not NULL, of a column from another: equal bytes are equal values.
void append_image(const FormData_pg_attribute &column, Datum value, std::string &image);

// The distinct keys of many rows, to be looked up elsewhere: one array a column.
class key_set {
public:
  // Throws 42703 for a column that the table has not (`enable` is the function that the hint names), 42804 for an
  // array.
  key_set(Relation table, const std::vector<std::string> &names, const char *enable);

  // Adds the key of the current row; a key with a NULL in it refers to nothing.
  void add(const transition &rows);

  std::size_t count() const { return seen.size(); }

  bool empty() const { return seen.empty(); }

  // The arrays, all of one length, as parameters of a query.
  std::vector<parameter> parameters() const;

private:
  struct column {
    Form_pg_attribute attribute;
    ArrayBuildState *array;
    Datum value;
  };

  std::vector<column> columns;
  std::unordered_set<std::string> seen;
  std::string image;
};

// Adds, by keys.add(row), the keys of the rows that the statement of an AFTER trigger wrote or took away. Of an UPDATE
// those, old and new, of which the predicate that `make_changed` returns says that they differ.
template <class Keys, class MakeChanged>
void collect_keys(const TriggerData &trigger, Keys &keys, MakeChanged &&make_changed) {
  transition before(trigger.tg_oldtable, trigger.tg_relation), after(trigger.tg_newtable, trigger.tg_relation);
  // The two tables of an UPDATE hold their rows in the same order. Where a trigger swallowed a row that was to move to
  // another partition, they do not, and every row counts.
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && before.count() == after.count()) {
    const auto changed = make_changed();
    while (before.next() && after.next())
      if (changed(before, after)) {
        keys.add(before);
        keys.add(after);
      }
  } else {
    while (before.next())
      keys.add(before);
    while (after.next())
      keys.add(after);
  }
  before.close();
  after.close();
}

// How the rows with the keys of a key_set are found in another table. The arrays are the parameters $1, $2, ...
struct key_match {
  fragment condition; // on the alias: p.id [=] ANY ($1)
  fragment order;     // the key's columns, by which rows are to be locked: p.id
};

// `keys` of `target`, which has `alias` in the query, one for each of the `columns` that the keys were collected from.
// Throws 42703, 42804.
key_match match_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                     const std::vector<std::string> &columns, const char *enable);

// The condition that two rows have the same key: p.id [=] i.order_id, joined by AND.
fragment equal_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                    const std::string &from_alias, const std::vector<std::string> &columns, const char *enable);

} // namespace upkeep::pg
