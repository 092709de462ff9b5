#include "features/orders/stock/stock_key.hpp"

#include "features/trigger_options.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/steady_type.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// Whether jsonb, with the help of rendered(), has one text for all values that are equal, in every session.
bool has_one_text(Oid base) {
  return base == DATEOID || base == TIMESTAMPOID || base == TIMESTAMPTZOID || call([=] { return pg::is_plain(base); });
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
                             NameStr(attribute.attname), pg::table_name(table), type_of(table, number),
                             is_loose ? " with nondeterministic collation " + pg::collation_name(collation) : ""),
      .hint = "Use an integer, numeric, text, uuid, boolean, date, timestamp or enum of a deterministic collation."};
}

// A value as jsonb must get it.
fragment rendered(const fragment &value, Oid base) {
  switch (base) {
  case NUMERICOID:
    return sql("pg_catalog.trim_scale({value})", "value"_is = value);
  case BPCHAROID: // without the blanks that do not count
    return sql("{value}::pg_catalog.text", "value"_is = value);
  case TIMESTAMPTZOID:
    return sql("pg_catalog.timezone('UTC', {value})", "value"_is = value);
  default:
    return value;
  }
}

// A value that rendered() has made, as a text, back in its type.
fragment read_back(const fragment &text, const fragment &type, Oid base) {
  return base == TIMESTAMPTZOID ? sql("pg_catalog.timezone('UTC', {text}::pg_catalog.timestamp)", "text"_is = text)
                                : sql("{text}::{type}", "text"_is = text, "type"_is = type);
}

} // namespace

stock_key::stock_key(Relation table, std::vector<std::string> names) {
  for (const std::string &name : names) {
    const AttrNumber number = pg::require_column(table, name, "enable_stock");
    const Oid declared = TupleDescAttr(RelationGetDescr(table), number - 1)->atttypid;
    const Oid base = call([=] { return getBaseType(declared); });
    require_one_text(table, number, base);
    columns.push_back(
        {pg::identifier{name}, pg::type_as_sql(base), pg::equality_of(base, base).equals, base, declared != base});
  }
}

fragment stock_key::of(const std::string &alias) const {
  std::vector<fragment> list;
  for (const column &each : columns)
    list.push_back(rendered(sql("{alias}.{name}", "alias"_is = fragment(alias), "name"_is = each.name), each.base));
  return sql("pg_catalog.jsonb_build_array({list})::pg_catalog.text", "list"_is = pg::joined(list));
}

fragment stock_key::equals(const std::string &alias, const std::string &json) const {
  std::vector<fragment> conditions;
  for (const column &each : columns) {
    const fragment text =
        sql("({json}::pg_catalog.jsonb [->>] {place})", "json"_is = fragment(json), "place"_is = conditions.size());
    conditions.push_back(sql("{alias}.{name}{cast} {equals} {value}", "alias"_is = fragment(alias),
                             "name"_is = each.name,
                             "cast"_is = each.is_domain ? sql("::{type}", "type"_is = each.type) : fragment(),
                             "equals"_is = each.equality, "value"_is = read_back(text, each.type, each.base)));
  }
  return pg::joined(conditions, " AND ");
}

fragment stock_key::same(const std::string &alias, const std::string &other) const {
  std::vector<fragment> conditions;
  for (const column &each : columns) {
    const fragment cast = each.is_domain ? sql("::{type}", "type"_is = each.type) : fragment();
    conditions.push_back(sql("{alias}.{name}{cast} {equals} {other}.{name}{cast}", "alias"_is = fragment(alias),
                             "other"_is = fragment(other), "name"_is = each.name, "cast"_is = cast,
                             "equals"_is = each.equality));
  }
  return pg::joined(conditions, " AND ");
}

fragment stock_key::values(const std::string &json) const {
  std::vector<fragment> list;
  for (const column &each : columns)
    list.push_back(
        read_back(sql("({json}::pg_catalog.jsonb [->>] {place})", "json"_is = fragment(json), "place"_is = list.size()),
                  each.type, each.base));
  return pg::joined(list);
}

fragment stock_key::order(const std::string &alias) const {
  std::vector<fragment> list;
  for (const column &each : columns)
    list.push_back(sql("{alias}.{name}", "alias"_is = fragment(alias), "name"_is = each.name));
  return pg::joined(list);
}

} // namespace upkeep::orders
