// upkeep.auto_updated_at and its event trigger: new tables get updated_at, new partitions the statement triggers of their root.
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/statement_triggers.hpp"
#include "features/updated_at/enable.hpp"
#include "postgres/arguments.hpp"
#include "postgres/query.hpp"
#include "postgres/settings.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

// What a command can have done that the rules speak of.
struct ddl_effect {
  bool creates = false;           // CREATE TABLE in its forms
  bool attaches = false;          // ALTER TABLE ... ATTACH PARTITION
  std::vector<std::string> added; // ALTER TABLE ... ADD COLUMN
};

ddl_effect effect_of(const Node *command) {
  ddl_effect effect;
  if (!command)
    return effect;
  effect.creates = IsA(command, CreateStmt) || IsA(command, CreateTableAsStmt) || IsA(command, CreateSchemaStmt);
  if (!IsA(command, AlterTableStmt))
    return effect;
  const ListCell *cell;
  foreach (cell, reinterpret_cast<const AlterTableStmt *>(command)->cmds) {
    const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);
    effect.attaches |= part->subtype == AT_AttachPartition;
    if (part->subtype == AT_AddColumn)
      effect.added.emplace_back(reinterpret_cast<const ColumnDef *>(part->def)->colname);
  }
  return effect;
}

// The rules are read as their owner: whoever runs DDL need not be allowed to.
template <class F> void as_keeper(F &&body) {
  const Oid rules = call([] { return get_relname_relid("auto_updated_at_rules", get_namespace_oid("upkeep", false)); });
  pg::as_user(pg::owner_of(rules), SECURITY_NOFORCE_RLS, body);
}

// Whether the table is one that the rules speak of at all.
bool is_ordinary(Relation relation) {
  const char kind = relation->rd_rel->relkind;
  const Oid table = RelationGetRelid(relation);
  return (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE) && !pg::is_temporary(relation) &&
         !OidIsValid(call([=] { return getExtensionOfObject(RelationRelationId, table); }));
}

void follow(Oid table, const ddl_effect &effect) {
  bool ordinary = false, partition = false;
  pg::with_relation(table, [&](Relation relation) {
    ordinary = is_ordinary(relation);
    partition = relation->rd_rel->relispartition;
  });
  if (!ordinary)
    return;
  // A new partition, or the table that got one.
  if (effect.creates || effect.attaches)
    inherit_statement_triggers(table);
  if (partition)
    return;
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  std::vector<std::string> columns;
  as_keeper([&] {
    const pg::rows rules = pg::execute("SELECT r.column_name FROM upkeep.auto_updated_at_rules r"
                                       " JOIN pg_namespace n ON n.nspname = r.schema_name"
                                       " JOIN pg_class c ON c.relnamespace = n.oid WHERE c.oid = $1",
                                       parameters);
    for (std::uint64_t row = 0; row < rules.count(); ++row)
      columns.push_back(rules.text(row, 1).value());
  });
  for (const std::string &column : columns)
    if (effect.creates || std::find(effect.added.begin(), effect.added.end(), column) != effect.added.end())
      enable_updated_at_if_absent(table, column);
}

// Nothing happens without rules, and so not in a restore, which loads them behind the tables.
bool is_on() {
  if (creating_extension || IsBinaryUpgrade || pg::is_paused(pg::pausable::updated_at))
    return false;
  bool are_there_rules = false;
  as_keeper([&] { are_there_rules = pg::execute("SELECT 1 FROM upkeep.auto_updated_at_rules LIMIT 1").count() > 0; });
  return are_there_rules;
}

// A table that is to become a partition must not have a trigger of the name that it gets from its root.
void make_way(const RangeVar *root, const RangeVar *partition) {
  const Oid root_table = call([=] { return RangeVarGetRelid(root, AccessShareLock, true); });
  const Oid table = call([=] { return RangeVarGetRelid(partition, AccessShareLock, true); });
  if (!OidIsValid(root_table) || !OidIsValid(table))
    return;
  bool root_has = false, table_has = false;
  pg::with_relation(root_table, [&](Relation relation) { root_has = trigger_of(relation, updated_at_feature); });
  pg::with_relation(table, [&](Relation relation) {
    const Trigger *own = trigger_of(relation, updated_at_feature);
    table_has = own && !own->tgisclone && std::string_view(own->tgname) == updated_at_trigger;
  });
  if (root_has && table_has)
    pg::execute(fmt::format("DROP TRIGGER {} ON {}", updated_at_trigger, pg::qualified(table)));
}

