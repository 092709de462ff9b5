#include "features/rollups/source/pass/missing_groups.hpp"

#include "features/rollups/key_index.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::rollups {

missing_row settle_missing(const target_writer &writer, const rollup &of, const key_value &key) {
  if (!of.inserts || !has_rows(writer, of, key))
    return missing_row::left_out;
  if (!writer.has_index)
    pg::with_relation(of.target, [&](Relation target) { require_key_index(target, of.keys); });
  missing_row row = missing_row::appeared;
  pg::with_spi([&] {
    // Not marked as ours: the target's own trigger computes the figures of a new row.
    if (writer.insert.execute(key, {}, pg::latest_snapshot()).count() > 0)
      row = missing_row::made;
  });
  return row;
}

} // namespace upkeep::rollups
