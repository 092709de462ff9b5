// upkeep.follow_history: tables and columns that are renamed or dropped, as those who read the past must know.
#include "core/history/secret_name.hpp"
#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/guard/judge/judge.hpp"
#include "features/guard/renames/column_names.hpp"
#include "features/history/entries.hpp"
#include "features/history/kept_columns.hpp"
#include "features/history/tables.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/trigger_arguments.hpp"
#include "postgres/values/jsonb_object.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace upkeep::history {

using pg::call;

namespace {

// The table that the command which is running renames or moves, and the number that it had before.
struct noted_table {
  Oid table = InvalidOid;
  std::int32_t number = 0;
  std::string name;
};

noted_table &noted() {
  static noted_table &table = *new noted_table;
  return table;
}

// {"column": "price"}; an absent name is null.
Jsonb *named(const char *what, const char *name) {
  pg::jsonb_object object(1);
  object.add(what, static_cast<int>(std::strlen(what)),
             name ? pg::jsonb_string(name, static_cast<int>(std::strlen(name))) : pg::jsonb_null());
  return object.finish();
}

void write_rename(std::int32_t number, const char *what, const char *from, const char *to) {
  entry_writer writer(number);
  call([&] { writer.add(action::rename, nullptr, named(what, from), named(what, to)); });
  writer.close();
}

std::string name_in(const std::string &schema, const std::string &table) {
  return pg::string_from([&] { return quote_qualified_identifier(schema.c_str(), table.c_str()); });
}

// Whether columns or digest names it.
bool is_named(const option_list &options, const std::string &column) {
  for (const char *option : {"columns", "digest"}) {
    const std::vector<std::string> names = pg::list_option(options, option);
    if (std::ranges::find(names, column) != names.end())
      return true;
  }
  return false;
}

bool has_rows(Oid table) {
  bool has = false;
  for (const Oid each : pg::with_descendants(table, AccessShareLock))
    pg::with_relation(each, [&](Relation relation) {
      has = has || (relation->rd_rel->relkind == RELKIND_RELATION &&
                    call([=] { return pg::count_rows(relation, 1); }).rows > 0);
    });
  return has;
}

// Where a command names the table that it renames or moves.
const RangeVar *renamed_table(const Node *command) {
  if (!command)
    return nullptr;
  if (IsA(command, RenameStmt)) {
    // ALTER INDEX and ALTER VIEW rename tables too.
    const auto &rename = *reinterpret_cast<const RenameStmt *>(command);
    return rename.renameType == OBJECT_COLUMN ? nullptr : rename.relation;
  }
  if (IsA(command, AlterObjectSchemaStmt)) {
    const auto &move = *reinterpret_cast<const AlterObjectSchemaStmt *>(command);
    return move.objectType == OBJECT_TABLE ? move.relation : nullptr;
  }
  return nullptr;
}

// ddl_command_start
void note(const Node *command) {
  noted() = {};
  const RangeVar *const named_table = renamed_table(command);
  const Oid table = named_table ? call([=] { return RangeVarGetRelid(named_table, NoLock, true); }) : InvalidOid;
  if (!OidIsValid(table))
    return;
  const std::string name = pg::qualified(table);
  if (const std::optional<std::int32_t> number = number_named(name))
    noted() = {table, *number, name};
}

void follow_table() {
  const noted_table was = noted();
  noted() = {};
  if (!OidIsValid(was.table) || call([&] { return get_rel_relkind(was.table); }) == '\0')
    return;
  const std::string now = pg::qualified(was.table);
  if (now == was.name)
    return;
  note_name(was.number, now);
  write_rename(was.number, "table", was.name.c_str(), now.c_str());
}

void follow_schema(const RenameStmt &rename) {
  const pg::rows found = numbered_tables();
  struct moved {
    std::int32_t number;
    std::string from, to;
  };
  std::vector<moved> tables;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const std::string name = found.text(row, 2).value_or("");
    const std::vector<std::string> parts = pg::split_names(name, "the name of a table", '.');
    bool is_null = false;
    if (parts.size() == 2 && parts[0] == rename.subname)
      tables.push_back({DatumGetInt32(found.value(row, 1, is_null)), name, name_in(rename.newname, parts[1])});
  }
  for (const moved &each : tables) {
    note_name(each.number, each.to);
    write_rename(each.number, "table", each.from.c_str(), each.to.c_str());
  }
}

