#include "postgres/sql/trusted_parts.hpp"

#include "core/fault.hpp"
#include "postgres/sql/text.hpp"
#include "postgres/sql/tree_walk.hpp"

extern "C" {
#include <catalog/pg_proc.h>
#include <catalog/pg_type.h>
}

namespace upkeep::pg {

namespace {

// What an expression calls or casts to that is somebody else's.
struct foreign_parts {
  Oid role;
  Oid function, domain;
};

bool is_trusted(Oid owner, Oid role) { return owner == role || superuser_arg(owner); }

bool is_foreign(Oid function, void *context) {
  auto &sought = *static_cast<foreign_parts *>(context);
  HeapTuple row = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(row))
    return false;
  const Oid owner = reinterpret_cast<Form_pg_proc>(GETSTRUCT(row))->proowner;
  ReleaseSysCache(row);
  if (is_trusted(owner, sought.role))
    return false;
  sought.function = function;
  return true;
}

// The checks of a domain call functions too.
bool is_foreign_domain(Oid type, foreign_parts &sought) {
  HeapTuple row = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
  if (!HeapTupleIsValid(row))
    return false;
  const Oid owner = reinterpret_cast<Form_pg_type>(GETSTRUCT(row))->typowner;
  ReleaseSysCache(row);
  if (is_trusted(owner, sought.role))
    return false;
  sought.domain = type;
  return true;
}

// Reading a value of the type checks every domain in it.
bool has_foreign_domain(Oid type, foreign_parts &sought) {
  check_stack_depth();
  if (get_typtype(type) == TYPTYPE_DOMAIN)
    return is_foreign_domain(type, sought) || has_foreign_domain(getBaseType(type), sought);
  for (const Oid part : {get_element_type(type), get_range_subtype(type), get_multirange_range(type)})
    if (OidIsValid(part))
      return has_foreign_domain(part, sought);
  if (get_typtype(type) != TYPTYPE_COMPOSITE)
    return false;
  const TupleDesc row = lookup_rowtype_tupdesc_copy(type, -1);
  for (int i = 0; i < row->natts; ++i)
    if (const FormData_pg_attribute &part = *TupleDescAttr(row, i);
        !part.attisdropped && has_foreign_domain(part.atttypid, sought))
      return true;
  return false;
}

bool has_foreign_part(Node *node, void *context) {
  if (!node)
    return false;
  if (IsA(node, Param) &&
      has_foreign_domain(reinterpret_cast<Param *>(node)->paramtype, *static_cast<foreign_parts *>(context)))
    return true;
  if (IsA(node, CoerceToDomain) &&
      is_foreign_domain(reinterpret_cast<CoerceToDomain *>(node)->resulttype, *static_cast<foreign_parts *>(context)))
    return true;
  return check_functions_in_node(node, is_foreign, context) || walk_expression(node, has_foreign_part, context);
}

bool hide_string(Node *node, void *context) {
  // What stands in parentheses after a type stays.
  if (!node || IsA(node, TypeName))
    return false;
  if (!IsA(node, A_Const))
    return walk_raw(node, hide_string, context);
  const auto &constant = *reinterpret_cast<A_Const *>(node);
  if (constant.isnull || !IsA(&constant.val, String))
    return false;
  static_assert(sizeof(ParamRef) <= sizeof(A_Const));
  auto *parameter = reinterpret_cast<ParamRef *>(node);
  const int location = constant.location;
  parameter->type = T_ParamRef;
  parameter->number = ++*static_cast<int *>(context);
  parameter->location = location;
  return false;
}

Node *hidden_string(ParseState *, ParamRef *reference) {
  Param *made = makeNode(Param);
  made->paramkind = PARAM_EXTERN;
  made->paramid = reference->number;
  made->paramtype = UNKNOWNOID;
  made->paramtypmod = -1;
  made->location = reference->location;
  return reinterpret_cast<Node *>(made);
}

Node *give_type(ParseState *, Param *hidden, Oid type, std::int32_t, int) {
  if (hidden->paramtype != UNKNOWNOID)
    return nullptr;
  hidden->paramtype = type;
  hidden->paramcollid = get_typcollation(type);
  return reinterpret_cast<Node *>(hidden);
}

} // namespace

void require_trusted_parts(Node *analysed, Oid owner, const std::string &what) {
  foreign_parts sought{owner, InvalidOid, InvalidOid};
  if (!call([&] { return has_foreign_part(analysed, &sought); }))
    return;
  const std::string part = OidIsValid(sought.domain)
                               ? "uses " + string_from([&] { return format_type_be_qualified(sought.domain); })
                               : "calls " + string_from([&] { return format_procedure_qualified(sought.function); });
  throw fault{.sqlstate = sqlstate::insufficient_privilege,
              .message =
                  fmt::format("{} {}, which belongs neither to the owner of the table nor to a superuser", what, part),
              .hint = "It would run with the rights of the table's owner: let the owner have it, or another one like "
                      "it."};
}

int hide_strings(Node *raw, ParseState *state) {
  int count = 0;
  call([&] { hide_string(raw, &count); });
  state->p_paramref_hook = hidden_string;
  state->p_coerce_param_hook = give_type;
  return count;
}

} // namespace upkeep::pg
