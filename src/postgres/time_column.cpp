#include "postgres/time_column.hpp"

#include "postgres/sql/text.hpp"

namespace upkeep::pg {

time_column require_time_column(Relation relation, AttrNumber column) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(relation), column - 1);
  const Oid declared = attribute.atttypid;
  std::int32_t modifier = attribute.atttypmod;
  const Oid base = call([&] { return getBaseTypeAndTypmod(declared, &modifier); });
  if (base != TIMESTAMPOID && base != TIMESTAMPTZOID)
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("column \"{}\" of table \"{}\" has type {}, which cannot hold a stamp",
                                       NameStr(attribute.attname), table_name(relation),
                                       string_from([=] { return format_type_be(declared); })),
                .hint = "Use timestamptz or timestamp, of any precision, or a domain over one of them."};
  if (attribute.attgenerated)
    throw fault{.sqlstate = sqlstate::generated_always,
                .message = fmt::format("column \"{}\" of table \"{}\" is a generated column",
                                       NameStr(attribute.attname), table_name(relation)),
                .hint = "A stamp needs a column that can be written."};
  return {base, modifier < 0 ? MAX_TIMESTAMP_PRECISION : modifier, base != declared};
}

} // namespace upkeep::pg
