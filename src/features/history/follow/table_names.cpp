#include "features/history/entries.hpp"
#include "features/history/follow/follow.hpp"
#include "features/history/tables.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/text.hpp"
#include "postgres/values/jsonb_object.hpp"

#include <optional>

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

} // namespace

void write_rename(std::int32_t number, const char *what, const char *from, const char *to) {
  entry_writer writer(number);
  call([&] { writer.add(action::rename, nullptr, named(what, from), named(what, to)); });
  writer.close();
}

void note_table(const Node *command) {
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
      tables.push_back({DatumGetInt32(found.value(row, 1, is_null)), name,
                        pg::string_from([&] { return quote_qualified_identifier(rename.newname, parts[1].c_str()); })});
  }
  for (const moved &each : tables) {
    note_name(each.number, each.to);
    write_rename(each.number, "table", each.from.c_str(), each.to.c_str());
  }
}

} // namespace upkeep::history
