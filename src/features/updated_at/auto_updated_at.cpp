// upkeep.auto_updated_at and its event trigger: new tables get updated_at, new partitions the statement triggers of
// their root.
#include "features/begun_commands.hpp"
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "features/updated_at/enable.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/relation.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::updated_at {

using pg::call;

namespace {

// What a command can have done that the rules speak of.
struct ddl_effect {
  bool creates = false;          // CREATE TABLE in its forms
  bool moves = false;            // SET SCHEMA, or DETACH PARTITION: any column may make the table fit
  bool attaches = false;         // ATTACH PARTITION
  std::vector<std::string> made; // columns added, renamed, or of another type
};

// What an ALTER TABLE found when it began.
struct altered_table {
  std::vector<std::string> fit; // columns that held a timestamp already
  std::vector<Oid> detached;    // partitions
};
using begun_alters = begun_commands<altered_table>;

void add_effect(const AlterTableStmt &command, ddl_effect &effect) {
  const altered_table *before = begun_alters::find(reinterpret_cast<const Node *>(&command));
  const ListCell *cell;
  foreach (cell, command.cmds) {
    const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);
    effect.attaches |= part->subtype == AT_AttachPartition;
    if (part->subtype == AT_AddColumn)
      effect.made.emplace_back(reinterpret_cast<const ColumnDef *>(part->def)->colname);
    // Where it was switched off, another kind of timestamp does not switch it on.
    const bool was_fit =
        part->name && before && std::find(before->fit.begin(), before->fit.end(), part->name) != before->fit.end();
    if ((part->subtype == AT_AlterColumnType || part->subtype == AT_DropExpression) && !was_fit)
      effect.made.emplace_back(part->name);
  }
}

ddl_effect effect_of(const Node *command) {
  ddl_effect effect;
  if (!command)
    return effect;
  if (IsA(command, AlterTableStmt))
    add_effect(*reinterpret_cast<const AlterTableStmt *>(command), effect);
  else if (IsA(command, RenameStmt)) {
    const auto *rename = reinterpret_cast<const RenameStmt *>(command);
    if (rename->renameType == OBJECT_COLUMN)
      effect.made.emplace_back(rename->newname);
  }
  effect.creates = IsA(command, CreateStmt) || IsA(command, CreateTableAsStmt) || IsA(command, CreateSchemaStmt);
  effect.moves = IsA(command, AlterObjectSchemaStmt);
  return effect;
}

// The rules are read as their owner: the role that runs DDL need not be allowed to.
template <class F> void as_keeper(F &&body) {
  const Oid rules = call([] { return get_relname_relid("auto_updated_at_rules", get_namespace_oid("upkeep", false)); });
  pg::as_user(pg::owner_of(rules), SECURITY_NOFORCE_RLS, body);
}

// Whether the table is one that the rules speak of at all.
bool is_ordinary(Relation relation) {
  const char kind = relation->rd_rel->relkind;
  const Oid table = RelationGetRelid(relation);
  return (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE) && !pg::is_temporary(relation) &&
         !pg::is_shard(table) && !pg::belongs_to_extension(table);
}

// Whether a column is one that could be stamped already.
bool holds_time(Oid table, const char *column) {
  return call([=] {
    const AttrNumber number = get_attnum(table, column);
    const Oid base = number > 0 ? getBaseType(get_atttype(table, number)) : InvalidOid;
    return base == TIMESTAMPTZOID || base == TIMESTAMPOID;
  });
}

struct auto_rule {
  std::string column;
  protected_columns protect;
};

// Before 0.7.0 the rules have no protect_columns.
std::vector<auto_rule> rules_for(Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  const pg::fragment query = pg::sql(R"sql(
    SELECT r.column_name,
      CASE WHEN jsonb_typeof(p.names) = 'array'
           THEN coalesce((SELECT string_agg(quote_ident(n), ',') FROM jsonb_array_elements_text(p.names) n), '') END
    FROM upkeep.auto_updated_at_rules r
    CROSS JOIN LATERAL (SELECT to_jsonb(r) -> 'protect_columns') p(names)
    JOIN pg_namespace n ON n.nspname = r.schema_name
    JOIN pg_class c ON c.relnamespace = n.oid
    WHERE c.oid = $1
  )sql");
  std::vector<auto_rule> rules;
  as_keeper([&] {
    const pg::rows found = pg::execute(query, parameters);
    for (std::uint64_t row = 0; row < found.count(); ++row) {
      const std::optional<std::string> protect = found.text(row, 2);
      rules.push_back({found.text(row, 1).value(),
                       protect ? protected_columns(pg::split_names(*protect, "protect_columns")) : std::nullopt});
    }
  });
  return rules;
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
  for (const auto_rule &rule : rules_for(table))
    if (effect.creates || effect.moves ||
        std::find(effect.made.begin(), effect.made.end(), rule.column) != effect.made.end())
      enable_updated_at_if_absent(table, rule.column, rule.protect);
}

