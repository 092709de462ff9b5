#include "features/catalogue.hpp"
#include "features/history/follow/follow.hpp"
#include "features/history/tables.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

#include <optional>

namespace upkeep::history {

using pg::call;

namespace {

bool has_rows(Oid table) {
  bool has = false;
  for (const Oid each : pg::with_descendants(table, AccessShareLock))
    pg::with_relation(each, [&](Relation relation) {
      has = has || (relation->rd_rel->relkind == RELKIND_RELATION &&
                    call([=] { return pg::count_rows(relation, 1); }).rows > 0);
    });
  return has;
}

} // namespace

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

} // namespace upkeep::history
