// What would take history with it: DROP EXTENSION, and going back to a version without it.
#include "features/history/own_tables.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"

#include <cstring>

namespace upkeep::history {

using pg::call;

namespace {

bool names_us(const DropStmt &command) {
  if (command.removeType != OBJECT_EXTENSION)
    return false;
  for (int i = 0; i < list_length(command.objects); ++i)
    if (std::strcmp(strVal(list_nth(command.objects, i)), "pg_upkeep") == 0)
      return true;
  return false;
}

bool owns_us(const DropOwnedStmt &command) {
  const Oid owner = keeper();
  for (int i = 0; i < list_length(command.roles); ++i)
    if (get_rolespec_oid(static_cast<const RoleSpec *>(list_nth(command.roles, i)), true) == owner)
      return true;
  return false;
}

bool drops_us(const Node *command) {
  return (IsA(command, DropStmt) && names_us(*reinterpret_cast<const DropStmt *>(command))) ||
         (IsA(command, DropOwnedStmt) && owns_us(*reinterpret_cast<const DropOwnedStmt *>(command)));
}

// Nobody writes meanwhile: what is there now is what would be lost.
void require_no_entries(const char *what) {
  bool are_there = false;
  pg::with_spi([&] {
    as_keeper([&] {
      pg::execute(pg::sql("LOCK TABLE upkeep.history_entries IN SHARE MODE"));
      pg::with_latest_snapshot(
          [&] { are_there = pg::read(pg::sql("SELECT FROM upkeep.history_entries LIMIT 1")).count() > 0; });
    });
  });
  if (are_there)
    throw fault{.sqlstate = sqlstate::destructive_ddl,
                .message = fmt::format("{} would lose the entries of upkeep.history", what),
                .hint = "Export them with \\copy (TABLE upkeep.history) TO 'history.csv' CSV HEADER, then CALL "
                        "upkeep.purge_history('infinity');"};
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep_internal.require_no_history() RETURNS void: asked by the script that goes back to 0.10.0. Errors: UK007.
UPKEEP_FUNCTION(upkeep_require_no_history) {
  return pg::entry([=] {
    require_no_entries("going back to a version without history");
    return Datum(0);
  });
}

// upkeep_internal.refuse_history_loss() RETURNS event_trigger: on ddl_command_start of DROP EXTENSION and DROP OWNED.
// Errors: 39P01, UK007.
UPKEEP_FUNCTION(upkeep_refuse_history_loss) {
  return pg::entry([=] {
    if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep_internal.refuse_history_loss() can only be called as an event trigger"};
    const auto &event = *reinterpret_cast<const EventTriggerData *>(fcinfo->context);
    if (drops_us(event.parsetree))
      require_no_entries(GetCommandTagName(event.tag));
    return Datum(0);
  });
}
