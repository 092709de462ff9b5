// The rows of groups, found and locked one after another.
#pragma once

#include "features/rollups/source/pass/next_figures.hpp"
#include "features/rollups/source/pass/target_writer.hpp"
#include "postgres/rows/keyed_rows.hpp"

namespace upkeep::rollups {

// Sees what is committed now. By the index where one serves, else by a query.
class row_finder {
public:
  row_finder(const target_writer &writer, const rollup &of);

  bool is_by_index() const { return by_index; }
  // By the index: the rows, for whoever goes on by itself.
  pg::keyed_rows &rows() { return found; }

  // Finds the row of a group, by the index alone, without locking it.
  bool find(const key_value &key);
  // Locks the row that was found, or its latest version: FOR NO KEY UPDATE. False where it is gone meanwhile: then it
  // is to be sought anew. Raises 40001 where the transaction keeps a snapshot that does not see the row.
  bool lock_found(const key_value &key);
  // Both, also by a query, and takes the stored figures. False where there is none.
  bool lock(const key_value &key, next_figures &into);
  // What the row that was found by the index says of the figures; in its memory.
  void read(next_figures &into);

  // From now on sees what is committed by then, and what the transaction has done.
  void look_anew();
  void close();

private:
  bool lock_by_query(const key_value &key, next_figures &into);

  const target_writer &writer;
  const rollup &of;
  pg::keyed_rows found;
  bool by_index;
};

} // namespace upkeep::rollups
