#include "postgres/rows/unique_index_lookup.hpp"

namespace upkeep::pg {

lookup_result visit_by_key(const unique_key &by, const Datum *key, bool locks, row_visitor visit, void *context) {
  keyed_rows rows;
  if (!open_keyed(by, false, rows))
    return lookup_result::unclear;
  lookup_result result = lookup_result::absent;
  if (find_by_key(rows, key))
    result = locks ? lock_found_row(rows, key, LockTupleShare) : lookup_result::found;
  if (result == lookup_result::found)
    visit(rows.row, context);
  close_keyed(rows);
  return result;
}

lookup_result read_by_key(const unique_key &by, Datum key, bool locks, const AttrNumber *columns, int count,
                          NullableDatum *values) {
  struct wanted {
    const AttrNumber *columns;
    int count;
    NullableDatum *values;
  } into{columns, count, values};
  return visit_by_key(
      by, &key, locks,
      [](TupleTableSlot *row, void *context) {
        const auto &to = *static_cast<const wanted *>(context);
        for (int i = 0; i < to.count; ++i) {
          const FormData_pg_attribute &attribute = *TupleDescAttr(row->tts_tupleDescriptor, to.columns[i] - 1);
          to.values[i].value = slot_getattr(row, to.columns[i], &to.values[i].isnull);
          if (!to.values[i].isnull)
            to.values[i].value = datumCopy(to.values[i].value, attribute.attbyval, attribute.attlen);
        }
      },
      &into);
}

} // namespace upkeep::pg
