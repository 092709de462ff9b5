#include "postgres/values/sameness.hpp"

namespace upkeep::pg {

Datum jsonb_from(const char *json) { return DirectFunctionCall1(jsonb_in, CStringGetDatum(json)); }

bool is_equal_json(const char *a, const char *b) {
  return DatumGetBool(DirectFunctionCall2(jsonb_eq, jsonb_from(a), jsonb_from(b)));
}

FmgrInfo output_of(Oid type) {
  Oid function;
  bool is_varlena;
  FmgrInfo output;
  getTypeOutputInfo(type, &function, &is_varlena);
  fmgr_info(function, &output);
  return output;
}

bool sameness::operator()(Datum a, Datum b) {
  if (equal)
    return DatumGetBool(FunctionCall2Coll(equal, collation, a, b));
  const char *text_a = OutputFunctionCall(&output, a), *text_b = OutputFunctionCall(&output, b);
  return strcmp(text_a, text_b) == 0 || (is_json && is_equal_json(text_a, text_b));
}

sameness sameness_of(Oid type, Oid collation) {
  sameness same{};
  TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_EQ_OPR_FINFO);
  same.equal = OidIsValid(entry->eq_opr_finfo.fn_oid) ? &entry->eq_opr_finfo : nullptr;
  same.collation = OidIsValid(collation) ? collation : DEFAULT_COLLATION_OID;
  same.output = output_of(type);
  same.is_json = type == JSONOID;
  return same;
}

} // namespace upkeep::pg
