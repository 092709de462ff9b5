// upkeep.follow_history: tables and columns that are renamed or dropped, as those who read the past must know.
#include "features/history/follow/follow.hpp"

#include "features/history/tables.hpp"
#include "features/rollups/lost_tables.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/text.hpp"

#include <optional>

namespace upkeep::history {

using pg::call;

namespace {

bool may_make_partitions(const Node *command) {
  return command && (IsA(command, CreateStmt) || IsA(command, AlterTableStmt));
}

// ddl_command_end
void follow(const Node *command) {
  follow_table();
  if (command && IsA(command, AlterTableStmt))
    follow_attached_rows(*reinterpret_cast<const AlterTableStmt *>(command));
  if (!command || !IsA(command, RenameStmt))
    return;
  const auto &rename = *reinterpret_cast<const RenameStmt *>(command);
  if (rename.renameType == OBJECT_SCHEMA)
    follow_schema(rename);
  if (rename.renameType == OBJECT_COLUMN || rename.renameType == OBJECT_ATTRIBUTE)
    follow_columns(rename);
}

// sql_drop
void follow_drop() {
  struct dropped {
    std::string schema, table;
    std::optional<std::string> column;
  };
  std::vector<dropped> objects;
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT d.address_names[1], d.address_names[2], d.address_names[3]
    FROM pg_catalog.pg_event_trigger_dropped_objects() d
    WHERE d.object_type [=] 'table' OR d.object_type [=] 'table column'
  )sql"));
  for (std::uint64_t row = 0; row < found.count(); ++row)
    objects.push_back({found.text(row, 1).value_or(""), found.text(row, 2).value_or(""), found.text(row, 3)});
  for (const dropped &each : objects) {
    const std::string name =
        pg::string_from([&] { return quote_qualified_identifier(each.schema.c_str(), each.table.c_str()); });
    const std::optional<std::int32_t> number = number_named(name);
    if (each.column)
      if (const Oid table = table_named(name); OidIsValid(table))
        leave_out(table, *each.column);
    if (number && each.column)
      write_rename(*number, "column", each.column->c_str(), nullptr);
    else if (number)
      note_name(*number, std::nullopt);
  }
}

// Nothing is to be followed where the extension itself is on its way in or out, or where no table has history.
bool has_numbers() {
  return call([] {
    const Oid schema = get_namespace_oid("upkeep", true);
    const Oid table = OidIsValid(schema) ? get_relname_relid("history_tables", schema) : InvalidOid;
    if (!OidIsValid(table))
      return false;
    Relation relation = table_open(table, AccessShareLock);
    const bool is_filled = RelationGetNumberOfBlocks(relation) > 0;
    table_close(relation, AccessShareLock);
    return is_filled;
  });
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.follow_history() RETURNS event_trigger: on ddl_command_start, ddl_command_end and sql_drop. It sets no
// search_path: the command's names are the caller's.
UPKEEP_FUNCTION(upkeep_follow_history) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep.follow_history() can only be called as an event trigger",
                  .hint = "Call upkeep.enable_history()."};
    const auto &event = *reinterpret_cast<const EventTriggerData *>(fcinfo->context);
    const std::string_view when = event.event;
    if (when == "ddl_command_end" && may_make_partitions(event.parsetree))
      pg::with_spi([] { follow_partitions(); });
    if (when == "sql_drop")
      pg::with_spi([] { rollups::drop_triggers_of_lost_tables(); });
    if (!has_numbers())
      return Datum(0);
    pg::with_spi([&] {
      if (when == "sql_drop")
        follow_drop();
      else if (when == "ddl_command_start")
        note_table(event.parsetree);
      else
        follow(event.parsetree);
    });
    return Datum(0);
  });
}
