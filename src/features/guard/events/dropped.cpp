// sql_drop, the second net of the guard: what a command has dropped.
#include "features/guard/events/dropped.hpp"

#include "features/catalogue.hpp"
#include "features/guard/approvals.hpp"
#include "features/guard/events/notes.hpp"
#include "features/registry.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

namespace {

struct dropped_object {
  Oid object;
  AttrNumber column;
  bool is_original;
  std::string type;
  std::string identity;
  std::string column_name;
  Oid schema;
  std::string schema_name;
  Oid owner;
  bool blocks;
};

// A table that other schemas guard than its own, or a column of one.
bool is_guarded_elsewhere(dropped_object &dropped, const guarded_schemas &guarded) {
  if (!is_of_table(dropped.type))
    return false;
  if (const auto noted = notes().guarded.find(dropped.object); noted != notes().guarded.end()) {
    dropped.blocks = noted->second.blocks;
    return true;
  }
  dropped.blocks = guarded.blocks(dropped.object);
  return guarded.reaches(dropped.object);
}

// Those that were guarded, whose schemas may be gone too; and such schemas themselves.
std::vector<dropped_object> dropped_objects(const guarded_schemas &guarded) {
  std::vector<dropped_object> objects;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    const pg::rows rows = pg::execute(pg::sql(R"sql(
      SELECT d.objid, d.objsubid, d.original, d.object_type, d.object_identity, d.address_names[3], n.oid, s.name,
        r.mode [=] 'block', c.relowner
      FROM pg_catalog.pg_event_trigger_dropped_objects() d
      CROSS JOIN LATERAL (
        SELECT CASE WHEN d.object_type [=] 'schema' THEN d.object_name ELSE d.schema_name END::pg_catalog.name
      ) s (name)
      LEFT JOIN upkeep.guard_rules r ON r.schema_name [=] s.name
      LEFT JOIN pg_catalog.pg_namespace n ON n.nspname [=] s.name
      LEFT JOIN pg_catalog.pg_class c ON c.oid [=] d.objid
        AND d.classid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
      WHERE NOT d.is_temporary
    )sql"));
    for (std::uint64_t row = 0; row < rows.count(); ++row) {
      bool is_null = false;
      dropped_object each{rows.oid(row, 1),
                          static_cast<AttrNumber>(DatumGetInt32(rows.value(row, 2, is_null))),
                          DatumGetBool(rows.value(row, 3, is_null)),
                          rows.text(row, 4).value_or(""),
                          rows.text(row, 5).value_or(""),
                          rows.text(row, 6).value_or(""),
                          rows.oid(row, 7),
                          rows.text(row, 8).value_or(""),
                          rows.oid(row, 10),
                          false};
      each.blocks = DatumGetBool(rows.value(row, 9, is_null)) && !is_null;
      if (!is_null || is_guarded_elsewhere(each, guarded))
        objects.push_back(std::move(each));
    }
  });
  return objects;
}

// The values of a dropped column stand in the rows until these are written anew.
tally values_of(const dropped_object &column, const guarded_schemas &guarded) {
  tally count;
  if (call([&] { return get_rel_relkind(column.object); }) == '\0' || !guarded.guards(column.object))
    return count;
  pg::with_relation(column.object, [&](Relation relation) {
    const bool unwritten = notes().unwritten.contains({column.object, column.column});
    count = pg::count_dropped_values(relation, column.column, notes().max_counted, unwritten);
  });
  return count;
}

// sql_drop, the second net: what a CASCADE has reached that the command's text does not name.
std::vector<found_loss> losses_of(const std::vector<dropped_object> &objects, const guarded_schemas &guarded) {
  std::vector<found_loss> losses;
  for (const dropped_object &each : objects) {
    const std::pair<Oid, AttrNumber> place{each.object, each.column};
    const auto noted = notes().guarded.find(each.object);
    const bool is_noted = noted != notes().guarded.end();
    const auto lose = [&](loss_kind kind, const tally &count) {
      losses.push_back({{kind, each.identity, count},
                        each.object,
                        each.column_name,
                        each.schema,
                        each.schema_name,
                        is_noted ? noted->second.owner : each.owner,
                        each.blocks});
    };
    if (notes().settled.contains(place))
      continue;
    if (each.type == "table" && is_noted && noted->second.rows.rows > 0)
      lose(loss_kind::rows, noted->second.rows);
    else if (each.type == "table" && !notes().known.empty() && !notes().known.contains(each.object))
      lose(loss_kind::rows, {1, 1, false}); // committed by another session since
    else if (each.type == "table column" && !notes().generated.contains(place))
      if (const tally count = values_of(each, guarded); count.lost > 0)
        lose(loss_kind::values, count);
  }
  return losses;
}

std::optional<std::string> confirmation_of(Oid table, const std::string &column) {
  const auto found = notes().confirmed.find({table, column});
  return found == notes().confirmed.end() ? std::nullopt : std::optional(found->second);
}

// The guard's triggers that were dropped from tables which stay.
void follow_dropped_triggers(const guarded_schemas &guarded) {
  const pg::parameter parameters[] = {pg::parameter::text(guard_trigger)};
  const pg::rows rows = pg::execute(pg::sql(R"sql(
    SELECT c.oid
    FROM pg_catalog.pg_event_trigger_dropped_objects() d
    JOIN pg_catalog.pg_namespace n ON n.nspname [=] d.address_names[1]::pg_catalog.name
    JOIN pg_catalog.pg_class c ON c.relnamespace [=] n.oid AND c.relname [=] d.address_names[2]::pg_catalog.name
    WHERE d.object_type [=] 'trigger' AND d.address_names[3] [=] $1
  )sql"),
                                    parameters);
  std::vector<Oid> tables;
  for (std::uint64_t row = 0; row < rows.count(); ++row)
    tables.push_back(rows.oid(row, 1));
  for (const Oid table : tables)
    if (guarded.reaches(table) && lacks_guard_trigger(table))
      tell_unguarded(table, guard_trigger, "is dropped", "Call upkeep.enable_guard again.");
}

} // namespace

bool is_of_table(const std::string &type) { return type == "table" || type == "table column"; }

std::string tag_of(const EventTriggerData &event) { return GetCommandTagName(event.tag); }

void tell_unguarded(Oid table, const std::string &trigger, const char *why, const std::string &hint) {
  const std::string name = pg::qualified(table);
  call([&] {
    ereport(WARNING, errmsg("TRUNCATE of %s is not stopped: trigger \"%s\" %s", name.c_str(), trigger.c_str(), why),
            errhint("%s", hint.c_str()));
  });
}

bool lacks_guard_trigger(Oid table) {
  bool lacks = false;
  pg::with_relation(table, [&](Relation relation) { lacks = !trigger_of(relation, guard_feature); });
  return lacks;
}

void follow_drop(const EventTriggerData &event) {
  const guarded_schemas guarded = guarded_schemas::now();
  const std::vector<dropped_object> objects = dropped_objects(guarded);
  notes().confirmed.merge(decide(tag_of(event), losses_of(objects, guarded), notes().served));
  for (const dropped_object &each : objects) {
    const auto confirmation = confirmation_of(each.object, each.column_name);
    if (each.is_original || confirmation)
      log_ddl(tag_of(event), each.identity, confirmation);
  }
  follow_dropped_triggers(guarded);
  forget_approvals();
}

} // namespace upkeep::guard
