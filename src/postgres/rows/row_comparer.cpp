#include "postgres/rows/row_comparer.hpp"

#include <algorithm>

namespace upkeep::pg {

std::vector<char> counted_layout(TupleDesc descriptor, const std::vector<std::string> &names) {
  std::vector<char> memory(layout::size(descriptor->natts));
  auto &table = *new (memory.data()) layout;
  describe(descriptor, table);
  for (int i = 0; i < descriptor->natts; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, i);
    const bool counts =
        !attribute.attisdropped && std::find(names.begin(), names.end(), NameStr(attribute.attname)) != names.end();
    table.columns[i].role = counts ? column_role::counted : column_role::passive;
  }
  find_special(table);
  return memory;
}

row_comparer::row_comparer(const layout &counted, Relation table)
    : row_comparer(counted, table, call([] {
                     return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rows", ALLOCSET_SMALL_SIZES);
                   })) {}

row_comparer::row_comparer(const layout &counted, Relation table, MemoryContext scratch)
    : counted(counted), descriptor(RelationGetDescr(table)), scratch(scratch) {}

bool row_comparer::changed(const transition &before, const transition &after) const {
  return changed(before.tuple(), after.tuple());
}

bool row_comparer::changed(HeapTupleData old_row, HeapTupleData new_row) const {
  MemoryContext outer = MemoryContextSwitchTo(scratch);
  const bool differs = call([&] { return compare(counted, descriptor, &old_row, &new_row).changed; });
  MemoryContextSwitchTo(outer);
  MemoryContextReset(scratch);
  return differs;
}

} // namespace upkeep::pg
