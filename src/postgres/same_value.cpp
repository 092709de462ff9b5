#include "postgres/same_value.hpp"

#include "postgres/attempt.hpp"
#include "postgres/json.hpp"

namespace upkeep::pg {

namespace {

struct documents {
  Oid type;
  Datum a, b;
  bool are_equal = false;

  static void compare(void *argument) {
    auto &both = *static_cast<documents *>(argument);
    both.are_equal =
        DatumGetBool(DirectFunctionCall2(jsonb_eq, as_jsonb(both.type, both.a), as_jsonb(both.type, both.b)));
  }
};

} // namespace

bool same_value(Oid type, Oid collation, bool by_value, std::int16_t length, Datum a, Datum b) {
  if (datum_image_eq(a, b, by_value, length))
    return true;
  const Oid base = getBaseType(type);
  if (holds_json(base)) {
    documents both{base, a, b};
    return try_without_door(documents::compare, &both) && both.are_equal;
  }
  const TypeCacheEntry *cached = lookup_type_cache(base, TYPECACHE_EQ_OPR_FINFO);
  return OidIsValid(cached->eq_opr_finfo.fn_oid) &&
         DatumGetBool(FunctionCall2Coll(const_cast<FmgrInfo *>(&cached->eq_opr_finfo), collation, a, b));
}

} // namespace upkeep::pg
