#include "postgres/sql/key_equality.hpp"

#include "postgres/relation.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::pg {

namespace {

// An operator of a key's type as SQL, and the cast that a value needs which it is not made for, or "".
struct key_operator {
  fragment sql;
  fragment cast;
};

key_operator operator_between(Oid own, Oid key_type, Oid value_type) {
  HeapTuple found = call([=] { return SearchSysCache1(OPEROID, ObjectIdGetDatum(own)); });
  const FormData_pg_operator &form = *reinterpret_cast<Form_pg_operator>(GETSTRUCT(found));
  const std::string name = NameStr(form.oprname);
  const std::string schema = string_from([space = form.oprnamespace] { return get_namespace_name(space); });
  call([=] { ReleaseSysCache(found); });
  const bool direct = call([&] {
    List *qualified = list_make2(makeString(pstrdup(schema.c_str())), makeString(pstrdup(name.c_str())));
    return OidIsValid(OpernameGetOprid(qualified, getBaseType(key_type), getBaseType(value_type)));
  });
  return {fragment(fmt::format("OPERATOR({}.{})", quoted(schema), name)),
          direct ? fragment() : sql("::{type}", "type"_is = type_as_sql(key_type))};
}

[[noreturn]] void lacks(Oid type, const char *what) {
  throw fault{.sqlstate = sqlstate::type_mismatch,
              .message = fmt::format("type {} has no {}", string_from([=] { return format_type_be(type); }), what)};
}

} // namespace

bool have_common_equality(Oid a, Oid b) {
  return call([=] {
    const Oid equals = lookup_type_cache(a, TYPECACHE_EQ_OPR)->eq_opr;
    if (!OidIsValid(equals))
      return false;
    if (a == b || IsBinaryCoercible(a, b) || IsBinaryCoercible(b, a))
      return true;
    return is_integer(a) && is_integer(b);
  });
}

key_equality equality_of(Oid key_type, Oid value_type) {
  const Oid equals = call([=] { return lookup_type_cache(getBaseType(key_type), TYPECACHE_EQ_OPR)->eq_opr; });
  if (!OidIsValid(equals))
    lacks(key_type, "equality");
  const key_operator found = operator_between(equals, key_type, value_type);
  return {found.sql, found.cast, found.cast.empty() ? fragment() : sql("{cast}[]", "cast"_is = found.cast)};
}

key_order order_of(Oid key_type, Oid value_type) {
  const Oid greater = call([=] { return lookup_type_cache(getBaseType(key_type), TYPECACHE_GT_OPR)->gt_opr; });
  if (!OidIsValid(greater))
    lacks(key_type, "order");
  const key_operator found = operator_between(greater, key_type, value_type);
  return {found.sql, found.cast};
}

// Arrays take NULLs for equal, and are hashed as their elements are.
fragment equal_or_null(Oid type, const fragment &a, const fragment &b) {
  if (!OidIsValid(call([=] { return get_array_type(type); })))
    return sql("{a} IS NOT DISTINCT FROM {b}", "a"_is = a, "b"_is = b);
  return sql("ARRAY[{a}] [=] ARRAY[{b}]", "a"_is = a, "b"_is = b);
}

} // namespace upkeep::pg
