#include "postgres/values/same_value.hpp"

#include "postgres/subtransaction.hpp"
#include "postgres/values/json.hpp"

#include <access/nbtree.h>

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

// The characters of a JSON document, which is well formed, without the blanks that mean nothing.
class json_characters {
public:
  explicit json_characters(const text *document) : at(VARDATA_ANY(document)), end(at + VARSIZE_ANY_EXHDR(document)) {}

  // 0 at the end.
  char next() {
    while (at != end && !is_string && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
      ++at;
    if (at == end)
      return 0;
    const char character = *at++;
    if (is_string && !is_escaped && character == '\\')
      is_escaped = true;
    else {
      is_string ^= character == '"' && !is_escaped;
      is_escaped = false;
    }
    return character;
  }

private:
  const char *at, *end;
  bool is_string = false, is_escaped = false;
};

bool same_but_for_blanks(Datum a, Datum b) {
  json_characters one(DatumGetTextPP(a)), other(DatumGetTextPP(b));
  for (;;) {
    const char character = one.next();
    if (character != other.next())
      return false;
    if (character == 0)
      return true;
  }
}

} // namespace

bool same_value(Oid type, Oid collation, bool by_value, std::int16_t length, Datum a, Datum b) {
  if (datum_image_eq(a, b, by_value, length))
    return true;
  const Oid base = getBaseType(type);
  if (holds_json(base)) {
    documents both{base, a, b};
    if (try_without_door(documents::compare, &both))
      return both.are_equal;
    // What jsonb cannot hold has no value to compare.
    return base == JSONOID && same_but_for_blanks(a, b);
  }
  const TypeCacheEntry *cached = lookup_type_cache(base, TYPECACHE_EQ_OPR_FINFO);
  return OidIsValid(cached->eq_opr_finfo.fn_oid) &&
         DatumGetBool(FunctionCall2Coll(const_cast<FmgrInfo *>(&cached->eq_opr_finfo), collation, a, b));
}

// Btrees ask the same before they keep equal keys once.
bool is_equal_by_image(Oid type, Oid collation) {
  const TypeCacheEntry *known = lookup_type_cache(getBaseType(type), TYPECACHE_BTREE_OPFAMILY);
  if (!OidIsValid(known->btree_opf))
    return false;
  const Oid function =
      get_opfamily_proc(known->btree_opf, known->btree_opintype, known->btree_opintype, BTEQUALIMAGE_PROC);
  return OidIsValid(function) &&
         DatumGetBool(OidFunctionCall1Coll(function, collation, ObjectIdGetDatum(known->btree_opintype)));
}

} // namespace upkeep::pg