// Nothing happens without rules, and so not in a restore, which loads them after the tables.
bool are_there_rules() {
  if (creating_extension || IsBinaryUpgrade || pg::is_citus_session())
    return false;
  bool are_there = false;
  as_keeper([&] { are_there = pg::execute("SELECT 1 FROM upkeep.auto_updated_at_rules LIMIT 1").count() > 0; });
  return are_there;
}

bool is_on() { return !pg::is_paused(pg::pausable::updated_at) && are_there_rules(); }

// A schema keeps its rules when it is renamed, whoever renames it. Tables that are there stay as they are.
void rename_rules(const RenameStmt &rename) {
  const pg::parameter parameters[] = {pg::parameter::text(rename.subname), pg::parameter::text(rename.newname)};
  as_keeper([&] {
    // Those of that name are left from a schema that was dropped.
    pg::execute(pg::sql(R"sql(
      DELETE FROM upkeep.auto_updated_at_rules
      WHERE schema_name = $2::name
        AND EXISTS (SELECT FROM upkeep.auto_updated_at_rules r WHERE r.schema_name = $1::name)
    )sql"),
                parameters);
    pg::execute(pg::sql("UPDATE upkeep.auto_updated_at_rules SET schema_name = $2::name WHERE schema_name = $1::name"),
                parameters);
  });
}

// What cannot be told from the table as it is afterwards.
void note_before(const AlterTableStmt &command) {
  altered_table &found = begun_alters::begin(reinterpret_cast<const Node *>(&command));
  const ListCell *cell;
  foreach (cell, command.cmds) {
    const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);
    if (part->subtype == AT_DetachPartition) {
      const RangeVar *name = reinterpret_cast<const PartitionCmd *>(part->def)->name;
      if (const Oid table = call([=] { return RangeVarGetRelid(name, NoLock, true); }); OidIsValid(table))
        found.detached.push_back(table);
    }
    if (part->subtype != AT_AlterColumnType)
      continue;
    const Oid table = call([&] { return RangeVarGetRelid(command.relation, AccessShareLock, true); });
    if (OidIsValid(table) && holds_time(table, part->name))
      found.fit.emplace_back(part->name);
  }
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
    pg::drop_trigger(table, updated_at_trigger);
}

void precede_ddl(const EventTriggerData &event) {
  begun_alters::forget(event.parsetree);
  if (!event.parsetree || !IsA(event.parsetree, AlterTableStmt))
    return;
  const auto *command = reinterpret_cast<const AlterTableStmt *>(event.parsetree);
  if (command->objtype != OBJECT_TABLE)
    return;
  pg::with_spi([&] {
    if (!is_on())
      return;
    note_before(*command);
    const ListCell *cell;
    foreach (cell, command->cmds) {
      const AlterTableCmd *part = lfirst_node(AlterTableCmd, cell);
      if (part->subtype == AT_AttachPartition)
        make_way(command->relation, reinterpret_cast<const PartitionCmd *>(part->def)->name);
    }
  });
}

