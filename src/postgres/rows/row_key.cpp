#include "postgres/rows/row_key.hpp"

namespace upkeep::pg {

key_column key_column_of(const FormData_pg_attribute &attribute, MemoryContext memory) {
  key_column column{attribute.attnum, attribute.attlen, attribute.attbyval, attribute.attcollation, true, {}, {}};
  const TypeCacheEntry &type =
      *lookup_type_cache(getBaseType(attribute.atttypid), TYPECACHE_HASH_PROC_FINFO | TYPECACHE_EQ_OPR_FINFO);
  if (OidIsValid(type.hash_proc_finfo.fn_oid) && OidIsValid(type.eq_opr_finfo.fn_oid)) {
    column.by_image = false;
    fmgr_info_copy(&column.hash, const_cast<FmgrInfo *>(&type.hash_proc_finfo), memory);
    fmgr_info_copy(&column.equal, const_cast<FmgrInfo *>(&type.eq_opr_finfo), memory);
  }
  return column;
}

std::uint32_t hash_of_key(key_column *columns, int count, const Datum *key) {
  std::uint32_t all = 0;
  for (int i = 0; i < count; ++i) {
    key_column &each = columns[i];
    const std::uint32_t hash = each.by_image ? datum_image_hash(key[i], each.by_value, each.length)
                                             : DatumGetUInt32(FunctionCall1Coll(&each.hash, each.collation, key[i]));
    all = hash_combine(all, hash);
  }
  return all;
}

bool is_same_key(key_column *columns, int count, const Datum *a, const Datum *b) {
  for (int i = 0; i < count; ++i) {
    key_column &each = columns[i];
    if (each.by_image ? !datum_image_eq(a[i], b[i], each.by_value, each.length)
                      : !DatumGetBool(FunctionCall2Coll(&each.equal, each.collation, a[i], b[i])))
      return false;
  }
  return true;
}

} // namespace upkeep::pg
