#include "features/orders/stock/stock_key.hpp"

#include "features/trigger_options.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// Whether jsonb, with the help of rendered(), has one text for all values that are equal, in every session.
bool has_one_text(Oid base) {
  switch (base) {
  case INT2OID:
  case INT4OID:
  case INT8OID:
  case NUMERICOID:
  case TEXTOID:
  case VARCHAROID:
  case BPCHAROID:
  case NAMEOID:
  case UUIDOID:
  case BOOLOID:
  case DATEOID:
  case TIMESTAMPOID:
  case TIMESTAMPTZOID:
    return true;
  default:
    return call([=] { return get_typtype(base); }) == TYPTYPE_ENUM;
  }
}

void require_one_text(Relation table, AttrNumber number, Oid base) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), number - 1);
  const Oid collation = attribute.attcollation;
  const bool is_loose = OidIsValid(collation) && !call([=] { return get_collation_isdeterministic(collation); });
  if (has_one_text(base) && !is_loose)
    return;
  throw fault{
      .sqlstate = sqlstate::type_mismatch,
      .message = fmt::format("column \"{}\" of table \"{}\" has type {}{}, which cannot be a key for stock",
                             NameStr(attribute.attname), RelationGetRelationName(table), type_of(table, number),
                             is_loose ? " with nondeterministic collation " + pg::collation_name(collation) : ""),
      .hint = "Use an integer, numeric, text, uuid, boolean, date, timestamp or enum of a deterministic collation."};
}

// A value as jsonb must get it.
std::string rendered(const std::string &value, Oid base) {
  switch (base) {
  case NUMERICOID:
    return fmt::format("pg_catalog.trim_scale({})", value);
  case BPCHAROID: // without the blanks that do not count
    return value + "::pg_catalog.text";
  case TIMESTAMPTZOID:
    return fmt::format("pg_catalog.timezone('UTC', {})", value);
  default:
    return value;
  }
}

} // namespace

stock_key::stock_key(Relation table, std::vector<std::string> names) {
  for (const std::string &name : names) {
    const AttrNumber number = pg::require_column(table, name, "enable_stock");
    const Oid declared = TupleDescAttr(RelationGetDescr(table), number - 1)->atttypid;
    const Oid base = call([=] { return getBaseType(declared); });
    require_one_text(table, number, base);
    // By its catalogue name, for SQL reads "character" as character(1).
    const std::string type = pg::string_from([=] {
      HeapTuple found = SearchSysCache1(TYPEOID, ObjectIdGetDatum(base));
      const FormData_pg_type &form = *reinterpret_cast<Form_pg_type>(GETSTRUCT(found));
      char *text = quote_qualified_identifier(get_namespace_name(form.typnamespace), NameStr(form.typname));
      ReleaseSysCache(found);
      return text;
    });
    columns.push_back({pg::quoted(name), type, pg::equality_of(base, base).equals, base, declared != base});
  }
}

std::string stock_key::of(const std::string &alias) const {
  std::string list;
  for (const column &each : columns)
    list += fmt::format("{}{}", list.empty() ? "" : ", ", rendered(fmt::format("{}.{}", alias, each.name), each.base));
  return fmt::format("pg_catalog.jsonb_build_array({})::pg_catalog.text", list);
}

std::string stock_key::equals(const std::string &alias, const std::string &json) const {
  std::string condition;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const column &each = columns[i];
    const std::string text = fmt::format("({}::pg_catalog.jsonb OPERATOR(pg_catalog.->>) {})", json, i);
    condition += fmt::format(
        "{}{}.{}{} {} {}", i ? " AND " : "", alias, each.name, each.is_domain ? "::" + each.type : "", each.equality,
        each.base == TIMESTAMPTZOID ? fmt::format("pg_catalog.timezone('UTC', {}::pg_catalog.timestamp)", text)
                                    : fmt::format("{}::{}", text, each.type));
  }
  return condition;
}

std::string stock_key::order(const std::string &alias) const {
  std::string list;
  for (const column &each : columns)
    list += fmt::format("{}{}.{}", list.empty() ? "" : ", ", alias, each.name);
  return list;
}

} // namespace upkeep::orders
