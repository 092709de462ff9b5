#include "features/soft_delete/soft_column.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::soft_delete {

soft_column require_soft_column(Relation table, const option_list &options) {
  const AttrNumber number = column_option(table, options, "column");
  if (number == InvalidAttrNumber)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("soft_delete of table \"{}\" names no column", pg::table_name(table)),
                .hint = "Pass the name of the column that says when a row was deleted."};
  return {NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname), pg::require_time_column(table, number)};
}

std::optional<soft_column> soft_column_of(Oid table) {
  std::optional<soft_column> column;
  pg::with_relation(table, [&](Relation relation) {
    const Trigger *trigger = trigger_of(relation, soft_delete_feature);
    if (!trigger)
      return;
    try {
      column = require_soft_column(relation, pg::trigger_options(*trigger, soft_delete_feature));
    } catch (const fault &) {
      // Its own rows are refused with what is wrong; others' are not.
    }
  });
  return column;
}

bool hold_same_stamps(const soft_column &a, const soft_column &b) {
  return a.type.base_type == b.type.base_type && a.type.precision == b.type.precision;
}

std::string type_text(const soft_column &column) {
  const int modifier = column.type.precision == MAX_TIMESTAMP_PRECISION ? -1 : column.type.precision;
  return pg::string_from([&] { return format_type_with_typemod(column.type.base_type, modifier); });
}

} // namespace upkeep::soft_delete
