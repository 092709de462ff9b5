#include "postgres/column_info.hpp"

#include "core/fault.hpp"
#include "postgres/boundary.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::pg {

namespace {

[[noreturn]] void refuse_kind(const column_info &column, const char *kind, const char *hint) {
  throw fault{.sqlstate = sqlstate::generated_always,
              .message = fmt::format("column \"{}\" of table \"{}\" is {} column", column.name, column.table, kind),
              .hint = hint};
}

} // namespace

column_info::column_info(Relation relation, AttrNumber number) : table(table_name(relation)), number(number) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(relation), number - 1);
  name = NameStr(attribute.attname);
  declared = attribute.atttypid;
  modifier = declared_modifier = attribute.atttypmod;
  type = call([this] { return getBaseTypeAndTypmod(declared, &modifier); });
  domain = type == declared ? InvalidOid : declared;
  collation = attribute.attcollation;
  length = attribute.attlen;
  by_value = attribute.attbyval;
  generated = attribute.attgenerated;
  is_identity = attribute.attidentity != '\0';
}

std::string column_info::type_name() const {
  return string_from([this] { return format_type_with_typemod(declared, declared_modifier); });
}

void column_info::refuse_type(std::string_view why, const char *hint) const {
  throw fault{.sqlstate = sqlstate::type_mismatch,
              .message =
                  fmt::format("column \"{}\" of table \"{}\" has type {}, which {}", name, table, type_name(), why),
              .hint = hint};
}

void column_info::require_number(const char *hint) const {
  if (!is_number(type))
    refuse_type("is not an exact numeric type", hint);
}

void column_info::require_not_generated(const char *hint) const {
  if (generated)
    refuse_kind(*this, "a generated", hint);
}

void column_info::require_writable(const char *hint) const {
  require_not_generated(hint);
  if (is_identity)
    refuse_kind(*this, "an identity", hint);
}

std::vector<std::string> column_names(Oid table) {
  const parameter parameters[] = {parameter::oid(table)};
  const rows found = execute(sql(R"sql(
    SELECT a.attname::pg_catalog.text
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid [=] $1 AND a.attnum [>] 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  )sql"),
                             parameters);
  std::vector<std::string> names;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    names.push_back(found.text(row, 1).value());
  return names;
}

} // namespace upkeep::pg
