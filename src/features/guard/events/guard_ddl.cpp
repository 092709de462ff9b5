// upkeep.guard_ddl: what a command would lose, before it runs; what it has dropped and made, after it.
#include "features/catalogue.hpp"
#include "features/guard/approvals.hpp"
#include "features/guard/events/dropped.hpp"
#include "features/guard/events/entered_command.hpp"
#include "features/guard/events/notes.hpp"
#include "features/guard/exemptions.hpp"
#include "features/guard/renames/column_names.hpp"
#include "features/guard/renames/table_names.hpp"
#include "features/registry.hpp"
#include "features/rollups/drop_locks.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

namespace {

// The guard's own trigger, made while a command ends. What event triggers of others do meanwhile is looked at.
bool is_own(const Node *command) {
  return command && IsA(command, CreateTrigStmt) && is_making_guard_trigger() &&
         std::string_view(reinterpret_cast<const CreateTrigStmt *>(command)->trigname) == guard_trigger;
}

void tell(const remark &each) {
  const int level = each.weight == remark::warn ? WARNING : NOTICE;
  call([&] {
    ereport(level, errmsg("%s", each.text.c_str()), each.hint.empty() ? 0 : errhint("%s", each.hint.c_str()));
  });
}

// ddl_command_start, whether the guard is on or not.
void lock_rollups(const Node *command) {
  if (command && IsA(command, DropStmt))
    if (const auto &statement = *reinterpret_cast<const DropStmt *>(command); statement.removeType == OBJECT_TABLE)
      rollups::lock_before_drop(statement);
}

// Once a distributed table was let go, Citus drops its shards, here those that lie on this node. It runs no query of
// distributed tables meanwhile.
bool drops_shard(const Node *command) {
  const auto *statement = reinterpret_cast<const DropStmt *>(command);
  if (!pg::has_citus() || !command || !IsA(command, DropStmt) || statement->removeType != OBJECT_TABLE)
    return false;
  const Oid table = call([=] {
    return RangeVarGetRelid(makeRangeVarFromNameList(linitial_node(List, statement->objects)), NoLock, true);
  });
  return OidIsValid(table) && pg::is_shard(table);
}

// ddl_command_start: counts under the locks that the command itself is about to take.
void precede(const EventTriggerData &event, const guarded_schemas &guarded) {
  judge judged(guarded, judge::purpose::guard);
  const std::vector<ddl_action> actions = actions_of(event.parsetree);
  judged.look_at(actions);
  const bool cascades =
      std::any_of(actions.begin(), actions.end(), [](const ddl_action &each) { return each.cascades; });
  for (const remark &each : judged.found.remarks)
    tell(each);
  notes().confirmed = decide(tag_of(event), judged.found.losses, notes().served);
  notes().settled = std::move(judged.found.settled);
  note_settled(guarded);
  if (cascades && !drops_shard(event.parsetree))
    note_what_is_there(guarded);
}

struct made_object {
  Oid object;
  std::string tag;
  std::string type;
  std::string identity;
};

// Those in guarded schemas, and tables that they reach elsewhere.
std::vector<made_object> made_objects(const guarded_schemas &guarded) {
  std::vector<made_object> objects;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    const pg::rows rows = pg::execute(pg::sql(R"sql(
      SELECT DISTINCT ON (c.classid, c.objid, c.command_tag) c.objid, c.command_tag, c.object_type, c.object_identity,
        EXISTS (SELECT FROM upkeep.guard_rules r WHERE r.schema_name [=] c.schema_name::pg_catalog.name)
      FROM pg_catalog.pg_event_trigger_ddl_commands() c
      WHERE NOT c.in_extension
    )sql"));
    for (std::uint64_t row = 0; row < rows.count(); ++row) {
      bool is_null = false;
      const bool is_in_guarded = DatumGetBool(rows.value(row, 5, is_null));
      made_object each{rows.oid(row, 1), rows.text(row, 2).value_or(""), rows.text(row, 3).value_or(""),
                       rows.text(row, 4).value_or("")};
      if (is_in_guarded || (is_of_table(each.type) && guarded.reaches(each.object)))
        objects.push_back(std::move(each));
    }
  });
  return objects;
}

