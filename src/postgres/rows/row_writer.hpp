// What a BEFORE UPDATE trigger changes of the new row.
#pragma once

#include "postgres/rows/row.hpp"

namespace upkeep::pg {

// Writes values of 2, 4 or 8 bytes, and the old values of protected columns, into the new row of a BEFORE UPDATE
// trigger.
class row_writer {
public:
  row_writer(const TriggerData &trigger, const layout &table) : trigger(trigger), table(table) {}

  void set(AttrNumber column, const cell &now, std::int64_t value) {
    if (now.is_null || now.value != value) {
      edits[count++] = {column, now.at, value, false};
      rebuilds |= !now.at;
    }
  }
  void set_null(AttrNumber column) {
    edits[count++] = {column, nullptr, 0, true};
    rebuilds = true;
  }
  void restore_guarded() { restores = rebuilds = true; }

  // Whether a protected column that was NULL gets a value, which it may keep.
  bool fills_guarded() const;

  // Returns the row that the trigger must return: the same tuple, written in place, where its slot owns it.
  HeapTuple finish();

private:
  struct edit {
    AttrNumber column;
    char *at;
    std::int64_t value;
    bool is_null;
  };

  bool in_place() const;
  HeapTuple rebuild() const;

  const TriggerData &trigger;
  const layout &table;
  edit edits[2];
  int count = 0;
  bool restores = false;
  bool rebuilds = false; // the row must get another shape
};

} // namespace upkeep::pg