// A column that was left out for its name stays left out under another.
void keep_left_out(Oid table, const RenameStmt &rename) {
  if (!is_secret_name(rename.subname) || is_secret_name(rename.newname))
    return;
  bool is_told = false;
  for (const managed_trigger &trigger : managed_triggers(table)) {
    const option_list options = parse_options(history_feature, trigger.arguments);
    if (trigger.feature != &history_feature || find_option(options, "exclude"))
      continue;
    kept_columns columns;
    pg::with_relation(table, [&](Relation relation) { columns = resolve_columns(options, relation); });
    if (std::ranges::find(columns.kept, rename.newname, &kept_column::name) == columns.kept.end() ||
        is_named(options, rename.newname))
      continue;
    columns.left_out_as_secret.emplace_back(rename.newname);
    const std::string left_out = pg::join_names(columns.left_out_as_secret);
    std::vector<std::string> arguments = trigger.arguments;
    arguments.push_back("exclude=" + left_out);
    pg::set_trigger_arguments(trigger.oid, arguments);
    if (!std::exchange(is_told, true))
      call([&] {
        ereport(NOTICE, errmsg("history of \"%s\" goes on without column \"%s\"", get_rel_name(table), rename.newname),
                errdetail("Its exclude_columns are from now on: %s.", left_out.c_str()),
                errhint("To keep others out or in, call upkeep.enable_history again."));
      });
  }
}

void follow_column(Oid table, const RenameStmt &rename) {
  guard::follow_rename(table, rename.subname, rename.newname, &history_feature);
  for (const Oid each : pg::with_descendants(table, AccessShareLock))
    keep_left_out(each, rename);
  if (const std::optional<std::int32_t> number = number_named(pg::qualified(table)))
    write_rename(*number, "column", rename.subname, rename.newname);
}

void follow_columns(const RenameStmt &rename) {
  // Of a type, the tables that are of it.
  if (rename.renameType == OBJECT_ATTRIBUTE) {
    for (const Oid table : guard::tables_of_type(rename.relation))
      follow_column(table, rename);
  } else if (const Oid table = call([&] { return RangeVarGetRelid(rename.relation, NoLock, true); });
             OidIsValid(table)) {
    follow_column(table, rename);
  }
}

// Rows that come with a partition, or go with it, have no entries: history begins anew.
void follow_attached_rows(const AlterTableStmt &statement) {
  const Oid table = call([&] { return RangeVarGetRelid(statement.relation, NoLock, true); });
  if (!OidIsValid(table))
    return;
  const ListCell *cell;
  foreach (cell, statement.cmds) {
    const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);
    if (part->subtype != AT_AttachPartition && part->subtype != AT_DetachPartition)
      continue;
    const RangeVar *name = reinterpret_cast<const PartitionCmd *>(part->def)->name;
    const Oid partition = call([=] { return RangeVarGetRelid(name, NoLock, true); });
    const std::string root = pg::qualified(pg::topmost(table));
    if (const std::optional<std::int32_t> number = number_named(root); number && has_rows(partition))
      note_name(*number, root);
  }
}

// What has become a partition of a table with history has it too, and the statement triggers of rollups: neither may
// miss a row.
void follow_partitions() {
  std::vector<Oid> tables;
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.oid
    FROM pg_catalog.pg_event_trigger_ddl_commands() d
    JOIN pg_catalog.pg_class c ON c.oid [=] d.objid
    WHERE d.classid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
      AND (c.relispartition OR c.relkind [=] 'p') AND NOT d.in_extension
  )sql"));
  for (std::uint64_t row = 0; row < found.count(); ++row)
    tables.push_back(found.oid(row, 1));
  for (const Oid table : tables) {
    std::vector<const feature_rule *> of_root;
    pg::with_relation(pg::topmost(table), [&](Relation root) {
      for (const feature_rule *feature : {&history_feature, &rollup_feature})
        if (trigger_of(root, *feature))
          of_root.push_back(feature);
    });
    for (const feature_rule *feature : of_root)
      inherit_statement_triggers(table, feature);
  }
}

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

// A trigger goes on without the column; one whose key has gone says so when it writes next.
void leave_out(Oid table, const std::string &column) {
  for (const managed_trigger &trigger : managed_triggers(table)) {
    if (trigger.feature != &history_feature)
      continue;
    const option_list options = parse_options(history_feature, trigger.arguments);
    std::vector<std::string> arguments;
    for (const option_rule &rule : history_feature.options) {
      const std::string *given = find_option(options, rule.name);
      if (!given)
        continue;
      std::vector<std::string> names = pg::split_names(*given, "a list of columns");
      if (rule.name != "key")
        std::erase(names, column);
      arguments.push_back(fmt::format("{}={}", rule.name, pg::join_names(names)));
    }
    if (arguments != trigger.arguments)
      pg::set_trigger_arguments(trigger.oid, arguments);
  }
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
    const std::string name = name_in(each.schema, each.table);
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
    if (!has_numbers())
      return Datum(0);
    pg::with_spi([&] {
      if (when == "sql_drop")
        follow_drop();
      else if (when == "ddl_command_start")
        note(event.parsetree);
      else
        follow(event.parsetree);
    });
    return Datum(0);
  });
}
