#include "features/rollups/source/missing_groups.hpp"

namespace upkeep::rollups {

missing_row settle_missing(const target_writer &writer, const rollup &of, const key_value &key) {
  if (!of.inserts || !has_rows(writer, of, key))
    return missing_row::left_out;
  // Not marked as ours: the target's own trigger computes the figures of a new row.
  return writer.insert.execute(key, {}, newest()).count() > 0 ? missing_row::made : missing_row::appeared;
}

} // namespace upkeep::rollups
