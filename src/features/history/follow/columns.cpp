#include "core/history/secret_name.hpp"
#include "features/catalogue.hpp"
#include "features/guard/judge/judge.hpp"
#include "features/guard/renames/column_names.hpp"
#include "features/history/follow/follow.hpp"
#include "features/history/kept_columns.hpp"
#include "features/history/tables.hpp"
#include "features/registry.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/text.hpp"
#include "postgres/trigger.hpp"
#include "postgres/trigger_arguments.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace upkeep::history {

using pg::call;

namespace {

// Whether columns or digest names it.
bool is_named(const option_list &options, const std::string &column) {
  for (const char *option : {"columns", "digest"}) {
    const std::vector<std::string> names = pg::list_option(options, option);
    if (std::ranges::find(names, column) != names.end())
      return true;
  }
  return false;
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

} // namespace

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

} // namespace upkeep::history