// The tables that the command has made or altered.
std::vector<Oid> tables_concerned() {
  const pg::rows commands = pg::execute(pg::sql(R"sql(
    SELECT DISTINCT objid
    FROM pg_event_trigger_ddl_commands()
    WHERE classid = 'pg_class'::regclass AND NOT in_extension AND object_type IN ('table', 'table column')
  )sql"));
  std::vector<Oid> tables;
  for (std::uint64_t row = 0; row < commands.count(); ++row)
    tables.push_back(commands.oid(row, 1));
  return tables;
}

// A partition that leaves its root leaves the root's trigger behind.
void follow_detached(const std::vector<Oid> &partitions) {
  ddl_effect effect;
  effect.moves = true;
  for (const Oid table : partitions) {
    call([=] { LockRelationOid(table, AccessShareLock); });
    if (call([=] { return get_rel_relkind(table); }) != '\0')
      follow(table, effect);
  }
}

void follow_ddl(const EventTriggerData &event) {
  const Node *command = event.parsetree;
  if (command && IsA(command, RenameStmt) &&
      reinterpret_cast<const RenameStmt *>(command)->renameType == OBJECT_SCHEMA) {
    pg::with_spi([&] {
      if (are_there_rules())
        rename_rules(*reinterpret_cast<const RenameStmt *>(command));
    });
    return;
  }
  const ddl_effect effect = effect_of(command);
  const altered_table *begun = begun_alters::find(command);
  const std::vector<Oid> detached = begun ? begun->detached : std::vector<Oid>{};
  begun_alters::forget(command);
  if (!effect.creates && !effect.moves && !effect.attaches && detached.empty() && effect.made.empty())
    return;
  pg::with_spi([&] {
    if (!is_on())
      return;
    for (const Oid table : tables_concerned())
      follow(table, effect);
    follow_detached(detached);
  });
}

void require_superuser() {
  if (!call([] { return superuser(); }))
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = "must be superuser to switch automatic updated_at on or off",
                .hint =
                    "Without a superuser, call upkeep.enable_updated_at_in('schema') at the end of each migration."};
}

void replace_rules(const std::vector<std::string> &schemas, const std::string &column,
                   const protected_columns &protect) {
  require_superuser();
  for (const std::string &schema : schemas)
    call([&] { get_namespace_oid(schema.c_str(), false); });
  // Two sessions that replace the rules at once must not leave both sets of rules.
  pg::execute("LOCK TABLE upkeep.auto_updated_at_rules IN SHARE ROW EXCLUSIVE MODE");
  pg::execute("DELETE FROM upkeep.auto_updated_at_rules");
  for (const std::string &schema : schemas) {
    const pg::parameter rule[] = {pg::parameter::text(schema), pg::parameter::text(column)};
    // The column is named only where it is needed: before 0.7.0 the table lacks it.
    pg::execute(pg::sql(R"sql(
      INSERT INTO upkeep.auto_updated_at_rules (schema_name, column_name {and_column})
      VALUES ($1::name, $2::name {and_protected})
      ON CONFLICT DO NOTHING
    )sql",
                        "and_column"_is = pg::fragment(protect ? ", protect_columns" : ""),
                        "and_protected"_is = protect ? pg::sql(", ARRAY[{columns}]::name[]",
                                                               "columns"_is = pg::fragment(pg::literals(*protect)))
                                                     : pg::fragment()),
                rule);
  }
}

} // namespace

} // namespace upkeep::updated_at

using namespace upkeep;
using namespace upkeep::updated_at;

// upkeep.auto_updated_at(schemas, column_name, protect_columns): which schemas' new tables get updated_at by
// themselves; replaces the rules there were; NULL or '{}' switches off. Errors: 22023, 42501, 3F000.
UPKEEP_FUNCTION(upkeep_auto_updated_at_protecting) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const auto schemas = given.optional_names(0, "schemas");
    const std::string column = given.name(1, "column_name");
    const protected_columns protect = given.optional_names(2, "protect_columns");
    require_protectable(column, protect);
    pg::with_spi([&] { replace_rules(schemas.value_or(std::vector<std::string>{}), column, protect); });
    return Datum(0);
  });
}

// The same as before 0.7.0, without protect_columns.
UPKEEP_FUNCTION(upkeep_auto_updated_at) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const auto schemas = given.optional_names(0, "schemas");
    const std::string column = given.name(1, "column_name");
    pg::with_spi([&] { replace_rules(schemas.value_or(std::vector<std::string>{}), column, std::nullopt); });
    return Datum(0);
  });
}

namespace {

const EventTriggerData &require_event_trigger(FunctionCallInfo fcinfo, const char *function) {
  if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
    throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                .message = fmt::format("upkeep.{}() can only be called as an event trigger", function),
                .hint = "Call upkeep.auto_updated_at()."};
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
