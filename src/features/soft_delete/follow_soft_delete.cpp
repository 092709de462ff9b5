// The event trigger function upkeep.follow_soft_delete(): live views step aside for ALTER TABLE, and new partitions
// refuse TRUNCATE as their root does, as long as they are its.
#include "features/begun_commands.hpp"
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/soft_delete/live_view.hpp"
#include "features/soft_delete/soft_column.hpp"
#include "features/trigger_ddl.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger_arguments.hpp"

namespace upkeep::soft_delete {

using pg::call;

namespace {

// Those of the tables that a command alters.
using dropped_views = begun_commands<std::vector<noted_view>>;

const AlterTableStmt *alteration(const EventTriggerData &event) {
  const Node *command = event.parsetree;
  if (!command || !IsA(command, AlterTableStmt))
    return nullptr;
  const auto *statement = reinterpret_cast<const AlterTableStmt *>(command);
  return statement->objtype == OBJECT_TABLE ? statement : nullptr;
}

// What PostgreSQL does not do to a column that a view shows.
bool disturbs_views(const AlterTableStmt &statement) {
  const ListCell *cell;
  foreach (cell, statement.cmds) {
    const AlterTableType part = lfirst_node(AlterTableCmd, cell)->subtype;
    if (part == AT_DropColumn || part == AT_AlterColumnType)
      return true;
  }
  return false;
}

Oid table_named(const RangeVar *name) {
  return call([=] { return RangeVarGetRelid(name, NoLock, true); });
}

// The command tells anyone else that the table is not theirs.
bool is_own(Oid table) {
  return OidIsValid(table) && call([=] { return pg::owns_table(table, GetUserId()); });
}

void begin(const EventTriggerData &event) {
  dropped_views::forget(event.parsetree);
  const AlterTableStmt *statement = alteration(event);
  const Oid table = statement && disturbs_views(*statement) ? table_named(statement->relation) : InvalidOid;
  if (!is_own(table))
    return;
  pg::with_spi([&] {
    if (live_views().empty())
      return;
    std::vector<noted_view> noted;
    // As the command itself will.
    for (const Oid each : pg::with_descendants(table, AccessExclusiveLock))
      for (const Oid view : live_views(each))
        noted.emplace_back(view, each);
    for (const noted_view &each : noted)
      each.drop();
    if (!noted.empty())
      dropped_views::begin(event.parsetree) = std::move(noted);
  });
}

void make_again(const EventTriggerData &event) {
  const std::vector<noted_view> *begun = dropped_views::find(event.parsetree);
  if (!begun)
    return;
  const std::vector<noted_view> noted = *begun;
  dropped_views::forget(event.parsetree);
  for (const noted_view &each : noted)
    each.make();
}

// The partition that a command has made or attached, or InvalidOid.
Oid new_partition(const EventTriggerData &event) {
  const Node *command = event.parsetree;
  if (command && IsA(command, CreateStmt)) {
    const auto *statement = reinterpret_cast<const CreateStmt *>(command);
    return statement->partbound ? table_named(statement->relation) : InvalidOid;
  }
  const AlterTableStmt *statement = alteration(event);
  const AlterTableCmd *part = statement ? linitial_node(AlterTableCmd, statement->cmds) : nullptr;
  return part && part->subtype == AT_AttachPartition
             ? table_named(reinterpret_cast<const PartitionCmd *>(part->def)->name)
             : InvalidOid;
}

// The table that was a partition until this command, or InvalidOid.
Oid detached_partition(const EventTriggerData &event) {
  const AlterTableStmt *statement = alteration(event);
  const AlterTableCmd *part = statement ? linitial_node(AlterTableCmd, statement->cmds) : nullptr;
  return part && (part->subtype == AT_DetachPartition || part->subtype == AT_DetachPartitionFinalize)
             ? table_named(reinterpret_cast<const PartitionCmd *>(part->def)->name)
             : InvalidOid;
}

// The triggers that were cloned for it are gone; the one that was not goes as well.
void forget_partition(Oid table) {
  if (is_own(table) && !call([=] { return get_rel_relispartition(table); }))
    drop_triggers_of_tree(table, soft_delete_feature);
}

// Statement triggers are not cloned.
void refuse_truncate_too(Oid partition) {
  if (!is_own(partition))
    return;
  call([=] { LockRelationOid(partition, AccessShareLock); });
  for (const managed_trigger &trigger : managed_triggers(pg::topmost(partition)))
    if (trigger.feature == &soft_delete_feature && TRIGGER_FOR_TRUNCATE(trigger.type)) {
      static constexpr const statement_event *events[] = {&before_truncate};
      create_statement_triggers(partition, soft_delete_trigger, events, soft_delete_feature, trigger.arguments);
    }
}

void end(const EventTriggerData &event) {
  pg::with_spi([&] {
    make_again(event);
    if (const Oid partition = new_partition(event); OidIsValid(partition))
      refuse_truncate_too(partition);
    if (const Oid detached = detached_partition(event); OidIsValid(detached))
      forget_partition(detached);
  });
}

} // namespace

} // namespace upkeep::soft_delete

using namespace upkeep;
using namespace upkeep::soft_delete;

// upkeep.follow_soft_delete() RETURNS event_trigger: ON ddl_command_start and ddl_command_end. It sets no search_path:
// the command's names are the caller's. Errors: 39P01, 2BP01, and what making a view raises.
UPKEEP_FUNCTION(upkeep_follow_soft_delete) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep.follow_soft_delete() can only be called as an event trigger"};
    const auto &event = *reinterpret_cast<const EventTriggerData *>(fcinfo->context);
    std::string_view(event.event) == "ddl_command_start" ? begin(event) : end(event);
    return Datum(0);
  });
}
