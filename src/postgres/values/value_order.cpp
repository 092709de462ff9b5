#include "postgres/values/value_order.hpp"

namespace upkeep::pg {

namespace {

value_order::way way_of(Oid type) {
  switch (type) {
  case BOOLOID:
  case INT2OID:
  case INT4OID:
  case INT8OID:
  case DATEOID:
  case TIMEOID:
  case TIMESTAMPOID:
  case TIMESTAMPTZOID:
    return value_order::way::number;
  case OIDOID:
  case CHAROID:
    return value_order::way::bits;
  case UUIDOID:
    return value_order::way::uuid;
  default:
    return type_is_enum(type) ? value_order::way::bits : value_order::way::function;
  }
}

} // namespace

value_order order_of(Oid type, Oid collation, MemoryContext memory) {
  const TypeCacheEntry &known = *lookup_type_cache(type, TYPECACHE_HASH_PROC | TYPECACHE_EQ_OPR | TYPECACHE_CMP_PROC);
  value_order made{way_of(type), known.typbyval, known.typlen, collation, {}, {}, {}};
  fmgr_info_cxt(known.cmp_proc, &made.compare, memory);
  if (made.by != value_order::way::function)
    return made;
  if (!OidIsValid(known.hash_proc) || !OidIsValid(known.eq_opr)) {
    made.by = value_order::way::image;
    return made;
  }
  fmgr_info_cxt(known.hash_proc, &made.hash, memory);
  fmgr_info_cxt(get_opcode(known.eq_opr), &made.equal, memory);
  return made;
}

std::uint32_t hash_by_function(value_order &order, Datum value) {
  return order.by == value_order::way::image ? datum_image_hash(value, order.by_value, order.length)
                                             : DatumGetUInt32(FunctionCall1Coll(&order.hash, order.collation, value));
}

bool is_same_by_function(value_order &order, Datum a, Datum b) {
  return order.by == value_order::way::image ? datum_image_eq(a, b, order.by_value, order.length)
                                             : DatumGetBool(FunctionCall2Coll(&order.equal, order.collation, a, b));
}

Datum copied(const value_order &order, Datum value) {
  if (order.by_value)
    return value;
  if (order.length != -1)
    return datumCopy(value, false, order.length);
  auto *const whole = reinterpret_cast<varlena *>(DatumGetPointer(value));
  return VARATT_IS_EXTENDED(whole) && !VARATT_IS_SHORT(whole) ? PointerGetDatum(pg_detoast_datum(whole))
                                                              : datumCopy(value, false, -1);
}

} // namespace upkeep::pg
