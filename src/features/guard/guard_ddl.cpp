// upkeep.guard_ddl: what a command would lose, before it runs; what it has dropped and made, behind it.
#include "features/guard/approvals.hpp"
#include "features/guard/column_names.hpp"
#include "features/guard/notes.hpp"
#include "postgres/relation.hpp"
#include "postgres/row_count.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

// Our own DDL, within an event, is not looked at again.
bool is_busy = false;
class busy {
public:
  busy() { is_busy = true; }
  busy(const busy &) = delete;
  busy &operator=(const busy &) = delete;
  ~busy() { is_busy = false; }
};

std::string tag_of(const EventTriggerData &event) { return GetCommandTagName(event.tag); }

void tell(const remark &each) {
  const int level = each.weight == remark::warn ? WARNING : NOTICE;
  call([&] {
    ereport(level, errmsg("%s", each.text.c_str()), each.hint.empty() ? 0 : errhint("%s", each.hint.c_str()));
  });
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
  notes().confirmed = decide(tag_of(event), judged.found.losses);
  notes().settled = std::move(judged.found.settled);
  if (cascades)
    note_what_is_there(guarded);
}

struct dropped_object {
  Oid object;
  AttrNumber column;
  bool is_original;
  std::string type;
  std::string identity;
  std::string column_name;
  Oid schema;
  std::string schema_name;
  bool blocks;
};

// Those that stood in guarded schemas, which may be gone too; and such schemas themselves.
std::vector<dropped_object> dropped_objects() {
  const pg::rows rows =
      pg::execute("SELECT d.objid, d.objsubid, d.original, d.object_type, d.object_identity, d.address_names[3],"
                  " n.oid, r.schema_name, r.mode OPERATOR(pg_catalog.=) 'block'"
                  " FROM pg_catalog.pg_event_trigger_dropped_objects() d JOIN upkeep.guard_rules r ON r.schema_name "
                  "OPERATOR(pg_catalog.=)"
                  " CASE WHEN d.object_type OPERATOR(pg_catalog.=) 'schema' THEN d.object_name ELSE d.schema_name "
                  "END::pg_catalog.name"
                  " LEFT JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) r.schema_name"
                  " WHERE NOT d.is_temporary");
  std::vector<dropped_object> objects;
  for (std::uint64_t row = 0; row < rows.count(); ++row) {
    bool is_null = false;
    objects.push_back({rows.oid(row, 1), static_cast<AttrNumber>(DatumGetInt32(rows.value(row, 2, is_null))),
                       DatumGetBool(rows.value(row, 3, is_null)), rows.text(row, 4).value_or(""),
                       rows.text(row, 5).value_or(""), rows.text(row, 6).value_or(""), rows.oid(row, 7),
                       rows.text(row, 8).value(), DatumGetBool(rows.value(row, 9, is_null))});
  }
  return objects;
}

// The values of a dropped column stand in the rows until these are written anew.
tally values_of(const dropped_object &column, const guarded_schemas &guarded) {
  tally count;
  if (call([&] { return get_rel_relkind(column.object); }) == '\0' || !guarded.guards(column.object))
    return count;
  pg::with_relation(column.object, [&](Relation relation) {
    const bool unwritten = notes().unwritten.contains({column.object, column.column});
    count = pg::count_dropped_values(relation, column.column, notes().most_counted, unwritten);
  });
  return count;
}

