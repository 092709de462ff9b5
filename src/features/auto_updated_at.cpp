// upkeep.auto_updated_at and its event trigger: new tables get updated_at, new partitions the touches of their root.
#include "features/touch.hpp"
#include "features/updated_at_enable.hpp"
#include "postgres/arguments.hpp"
#include "postgres/query.hpp"
#include "postgres/settings.hpp"

namespace upkeep {

using pg::call;

namespace {

// CREATE TABLE in its forms always; ALTER TABLE where it adds a column or attaches a partition. Anything else would act
// on the ALTER TABLE statements of a restore.
bool may_concern(const Node *command) {
  if (!command)
    return false;
  if (!IsA(command, AlterTableStmt))
    return true;
  const ListCell *cell;
  foreach (cell, reinterpret_cast<const AlterTableStmt *>(command)->cmds) {
    const AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;
    if (type == AT_AddColumn || type == AT_AttachPartition)
      return true;
  }
  return false;
}

// Whether the table is one that the rules speak of at all.
bool is_ordinary(Relation relation) {
  const char kind = relation->rd_rel->relkind;
  const Oid table = RelationGetRelid(relation);
  return (kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE) && !pg::is_temporary(relation) &&
         !OidIsValid(call([=] { return getExtensionOfObject(RelationRelationId, table); }));
}

void follow(Oid table) {
  bool ordinary = false, partition = false;
  pg::with_relation(table, [&](Relation relation) {
    ordinary = is_ordinary(relation);
    partition = relation->rd_rel->relispartition;
  });
  if (!ordinary)
    return;
  // A new partition, or the table that got one.
  inherit_touches(table);
  if (partition)
    return;
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  const pg::rows rules = pg::execute("SELECT r.column_name FROM upkeep.auto_updated_at_rules r"
                                     " JOIN pg_namespace n ON n.nspname = r.schema_name"
                                     " JOIN pg_class c ON c.relnamespace = n.oid WHERE c.oid = $1",
                                     parameters);
  std::vector<std::string> columns;
  for (std::uint64_t row = 0; row < rules.count(); ++row)
    columns.push_back(rules.text(row, 1).value());
  for (const std::string &column : columns)
    enable_updated_at_if_absent(table, column);
}

void follow_ddl(const EventTriggerData &event) {
  if (creating_extension || IsBinaryUpgrade || pg::is_paused(pg::pausable::updated_at) || !may_concern(event.parsetree))
    return;
  pg::with_spi([] {
    if (pg::execute("SELECT 1 FROM upkeep.auto_updated_at_rules LIMIT 1").count() == 0)
      return;
    const pg::rows commands = pg::execute("SELECT DISTINCT objid FROM pg_event_trigger_ddl_commands()"
                                          " WHERE classid = 'pg_class'::regclass AND NOT in_extension"
                                          " AND object_type = 'table'");
    std::vector<Oid> tables;
    for (std::uint64_t row = 0; row < commands.count(); ++row)
      tables.push_back(commands.oid(row, 1));
    for (const Oid table : tables)
      follow(table);
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

// upkeep.follow_ddl() RETURNS event_trigger, on ddl_command_end.
UPKEEP_FUNCTION(upkeep_follow_ddl) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{sqlstate::trigger_protocol_violated, "upkeep.follow_ddl() can only be called as an event trigger"};
    follow_ddl(*reinterpret_cast<const EventTriggerData *>(fcinfo->context));
    return Datum(0);
  });
}
