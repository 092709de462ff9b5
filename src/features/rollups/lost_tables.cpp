#include "features/rollups/lost_tables.hpp"

#include "features/rollups/trigger_table.hpp"
#include "postgres/as_owner.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/sql/query.hpp"

#include <set>

namespace upkeep::rollups {

using pg::call;

namespace {

// By schema and name, as triggers name them: those that had triggers, so that nothing is asked of the others.
std::set<std::pair<std::string, std::string>> lost_tables() {
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT CASE
        WHEN pg_catalog.bool_or(d.is_temporary)
        THEN pg_catalog.pg_my_temp_schema()::pg_catalog.regnamespace::pg_catalog.text
        ELSE d.address_names[1]
      END, d.address_names[2]
    FROM pg_catalog.pg_event_trigger_dropped_objects() d
    WHERE d.object_type [=] 'table' OR d.object_type [=] 'trigger'
    GROUP BY d.address_names[1], d.address_names[2]
    HAVING pg_catalog.bool_or(d.object_type [=] 'table') AND pg_catalog.bool_or(d.object_type [=] 'trigger')
  )sql"));
  std::set<std::pair<std::string, std::string>> names;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    names.emplace(found.text(row, 1).value_or(""), found.text(row, 2).value_or(""));
  return names;
}

// Whoever drops a table need not have the other one: this goes as what depends on the table does. Of a distributed
// table only a command reaches the shards.
void drop_along(const managed_trigger &trigger) {
  const ObjectAddress address{TriggerRelationId, trigger.oid, 0};
  if (pg::has_shards(trigger.table))
    pg::as_owner(pg::owner_of(trigger.table), [&] { pg::drop_trigger(trigger.table, trigger.name); });
  else
    call([&] { performDeletion(&address, DROP_RESTRICT, 0); });
}

void tell_dropped(Oid table, const other_table &lost) {
  const std::string name =
      pg::string_from([&] { return quote_qualified_identifier(lost.schema.c_str(), lost.name.c_str()); });
  const char *text = name.c_str();
  if (lost.is_source)
    call([=] {
      ereport(NOTICE, errmsg("drop cascades to the rollup from %s to \"%s\"", text, get_rel_name(table)),
              errdetail("Its figures stay as they are, and nothing keeps them any more."));
    });
  else
    call([=] { ereport(NOTICE, errmsg("drop cascades to the rollup from \"%s\" to %s", get_rel_name(table), text)); });
}

} // namespace

void drop_triggers_of_lost_tables() {
  const auto lost = lost_tables();
  // On another node of Citus the command comes from there, and so does what follows from it.
  if (lost.empty() || pg::is_citus_session())
    return;
  std::set<std::pair<Oid, std::pair<std::string, std::string>>> told;
  for (const managed_trigger &trigger : managed_triggers()) {
    const std::optional<other_table> other = trigger.is_clone ? std::nullopt : other_table_of(trigger);
    // A name that another table has taken since is not lost.
    if (!other || other->found || !lost.contains({other->schema, other->name}))
      continue;
    const Oid root = pg::topmost(trigger.table);
    drop_along(trigger);
    if (told.insert({root, {other->schema, other->name}}).second)
      tell_dropped(root, *other);
  }
}

} // namespace upkeep::rollups
