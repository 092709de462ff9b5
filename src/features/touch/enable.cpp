// upkeep.enable_touch and disable_touch: the three statement triggers of a child, and of each of its partitions.
#include "features/updated_at/enable.hpp"
#include "core/text/joined.hpp"
#include "core/touch.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/foreign_key.hpp"
#include "features/registry.hpp"
#include "features/touch/touch.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/time_column.hpp"

#include <algorithm>
#include <set>

namespace upkeep::touch {

using pg::call;

namespace {

constexpr const statement_event *touch_events[] = {&on_insert, &on_update, &on_delete};

// zz_upkeep_touch_<foreign key>, cut so that _<event> fits after it, with a hash in place of what is lost.
std::string trigger_name(const std::string &foreign_key) {
  constexpr int most = NAMEDATALEN - 1 - 16 - 7;
  std::string middle = foreign_key;
  if (static_cast<int>(middle.size()) > most) {
    const int length = static_cast<int>(middle.size());
    const int kept = call([&] { return pg_mbcliplen(foreign_key.c_str(), length, most - 9); });
    const auto *bytes = reinterpret_cast<const unsigned char *>(foreign_key.data());
    middle = fmt::format("{}_{:08x}", foreign_key.substr(0, kept), hash_bytes(bytes, length));
  }
  return "zz_upkeep_touch_" + middle;
}

constexpr foreign_key_hints key_hints{.none =
                                          "A touch follows a foreign key of the child to the parent: add one first.",
                                      .reversed = "upkeep.enable_touch takes the child first, then the parent.",
                                      .ambiguous = "Name one of them as foreign_key."};

// What a touch trigger says, nullopt for another trigger and for one whose arguments are not options: anyone may make
// such a trigger, and it must not stop the others.
std::optional<touch_settings> settings_of(const managed_trigger &trigger) {
  if (trigger.feature != &touch_feature)
    return std::nullopt;
  try {
    touch_settings settings = read_touch(parse_options(touch_feature, trigger.arguments));
    pg::split_names(settings.parent, "option \"parent\"", '.');
    return settings;
  } catch (const fault &) {
    return std::nullopt;
  }
}

void require_no_cycle(Oid child, Oid parent) {
  std::vector<touch_edge> edges;
  for (const managed_trigger &trigger : managed_triggers())
    if (const std::optional<touch_settings> found = settings_of(trigger)) {
      const touch_settings &settings = *found;
      call([&] { LockRelationOid(trigger.table, AccessShareLock); });
      pg::with_relation(trigger.table, [&](Relation relation) {
        if (const std::optional<Oid> found = pg::find_sibling(settings.parent, RelationGetRelid(relation)))
          edges.push_back({pg::topmost(trigger.table), pg::topmost(*found)});
      });
    }
  const std::vector<table_id> way = touch_path(edges, pg::topmost(parent), pg::topmost(child), pg::server_interrupt());
  if (way.empty())
    return;
  std::vector<std::string> names{pg::table_name(pg::topmost(child))};
  for (const table_id table : way)
    names.push_back(pg::table_name(table));
  throw fault{.sqlstate = sqlstate::invalid_object_definition,
              .message = fmt::format("a touch from \"{}\" to \"{}\" would close a cycle", pg::table_name(child),
                                     pg::table_name(parent)),
              .detail = fmt::format("A change would go round: {}.", joined(names, " -> ")),
              .hint = "Leave this touch out, or disable another one of the cycle."};
}

// The parent must stamp itself; where it does not yet, it gets updated_at with its defaults.
void require_stamp(Oid parent) {
  const std::string stamp = rule_of(updated_at_feature, "column").usual();
  pg::with_relation(parent, [&](Relation relation) {
    if (trigger_of(relation, updated_at_feature))
      return;
    const AttrNumber column = pg::find_column(RelationGetDescr(relation), stamp);
    if (column == InvalidAttrNumber)
      throw fault{
          .sqlstate = sqlstate::undefined_column,
          .message = fmt::format("column \"updated_at\" of table \"{}\" does not exist", pg::table_name(relation)),
          .detail = "A touch stamps the parent.",
          .hint =
              fmt::format("To \"{}\" add a column updated_at timestamptz, or enable updated_at with the column that it "
                          "has: SELECT upkeep.enable_updated_at({}, 'its_name');",
                          pg::table_name(relation), pg::literals({pg::qualified(parent)}))};
    pg::require_time_column(relation, column);
  });
  if (!updated_at::enable_updated_at_if_absent(parent, stamp).empty())
    call([=] {
      ereport(NOTICE, errmsg("enabled updated_at on \"%s\", which had no such trigger", get_rel_name(parent)));
    });
}

// Drops the touches of a table that `unwanted(settings, parent, name)` picks; the parent is nullopt where the name that
// the trigger has for it stands for nothing. Returns how many there were.
template <class F> int drop_touches(Oid table, F &&unwanted) {
  int dropped = 0;
  for (const managed_trigger &trigger : managed_triggers(table)) {
    const std::optional<touch_settings> settings = settings_of(trigger);
    if (!settings)
      continue;
    std::optional<Oid> parent;
    pg::with_relation(
        table, [&](Relation relation) { parent = pg::find_sibling(settings->parent, RelationGetRelid(relation)); });
    if (!unwanted(*settings, parent, trigger.name))
      continue;
    pg::drop_trigger(table, trigger.name);
    ++dropped;
  }
  return dropped;
}

void enable_touch(Oid child, Oid parent, const std::optional<std::string> &wanted) {
  // Two sessions that enable at once could close a cycle between them.
  pg::execute("SELECT pg_advisory_xact_lock(hashtextextended('pg_upkeep: enable_touch', 0))");
  pg::require_own_table(child, "enable touch");
  pg::require_own_table(parent, "enable touch");
  const followed_key key = find_followed_key(child, parent, wanted, key_hints);
  require_no_cycle(child, parent);
  pg::with_relation(child, [&](Relation relation) {
    pg::key_set(relation, key.columns, "enable_touch");
    pg::with_relation(parent, [&](Relation target) {
      pg::require_role_of(relation->rd_rel->relowner, parent, target->rd_rel->relowner);
    });
  });
  require_stamp(parent);
  trigger_arguments arguments(touch_feature);
  arguments.set("parent", parent).set("columns", pg::join_names(key.columns)).set("keys", pg::join_names(key.keys));
  const std::string name = trigger_name(key.name);
  std::set<std::string> names;
  for (const statement_event *each : touch_events)
    names.insert(fmt::format("{}_{}", name, each->name));
  for (const Oid table : pg::with_descendants(child, ShareRowExclusiveLock)) {
    pg::require_own_table(table, "enable touch");
    // The same touch may be there under the foreign key's, or with the parent's, former name.
    drop_touches(table, [&](const touch_settings &settings, std::optional<Oid> named, const std::string &former) {
      return settings.columns == key.columns && (!named || named == parent) && !names.contains(former);
    });
  }
  create_statement_triggers(child, name, touch_events, touch_feature, arguments.list());
}

void disable_touch(Oid child, Oid parent) {
  pg::require_own_table(child, "disable touch");
  pg::require_own_table(parent, "disable touch");
  const std::vector<followed_key> keys = followed_keys(child, parent);
  int dropped = 0;
  for (const Oid table : pg::with_descendants(child, ShareRowExclusiveLock)) {
    pg::require_own_table(table, "disable touch");
    // A parent that was renamed since is known by the foreign key.
    dropped += drop_touches(table, [&](const touch_settings &settings, std::optional<Oid> named, const std::string &) {
      return named == parent || (!named && std::any_of(keys.begin(), keys.end(), [&](const followed_key &key) {
               return key.columns == settings.columns;
             }));
    });
  }
  if (!dropped)
    call([=] {
      ereport(NOTICE, errmsg("touch is not enabled from \"%s\" to \"%s\"", get_rel_name(child), get_rel_name(parent)));
    });
}

} // namespace

} // namespace upkeep::touch

using namespace upkeep;
using namespace upkeep::touch;

// upkeep.enable_touch(child, parent, foreign_key): a change of the child stamps its parent. Errors: 22004, 42501, 42703
// and 42804 no updated_at or an array as key, 42704 no such foreign key, 42710, 42809, 42P08 several, 42P17 a cycle.
UPKEEP_FUNCTION(upkeep_enable_touch) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid child = target_argument(given, touch_feature), parent = table_argument(given, touch_feature, "parent");
    const auto key = given.optional_name(touch_foreign_key.position);
    enabling(fcinfo, touch_feature, [&] { enable_touch(child, parent, key); });
    return Datum(0);
  });
}

// upkeep.disable_touch(child, parent): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_touch) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid child = target_argument(given, touch_feature), parent = table_argument(given, touch_feature, "parent");
    pg::with_spi([&] { disable_touch(child, parent); });
    return Datum(0);
  });
}
