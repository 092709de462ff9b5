#include "features/partition_moves.hpp"

namespace upkeep {

std::uint64_t add_to_fingerprint(std::uint64_t fingerprint, HeapTuple row, Relation table, AttrNumber column) {
  bool is_null = true;
  Datum value = 0;
  if (column)
    value = heap_getattr(row, column, RelationGetDescr(table), &is_null);
  if (is_null)
    return hash_combine64(fingerprint, 0);
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), column - 1);
  return hash_combine64(fingerprint, datum_image_hash(value, attribute.attbyval, attribute.attlen));
}

} // namespace upkeep
