#include "features/guard/renames/table_names.hpp"

#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "postgres/relation.hpp"
#include "postgres/trigger_arguments.hpp"

namespace upkeep::guard {

using pg::call;

namespace {

std::string schema_of(Oid table) {
  return pg::string_from([=] { return get_namespace_name(get_rel_namespace(table)); });
}

constexpr std::string_view table_options[] = {"target=", "source="};

// Replaces the name in an argument that names a table which is not there. `renamed(schema, table)` returns the new
// name, or "".
template <class F>
bool replace_name(std::string &argument, std::string_view option, const managed_trigger &trigger, F &&renamed) {
  if (!argument.starts_with(option))
    return false;
  const std::string name = argument.substr(option.size());
  std::vector<std::string> parts = pg::split_names(name, "option \"table\"", '.');
  // A name without a schema means that of the trigger's table.
  if (parts.size() == 1)
    parts.insert(parts.begin(), schema_of(trigger.table));
  if (parts.size() != 2 || pg::find_sibling(name, trigger.table))
    return false;
  const std::string now = renamed(parts[0], parts[1]);
  if (now.empty())
    return false;
  argument = fmt::format("{}{}", option, now);
  return true;
}

template <class F>
bool replace_names(std::vector<std::string> &arguments, const managed_trigger &trigger, F &&renamed) {
  bool replaced = false;
  try {
    for (std::string &argument : arguments)
      for (const std::string_view option : table_options)
        replaced |= replace_name(argument, option, trigger, renamed);
  } catch (const fault &) {
    // Anyone may make such a trigger, and it must not stop the others.
    return false;
  }
  return replaced;
}

template <class F> void follow(F &&renamed) {
  for (const managed_trigger &trigger : managed_triggers()) {
    std::vector<std::string> arguments = trigger.arguments;
    if (trigger.feature != &rollup_feature || !replace_names(arguments, trigger, renamed))
      continue;
    // Somebody may have enabled the rollup anew, or dropped the trigger, until the lock was free.
    call([&] { LockRelationOid(trigger.table, ShareRowExclusiveLock); });
    std::optional<std::vector<std::string>> now = pg::read_trigger_arguments(trigger.oid);
    if (now && replace_names(*now, trigger, renamed))
      pg::set_trigger_arguments(trigger.oid, *now);
  }
}

} // namespace

std::optional<former_name> former_name_of(const Node *command, Oid table) {
  const auto is_called = [&](const char *name) { return pg::table_name(table) == name; };
  if (command && IsA(command, RenameStmt)) {
    const auto &rename = *reinterpret_cast<const RenameStmt *>(command);
    if (rename.renameType == OBJECT_COLUMN || !rename.relation || !is_called(rename.newname))
      return std::nullopt;
    return former_name{schema_of(table), rename.relation->relname};
  }
  if (!command || !IsA(command, AlterObjectSchemaStmt))
    return std::nullopt;
  const RangeVar *moved = reinterpret_cast<const AlterObjectSchemaStmt *>(command)->relation;
  if (!moved || !is_called(moved->relname))
    return std::nullopt;
  return former_name{moved->schemaname ? std::optional<std::string>(moved->schemaname) : std::nullopt, moved->relname};
}

void follow_table_rename(Oid table, const former_name &former) {
  const std::string now = pg::qualified(table);
  follow([&](const std::string &schema, const std::string &name) {
    return name == former.table && (!former.schema || schema == *former.schema) ? now : "";
  });
}

void follow_schema_rename(const std::string &from, const std::string &to) {
  follow([&](const std::string &schema, const std::string &name) {
    return schema == from ? fmt::format("{}.{}", pg::quoted(to), pg::quoted(name)) : "";
  });
}

} // namespace upkeep::guard
