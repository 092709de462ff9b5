#include "features/diagnostics/run/run_table.hpp"

#include "postgres/relation.hpp"

namespace upkeep::diagnostics {

using pg::call;

run_table::run_table(Oid table, LOCKMODE lock) : oid(table) {
  call([=] { LockRelationOid(table, lock); });
  if (call([=] { return get_rel_relkind(table); }) == '\0')
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format(
                    "a table of the weekly diagnostics does not exist, or was dropped meanwhile (oid {})", table),
                .hint = "What was committed stays; run it again with the tables that are there."};
  qualified = pg::qualified(table);
  pg::with_relation(table, [&](Relation relation) {
    const TupleDesc descriptor = RelationGetDescr(relation);
    for (int i = 0; i < descriptor->natts; ++i) {
      const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, i);
      if (attribute.attisdropped)
        continue;
      types.emplace(NameStr(attribute.attname), call([&] { return getBaseType(attribute.atttypid); }));
      if (attribute.attgenerated)
        generated.emplace(NameStr(attribute.attname));
    }
  });
}

Oid run_table::type(const std::string &column) const {
  const auto found = types.find(column);
  if (found == types.end())
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message = fmt::format("column \"{}\" of table {} does not exist", column, qualified),
                .hint = "upkeep.create_analytics makes tables with all columns that are known."};
  return found->second;
}

} // namespace upkeep::diagnostics