void precede_ddl(const EventTriggerData &event) {
  const ListCell *cell;
  if (!event.parsetree || !IsA(event.parsetree, AlterTableStmt))
    return;
  const auto *command = reinterpret_cast<const AlterTableStmt *>(event.parsetree);
  foreach (cell, command->cmds) {
    const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);
    if (part->subtype != AT_AttachPartition || command->objtype != OBJECT_TABLE)
      continue;
    pg::with_spi([&] {
      if (is_on())
        make_way(command->relation, reinterpret_cast<const PartitionCmd *>(part->def)->name);
    });
  }
}

void follow_ddl(const EventTriggerData &event) {
  const ddl_effect effect = effect_of(event.parsetree);
  if (!effect.creates && !effect.attaches && effect.added.empty())
    return;
  pg::with_spi([&] {
    if (!is_on())
      return;
    const pg::rows commands = pg::execute("SELECT DISTINCT objid FROM pg_event_trigger_ddl_commands()"
                                          " WHERE classid = 'pg_class'::regclass AND NOT in_extension"
                                          " AND object_type = 'table'");
    std::vector<Oid> tables;
    for (std::uint64_t row = 0; row < commands.count(); ++row)
      tables.push_back(commands.oid(row, 1));
    for (const Oid table : tables)
      follow(table, effect);
  });
}

void require_superuser() {
  if (!call([] { return superuser(); }))
    throw fault{sqlstate::insufficient_privilege,
                "must be superuser to switch automatic updated_at on or off",
                {},
                "Without a superuser, call upkeep.enable_updated_at_in('schema') at the end of each migration."};
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.auto_updated_at(schemas, column_name): which schemas' new tables get updated_at by themselves; replaces the
// rules there were; NULL or '{}' switches off. Errors: 42501, 3F000.
UPKEEP_FUNCTION(upkeep_auto_updated_at) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const auto schemas = given.optional_names(0, "schemas");
    const std::string column = given.name(1, "column_name");
    require_superuser();
    for (const std::string &schema : schemas.value_or(std::vector<std::string>{}))
      call([&] { get_namespace_oid(schema.c_str(), false); });
    pg::with_spi([&] {
      // Two who replace the rules at once must not leave both their rules.
      pg::execute("LOCK TABLE upkeep.auto_updated_at_rules IN SHARE ROW EXCLUSIVE MODE");
      pg::execute("DELETE FROM upkeep.auto_updated_at_rules");
      for (const std::string &schema : schemas.value_or(std::vector<std::string>{})) {
        const pg::parameter rule[] = {pg::parameter::text(schema), pg::parameter::text(column)};
        pg::execute("INSERT INTO upkeep.auto_updated_at_rules (schema_name, column_name) VALUES ($1::name, "
                    "$2::name) ON CONFLICT DO NOTHING",
                    rule);
      }
    });
    return Datum(0);
  });
}

namespace {

const EventTriggerData &require_event_trigger(FunctionCallInfo fcinfo, const char *function) {
  if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
    throw fault{sqlstate::trigger_protocol_violated,
                fmt::format("upkeep.{}() can only be called as an event trigger", function),
                {},
                "Call upkeep.auto_updated_at()."};
  return *reinterpret_cast<const EventTriggerData *>(fcinfo->context);
}

} // namespace

// upkeep.follow_ddl() RETURNS event_trigger, on ddl_command_end.
UPKEEP_FUNCTION(upkeep_follow_ddl) {
  return pg::entry([=] {
    follow_ddl(require_event_trigger(fcinfo, "follow_ddl"));
    return Datum(0);
  });
}

// upkeep.precede_ddl() RETURNS event_trigger, on ddl_command_start. It sets no search_path: the command's names are the
// caller's.
UPKEEP_FUNCTION(upkeep_precede_ddl) {
  return pg::entry([=] {
    precede_ddl(require_event_trigger(fcinfo, "precede_ddl"));
    return Datum(0);
  });
}