// A schema keeps its rule when it is renamed; one that takes a guarded name is guarded from now on.
void rename_rule(const RenameStmt &rename) {
  const pg::parameter parameters[] = {pg::parameter::text(rename.subname), pg::parameter::text(rename.newname)};
  bool has_rule = false;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    has_rule = pg::execute(pg::sql("SELECT FROM upkeep.guard_rules WHERE schema_name [=] $1::pg_catalog.name"),
                           std::span(parameters).first(1))
                   .count() > 0;
    if (!has_rule)
      return;
    // One of the new name is left from a schema that was dropped.
    pg::execute(pg::sql("DELETE FROM upkeep.guard_rules WHERE schema_name [=] $1::pg_catalog.name"),
                std::span(parameters).last(1));
    pg::execute(pg::sql(R"sql(
      UPDATE upkeep.guard_rules SET schema_name = $2::pg_catalog.name WHERE schema_name [=] $1::pg_catalog.name
    )sql"),
                parameters);
  });
  const guarded_schemas guarded = guarded_schemas::now();
  const Oid schema = call([&] { return get_namespace_oid(rename.newname, true); });
  if (has_rule)
    follow_schema_rename(rename.subname, rename.newname);
  // With its rule, a schema has the triggers; what is not guarded is left alone.
  if (has_rule || !guarded.contains(schema))
    return;
  for (const Oid table : guarded.tables_of(schema)) {
    call([=] { LockRelationOid(table, AccessShareLock); });
    if (call([=] { return get_rel_relkind(table); }) != '\0')
      guard_table(table);
  }
}

// What let something of a table go that is still there: a column's type changed.
std::optional<std::string> any_confirmation_of(Oid table) {
  const auto found = notes().confirmed.lower_bound({table, ""});
  return found == notes().confirmed.end() || found->first.first != table ? std::nullopt : std::optional(found->second);
}

void follow_column(Oid table, const RenameStmt &rename) {
  follow_rename(table, rename.subname, rename.newname);
  for (const Oid each : pg::with_descendants(table, AccessShareLock))
    rename_approvals(each, rename.subname, rename.newname);
}

Oid table_named(const RangeVar *name) {
  return call([=] { return RangeVarGetRelid(name, NoLock, true); });
}

// From now on a table loses its rows with another, or no longer does.
void follow_inheritance(const RangeVar *child, const RangeVar *parent, bool is_attached,
                        const guarded_schemas &guarded) {
  const Oid table = table_named(child), above = table_named(parent);
  if (!OidIsValid(table) || !OidIsValid(above))
    return;
  if (is_attached)
    guard_tree(table, guarded);
  else
    note_detached(table, above);
}

// How the trigger stands once a part of ALTER TABLE may have changed that; nullptr where it goes on firing.
const char *stopped_by(const AlterTableCmd &part, const Trigger &trigger) {
  const bool is_meant =
      part.subtype == AT_DisableTrigAll || part.subtype == AT_DisableTrigUser ||
      ((part.subtype == AT_DisableTrig || part.subtype == AT_EnableReplicaTrig) && !strcmp(part.name, trigger.tgname));
  if (is_meant && trigger.tgenabled == TRIGGER_DISABLED)
    return "is disabled";
  return is_meant && trigger.tgenabled == TRIGGER_FIRES_ON_REPLICA ? "fires for replicated changes only" : nullptr;
}

void follow_trigger_state(const EventTriggerData &event, const AlterTableStmt &statement, const AlterTableCmd &part,
                          const guarded_schemas &guarded) {
  const Oid table = table_named(statement.relation);
  const char *why = nullptr;
  std::string name;
  if (OidIsValid(table) && guarded.reaches(table))
    pg::with_relation(table, [&](Relation relation) {
      if (const Trigger *trigger = trigger_of(relation, guard_feature)) {
        why = stopped_by(part, *trigger);
        name = trigger->tgname;
      }
    });
  if (!why)
    return;
  tell_unguarded(table, name, why,
                 fmt::format("ALTER TABLE {} ENABLE TRIGGER {};", pg::qualified(table), pg::quoted(name)));
  log_ddl(tag_of(event), fmt::format("{} on {}", pg::quoted(name), pg::qualified(table)), {});
}

