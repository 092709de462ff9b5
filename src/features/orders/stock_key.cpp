#include "features/orders/stock_key.hpp"

namespace upkeep {

using pg::call;

stock_key::stock_key(Relation table, std::vector<std::string> names) {
  for (const std::string &name : names) {
    const AttrNumber number = pg::require_column(table, name, "enable_stock");
    const Oid declared = TupleDescAttr(RelationGetDescr(table), number - 1)->atttypid;
    const Oid base = call([=] { return getBaseType(declared); });
    // By its catalogue name, for SQL reads "character" as character(1).
    const std::string type = pg::string_from([=] {
      HeapTuple found = SearchSysCache1(TYPEOID, ObjectIdGetDatum(base));
      const FormData_pg_type &form = *reinterpret_cast<Form_pg_type>(GETSTRUCT(found));
      char *text = quote_qualified_identifier(get_namespace_name(form.typnamespace), NameStr(form.typname));
      ReleaseSysCache(found);
      return text;
    });
    columns.push_back({pg::quoted(name), type, pg::equality_of(base, base).equals, base == TIMESTAMPTZOID});
  }
}

std::string stock_key::of(const std::string &alias) const {
  std::string list;
  for (const column &each : columns)
    list += fmt::format("{}{}{}.{}{}", list.empty() ? "" : ", ", each.has_zone ? "pg_catalog.timezone('UTC', " : "",
                        alias, each.name, each.has_zone ? ")" : "");
  return fmt::format("pg_catalog.jsonb_build_array({})::pg_catalog.text", list);
}

std::string stock_key::equals(const std::string &alias, const std::string &json) const {
  std::string condition;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const column &each = columns[i];
    const std::string text = fmt::format("({}::pg_catalog.jsonb OPERATOR(pg_catalog.->>) {})", json, i);
    condition += fmt::format("{}{}.{} {} {}", i ? " AND " : "", alias, each.name, each.equality,
                             each.has_zone ? fmt::format("pg_catalog.timezone('UTC', {}::pg_catalog.timestamp)", text)
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

} // namespace upkeep
