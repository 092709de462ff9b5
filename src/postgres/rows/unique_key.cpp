#include "postgres/rows/unique_key.hpp"

namespace upkeep::pg {

namespace {

// Fills in how the index finds the parts; false where it does not.
bool serves(Relation index, Relation table, const key_part *parts, unique_key &by) {
  const FormData_pg_index &form = *index->rd_index;
  if (!form.indisunique || !form.indisvalid || !form.indisready || !form.indimmediate || form.indnkeyatts != by.count ||
      index->rd_rel->relam != BTREE_AM_OID || !heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr))
    return false;
  for (int i = 0; i < by.count; ++i) {
    const AttrNumber column = form.indkey.values[i];
    int given = 0;
    while (given < by.count && parts[given].column != column)
      ++given;
    if (given == by.count ||
        index->rd_indcollation[i] != TupleDescAttr(RelationGetDescr(table), column - 1)->attcollation)
      return false;
    const Oid own = index->rd_opcintype[i], type = OidIsValid(parts[given].value_type) ? parts[given].value_type : own;
    const Oid equals = get_opfamily_member(index->rd_opfamily[i], own, type, BTEqualStrategyNumber);
    if (!OidIsValid(equals))
      return false;
    by.parts[i] = {column, type, get_opcode(equals), index->rd_indcollation[i], given};
  }
  return true;
}

} // namespace

unique_key find_unique_key(Relation table, const key_part *parts, int count) {
  unique_key by{RelationGetRelid(table), InvalidOid, count, {}};
  if (table->rd_rel->relkind != RELKIND_RELATION || count > unique_key::max_parts)
    return by;
  List *indexes = RelationGetIndexList(table);
  const ListCell *cell;
  foreach (cell, indexes) {
    Relation index = index_open(lfirst_oid(cell), AccessShareLock);
    if (serves(index, table, parts, by))
      by.index = RelationGetRelid(index);
    index_close(index, NoLock);
    if (OidIsValid(by.index))
      break;
  }
  list_free(indexes);
  return by;
}

} // namespace upkeep::pg
