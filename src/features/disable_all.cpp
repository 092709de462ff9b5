// upkeep.disable_all: the way out, before DROP EXTENSION.
#include "features/guard/exemptions.hpp"
#include "features/registry.hpp"
#include "features/soft_delete/live_view.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

void require_confirmation(const std::string &confirm) {
  if (confirm != "disable")
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("disable_all is not confirmed by \"{}\"", confirm),
                .detail = "It drops every trigger of pg_upkeep in this database, and its rules.",
                .hint = "SELECT upkeep.disable_all(confirm => 'disable');"};
}

Oid rules_table(const char *name) {
  return call([=] { return get_relname_relid(name, get_namespace_oid("upkeep", false)); });
}

bool has_rules(Oid table) {
  return pg::execute(pg::sql("SELECT FROM {table} LIMIT 1", "table"_is = pg::table{table})).count() > 0;
}

void require_owner(Oid table) {
  if (!call([=] { return pg::owns_table(table, GetUserId()); }))
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = fmt::format("must be owner of table {}", pg::table_name(table)),
                .hint = "Let a superuser call this, or disable what is enabled on your own tables, one by one."};
}

// The tables that have triggers of ours, each locked and the caller's.
std::vector<Oid> lock_tables() {
  std::vector<Oid> tables;
  for (const managed_trigger &trigger : managed_triggers())
    if (!trigger.is_clone && std::find(tables.begin(), tables.end(), trigger.table) == tables.end())
      tables.push_back(trigger.table);
  // Before the locks, so that nobody can block another's tables; and after them.
  std::for_each(tables.begin(), tables.end(), require_owner);
  for (const Oid table : tables)
    call([=] { LockRelationOid(table, AccessExclusiveLock); });
  std::erase_if(tables, [](Oid table) { return call([=] { return get_rel_relkind(table); }) == '\0'; });
  std::for_each(tables.begin(), tables.end(), require_owner);
  return tables;
}

// Each kind of rules is for whom may switch them on.
void require_rights_to_rules(bool has_auto_rules) {
  if (call([] { return superuser(); }))
    return;
  if (has_auto_rules)
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = "must be superuser to switch automatic updated_at off",
                .hint = "Let a superuser call this, or SELECT upkeep.auto_updated_at(NULL); before."};
  for (const guard::exemption &each : guard::exemptions())
    if (call([&] { return get_rel_relkind(each.table); }) != '\0')
      require_owner(each.table);
  const pg::rows others = pg::execute(pg::sql(R"sql(
    SELECT n.nspname
    FROM upkeep.guard_rules r
    JOIN pg_namespace n ON n.nspname = r.schema_name
    WHERE NOT pg_has_role(n.nspowner, 'USAGE')
    ORDER BY 1
  )sql"));
  if (others.count() > 0)
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = fmt::format("must be owner of schema {}", pg::quoted(others.text(0, 1).value_or(""))),
                .hint = "Let a superuser call this, or the owner of the guarded schemas."};
}

void empty(Oid table) {
  pg::as_user(pg::owner_of(table), SECURITY_RESTRICTED_OPERATION,
              [&] { pg::execute(pg::sql("DELETE FROM {table}", "table"_is = pg::table{table})); });
}

std::uint64_t drop_all(const std::vector<Oid> &tables) {
  std::uint64_t dropped = 0;
  for (const Oid table : tables)
    pg::drop_truncate_triggers_of_shards(table);
  for (const Oid table : tables)
    for (const managed_trigger &trigger : managed_triggers(table))
      if (!trigger.is_clone) {
        pg::drop_trigger(table, trigger.name);
        ++dropped;
      }
  return dropped;
}

// Without its trigger, a DELETE in a live view would delete rows.
std::uint64_t drop_live_views() {
  const std::vector<Oid> views = soft_delete::live_views();
  std::for_each(views.begin(), views.end(), require_owner);
  for (const Oid view : views)
    pg::execute(pg::sql("DROP VIEW {view}", "view"_is = pg::table{view}));
  return views.size();
}

std::string counted(std::uint64_t count, const char *what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void disable_all() {
  const Oid auto_rules = rules_table("auto_updated_at_rules"), guard_rules = rules_table("guard_rules");
  const bool has_auto_rules = has_rules(auto_rules), has_guard_rules = has_rules(guard_rules);
  const std::vector<Oid> tables = lock_tables();
  require_rights_to_rules(has_auto_rules);
  // First, so that nothing makes a trigger anew while they are dropped.
  if (has_auto_rules)
    empty(auto_rules);
  if (has_guard_rules)
    empty(guard_rules);
  const bool has_exemptions = guard::are_there_exemptions();
  if (has_exemptions)
    empty(rules_table("guard_exemptions"));
  const std::uint64_t views = drop_live_views();
  const std::uint64_t dropped = drop_all(tables);
  const std::string of_views = views ? fmt::format(", and {}", counted(views, "live view")) : "";
  const std::string said =
      dropped
          ? fmt::format("dropped {} of {}{}", counted(dropped, "trigger"), counted(tables.size(), "table"), of_views)
      : views                                               ? fmt::format("dropped {}", counted(views, "live view"))
      : has_auto_rules || has_guard_rules || has_exemptions ? "there were rules, but no triggers to drop"
                                                            : "there was nothing to disable";
  call([&] { ereport(NOTICE, errmsg("%s", said.c_str())); });
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.disable_all(confirm): drops every trigger of pg_upkeep and every live view, and empties the rules of
// auto_updated_at and enable_guard, and guard_exemptions; all or nothing. Errors: 22004, 22023 without confirm =>
// 'disable', 42501 a table or rule that is not the caller's.
UPKEEP_FUNCTION(upkeep_disable_all) {
  return pg::entry([=] {
    require_confirmation(pg::arguments(fcinfo).string(0, "confirm"));
    pg::with_spi([] { disable_all(); });
    return Datum(0);
  });
}