// sql_drop, the second net: what a CASCADE has reached that the command's text does not name.
std::vector<found_loss> losses_of(const std::vector<dropped_object> &objects, const guarded_schemas &guarded) {
  std::vector<found_loss> losses;
  for (const dropped_object &each : objects) {
    const std::pair<Oid, AttrNumber> place{each.object, each.column};
    const auto lose = [&](loss_kind kind, const tally &count) {
      losses.push_back(
          {{kind, each.identity, count}, each.object, each.column_name, each.schema, each.schema_name, each.blocks});
    };
    if (notes().settled.contains(place))
      continue;
    if (const auto found = notes().filled.find(each.object); each.type == "table" && found != notes().filled.end())
      lose(loss_kind::rows, found->second);
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

void follow_drop(const EventTriggerData &event) {
  const std::vector<dropped_object> objects = dropped_objects();
  notes().confirmed.merge(decide(tag_of(event), losses_of(objects, guarded_schemas::now())));
  for (const dropped_object &each : objects) {
    const auto confirmation = confirmation_of(each.object, each.column_name);
    if (each.is_original || confirmation)
      log_ddl(tag_of(event), each.identity, confirmation);
  }
  forget_approvals();
}

struct made_object {
  Oid object;
  std::string tag;
  std::string type;
  std::string identity;
};

std::vector<made_object> made_objects() {
  const pg::rows rows = pg::execute(
      "SELECT DISTINCT ON (c.classid, c.objid, c.command_tag) c.objid, c.command_tag, c.object_type, c.object_identity"
      " FROM pg_catalog.pg_event_trigger_ddl_commands() c"
      " JOIN upkeep.guard_rules r ON r.schema_name OPERATOR(pg_catalog.=) c.schema_name::pg_catalog.name"
      " WHERE NOT c.in_extension");
  std::vector<made_object> objects;
  for (std::uint64_t row = 0; row < rows.count(); ++row)
    objects.push_back({rows.oid(row, 1), rows.text(row, 2).value_or(""), rows.text(row, 3).value_or(""),
                       rows.text(row, 4).value_or("")});
  return objects;
}

// A schema takes its rule along when it is renamed; one that takes a guarded name is guarded from now on.
void rename_rule(const RenameStmt &rename) {
  const pg::parameter parameters[] = {pg::parameter::text(rename.subname), pg::parameter::text(rename.newname)};
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    // One of that name is left from a schema that was dropped.
    pg::execute("DELETE FROM upkeep.guard_rules WHERE schema_name OPERATOR(pg_catalog.=) $2::pg_catalog.name AND EXISTS"
                " (SELECT FROM upkeep.guard_rules r WHERE r.schema_name OPERATOR(pg_catalog.=) $1::pg_catalog.name)",
                parameters);
    pg::execute("UPDATE upkeep.guard_rules SET schema_name = $2::pg_catalog.name"
                " WHERE schema_name OPERATOR(pg_catalog.=) $1::pg_catalog.name",
                parameters);
  });
  for (const Oid table : guarded_schemas::now().tables()) {
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
  for (const made_object &each : made_objects()) {
    if (each.type == "table" || each.type == "table column") {
      // Only what came into a guarded schema: a restore adds keys to tables whose triggers are still to come.
      if (each.tag != "ALTER TABLE" || (command && IsA(command, AlterObjectSchemaStmt)))
        guard_table(each.object);
      if (rename && rename->renameType == OBJECT_COLUMN)
        follow_column(each.object, *rename);
    }
    log_ddl(each.tag, each.identity, any_confirmation_of(each.object));
  }
}

bool are_there_rules() { return pg::execute("SELECT FROM upkeep.guard_rules LIMIT 1").count() > 0; }

void guard_ddl(const EventTriggerData &event) {
  const std::string_view when = event.event;
  if (when == "ddl_command_start")
    forget_notes(event.parsetree);
  pg::with_spi([&] {
    if (guard_sleeps() || !are_there_rules())
      return;
    const busy own_ddl;
    enter_command(event.parsetree);
    if (when == "sql_drop") {
      follow_drop(event);
    } else if (when == "ddl_command_end") {
      follow(event);
      forget_notes(event.parsetree);
    } else if (const guarded_schemas guarded = guarded_schemas::now(); !guarded.is_empty()) {
      precede(event, guarded);
    }
  });
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.guard_ddl() RETURNS event_trigger: on ddl_command_start, sql_drop and ddl_command_end. It sets no search_path:
// the command's names are the caller's.
UPKEEP_FUNCTION(upkeep_guard_ddl) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{sqlstate::trigger_protocol_violated,
                  "upkeep.guard_ddl() can only be called as an event trigger",
                  {},
                  "Call upkeep.enable_guard()."};
    if (!is_busy)
      guard_ddl(*reinterpret_cast<const EventTriggerData *>(fcinfo->context));
    return Datum(0);
  });
}
