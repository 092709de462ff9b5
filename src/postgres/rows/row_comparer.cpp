#include "postgres/rows/row_comparer.hpp"

namespace upkeep::pg {

row_comparer::row_comparer(const layout &counted, Relation table)
    : counted(counted), descriptor(RelationGetDescr(table)),
      scratch(
          call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rows", ALLOCSET_SMALL_SIZES); })) {}

bool row_comparer::changed(const transition &before, const transition &after) const {
  HeapTupleData old_row = before.tuple(), new_row = after.tuple();
  MemoryContext outer = MemoryContextSwitchTo(scratch);
  const bool differs = call([&] { return compare(counted, descriptor, &old_row, &new_row).changed; });
  MemoryContextSwitchTo(outer);
  MemoryContextReset(scratch);
  return differs;
}

} // namespace upkeep::pg
