// What follows from a row that was deleted, restored, inserted or moved: for its children, and for its parents.
#pragma once

#include "features/soft_delete/soft_delete_plan.hpp"

#include <unordered_set>

namespace upkeep::soft_delete {

// What the query `row` of a plan returns, of one row; places count from 1.
struct row_values {
  std::vector<Datum> values;
  std::vector<bool> nulls;

  // Nothing where one of them is NULL, which refers to nothing.
  std::optional<std::vector<Datum>> at(const key_places &places) const;
  std::optional<Datum> stamp() const { return nulls[0] ? std::nullopt : std::optional(values[0]); }
};

row_values values_of(HeapTuple row, TupleDesc descriptor, const soft_delete_plan &plan);

// Parents that are locked and live, and will for the rest of a statement's end.
class live_parents {
public:
  // Whether it was among them. What is added lives, or ends the statement.
  bool add(const parent_link &link, const soft_delete_plan &plan, const row_values &row);

private:
  std::unordered_set<std::string> images;
};

// What has become of a row.
enum class row_event { deleted, restored, moved };

// A row that a statement has written, by its key. Another trigger may have prevented what it was to become, which is
// looked at. All of these need an SPI connection.
struct written_row {
  std::shared_ptr<const soft_delete_plan> plan;
  row_event event;
  std::vector<Datum> key;
  // Of one that was restored; of a deleted one, what the statement gave, where it has moved on since.
  std::optional<Datum> old_stamp;
};

// Deletes or restores its children.
void take_children_along(const written_row &row);

// Whether there is anything to verify once all rows of the statement have taken theirs along.
bool needs_verification(const soft_delete_plan &plan, row_event event);
// Throws 23503 where the row is live under a deleted one, or deleted above a live one. A parent is locked: nobody
// deletes it from now on. `children`: that count, those which a deletion does not see to, or all.
enum class live_children { in_the_way, all };
void verify(const written_row &row, live_parents &known, live_children children = live_children::in_the_way);

// The first of the row's parents that is deleted, once they are locked, or nullptr.
const parent_link *deleted_parent(const soft_delete_plan &plan, const row_values &row, live_parents &known);

// Of a row that was deleted: what its foreign keys do with its live children; and whether any is left.
void delete_children(const soft_delete_plan &plan, const row_values &row);
void require_no_live_children(const soft_delete_plan &plan, const row_values &row,
                              live_children children = live_children::in_the_way);

// Whether some row that would come back with this one, were it deleted with that stamp, was deleted with it before the
// statement.
bool is_taken(const soft_delete_plan &plan, const row_values &row, Datum stamp);

} // namespace upkeep::soft_delete