void follow_alteration(const EventTriggerData &event, const AlterTableStmt &statement, const guarded_schemas &guarded) {
  const ListCell *cell;
  foreach (cell, statement.cmds) {
    const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);
    const auto *partition = reinterpret_cast<const PartitionCmd *>(part->def);
    switch (part->subtype) {
    case AT_AttachPartition:
      follow_inheritance(partition->name, statement.relation, true, guarded);
      break;
    case AT_DetachPartition:
      follow_inheritance(partition->name, statement.relation, false, guarded);
      break;
    case AT_AddInherit:
    case AT_DropInherit:
      follow_inheritance(statement.relation, reinterpret_cast<const RangeVar *>(part->def),
                         part->subtype == AT_AddInherit, guarded);
      break;
    case AT_DisableTrig:
    case AT_DisableTrigAll:
    case AT_DisableTrigUser:
    case AT_EnableReplicaTrig:
      follow_trigger_state(event, statement, *part, guarded);
      break;
    default:
      break;
    }
  }
}

// CREATE OR REPLACE TRIGGER of another by the name of the guard's.
void follow_trigger(const CreateTrigStmt &statement, const guarded_schemas &guarded) {
  const Oid table = table_named(statement.relation);
  if (statement.replace && std::string_view(statement.trigname) == guard_trigger && OidIsValid(table) &&
      guarded.reaches(table) && lacks_guard_trigger(table))
    tell_unguarded(table, guard_trigger, "is replaced", "Rename the new one, and call upkeep.enable_guard again.");
}

// ddl_command_end
void follow(const EventTriggerData &event) {
  const Node *command = event.parsetree;
  const RenameStmt *rename =
      command && IsA(command, RenameStmt) ? reinterpret_cast<const RenameStmt *>(command) : nullptr;
  if (rename && rename->renameType == OBJECT_SCHEMA)
    rename_rule(*rename);
  // It has cascaded to the tables of the type.
  if (rename && rename->renameType == OBJECT_ATTRIBUTE)
    for (const Oid table : tables_of_type(rename->relation))
      follow_column(table, *rename);
  const guarded_schemas guarded = guarded_schemas::now();
  if (command && IsA(command, AlterTableStmt))
    if (const auto &statement = *reinterpret_cast<const AlterTableStmt *>(command); statement.objtype == OBJECT_TABLE)
      follow_alteration(event, statement, guarded);
  if (command && IsA(command, CreateTrigStmt))
    follow_trigger(*reinterpret_cast<const CreateTrigStmt *>(command), guarded);
  for (const made_object &each : made_objects(guarded)) {
    if (is_of_table(each.type)) {
      // Only what came into a guarded schema: a restore adds keys to tables whose triggers are still to come.
      if (each.tag != "ALTER TABLE" || (command && IsA(command, AlterObjectSchemaStmt)))
        guard_tree(each.object, guarded);
      if (rename && rename->renameType == OBJECT_COLUMN)
        follow_column(each.object, *rename);
      if (const std::optional<former_name> former = former_name_of(command, each.object))
        follow_table_rename(each.object, *former);
    }
    log_ddl(each.tag, each.identity, any_confirmation_of(each.object));
  }
}

bool are_there_rules() {
  bool are_there = false;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS,
              [&] { are_there = pg::execute("SELECT FROM upkeep.guard_rules LIMIT 1").count() > 0; });
  return are_there;
}

void guard_ddl(const EventTriggerData &event) {
  const std::string_view when = event.event;
  if (when == "ddl_command_start")
    forget_notes(event.parsetree);
  pg::with_spi([&] {
    if (when == "ddl_command_start")
      lock_rollups(event.parsetree);
    const bool is_on = !guard_sleeps() && are_there_rules();
    const entered_command entered(event.parsetree);
    if (when == "sql_drop") {
      if (is_on)
        follow_drop(event);
      // Whether the guard is on or not: the number of a dropped table may be another's one day.
      forget_exemptions();
    } else if (!is_on) {
      return;
    } else if (when == "ddl_command_end") {
      follow(event);
      forget_notes(event.parsetree);
    } else if (const guarded_schemas guarded = guarded_schemas::now(); !guarded.is_empty()) {
      precede(event, guarded);
    }
  });
}

} // namespace

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep.guard_ddl() RETURNS event_trigger: on ddl_command_start, sql_drop and ddl_command_end. It sets no search_path:
// the command's names are the caller's.
UPKEEP_FUNCTION(upkeep_guard_ddl) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep.guard_ddl() can only be called as an event trigger",
                  .hint = "Call upkeep.enable_guard()."};
    if (const auto &event = *reinterpret_cast<const EventTriggerData *>(fcinfo->context); !is_own(event.parsetree))
      guard_ddl(event);
    return Datum(0);
  });
}
