// A row's columns, or those in which two versions of it differ, as the history keeps them.
#pragma once

#include "features/history/digests.hpp"
#include "features/history/plan.hpp"
#include "postgres/values/stored_value.hpp"

namespace upkeep::history {

// Turns the rows of one statement into documents. Each lives in `memory()` until `forget()`.
class row_images {
public:
  // The plan stays the caller's. May raise.
  row_images(const history_plan &plan, Relation table);

  MemoryContext memory() const { return scratch; }
  void forget() { MemoryContextReset(scratch); }

  // All of these may raise, and want to be called in `memory()`.
  // As jsonb writes it.
  text *key(TupleTableSlot *row);
  // All that is kept. `key`: of the row, which digests depend on.
  Jsonb *whole(TupleTableSlot *row, const text *key);
  // Of what differs, both sides; false where nothing does. `key`: of the row as it is after.
  bool differences(TupleTableSlot *before, TupleTableSlot *after, const text *key, Jsonb *&was, Jsonb *&is);

  // Puts settings back that writing a value has pinned.
  void close();

private:
  struct codec {
    AttrNumber number;
    const char *name;
    int name_length;
    bool is_digest, by_value;
    std::int16_t length;
    Oid type;
    bool is_known; // how its values are kept: asked for the first that is
    pg::stored_value how;
  };

  static codec *codecs_of(const std::vector<kept_column> &columns, TupleDesc descriptor);
  pg::jsonb_scalar value_of(codec &column, TupleTableSlot *row, const text *key);
  pg::jsonb_scalar digest_of(const codec &column, const pg::jsonb_scalar &value, const text *key);

  std::int32_t number;
  MemoryContext functions, scratch;
  codec *kept, *keys;
  int kept_count, key_count;
  pg::jsonb_object old_side, new_side;
  newest_key digest_key;
  int pinned_level = 0; // 0: nothing is pinned
};

} // namespace upkeep::history
