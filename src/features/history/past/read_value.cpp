#include "features/history/past/read_value.hpp"

namespace upkeep::history {

namespace {

[[noreturn]] void cannot_be_read(const past_table &table, AttrNumber column, const char *row) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table.relation), column - 1);
  ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
          errmsg_internal("a value of column \"%s\" of row %s of \"%s\" cannot be read as %s",
                          NameStr(attribute.attname), row, RelationGetRelationName(table.relation),
                          format_type_with_typemod(attribute.atttypid, attribute.atttypmod)),
          errhint("The type was changed since. upkeep.history has the value as it was written."));
  pg_unreachable();
}

} // namespace

Datum read_value(const past_table &table, AttrNumber column, const char *row, const JsonbValue &stored) {
  const MemoryContext memory = CurrentMemoryContext;
  Datum value = 0;
  if (!pg::catches_error([&] { value = pg::read_stored(table.readers[column - 1], stored); }))
    return value;
  if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
    PG_RE_THROW();
  MemoryContextSwitchTo(memory);
  FlushErrorState();
  cannot_be_read(table, column, row);
}

} // namespace upkeep::history
