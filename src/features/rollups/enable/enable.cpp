// upkeep.enable_rollup and disable_rollup: the statement triggers of the source, the row and statement triggers of the
// target.
#include "features/rollups/enable/enable.hpp"

#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/foreign_key.hpp"
#include "features/rollups/enable/as_source.hpp"
#include "features/rollups/enable/backfill.hpp"
#include "features/rollups/enable/cycles.hpp"
#include "features/rollups/enable/present.hpp"
#include "features/rollups/enable/requirements.hpp"
#include "features/rollups/rollup.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/citus/told_shards.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

constexpr const statement_event *source_events[] = {&on_insert, &on_update, &on_delete, &after_truncate};
constexpr const statement_event *target_events[] = {&after_insert, &after_update};

constexpr const char *verb = "enable a rollup";

constexpr foreign_key_hints key_hints{
    .none = "Say which row of the target a row of the source belongs to, as in keys => '{\"id = user_id\"}'.",
    .reversed = "upkeep.enable_rollup takes the target, which has the figures, first, then the source.",
    .ambiguous = "Say which of them is meant, as in keys => '{\"id = sender_id\"}'."};

// The source comes first, as it does for those who write it.
void lock_both(Oid target, Oid source, const char *why) {
  pg::require_own_table(source, why);
  pg::require_own_table(target, why);
}

// Whoever lacks the right waits for nobody.
void require_own_tables(const rollup_request &wanted) {
  for (const Oid table : {wanted.source, wanted.target})
    if (!pg::has_rights_of_owner(GetUserId(), table))
      pg::require_own_table(table, verb);
}

// Both tables stay as they are until the end of the transaction, and no two sessions can each make a half of a cycle.
void lock_tables(const rollup_request &wanted) {
  require_own_tables(wanted);
  pg::execute(pg::sql(R"sql(
    SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_upkeep: enable_rollup', 0))
  )sql"));
  lock_both(wanted.target, wanted.source, verb);
}

template <class F> void with_both(const rollup_request &wanted, F &&body) {
  pg::with_relation(wanted.target, [&](Relation target) {
    pg::with_relation(wanted.source, [&](Relation source) { body(target, source); });
  });
}

// What the foreign key says, as the caller would have written it.
std::vector<std::string> keys_of_foreign_key(const rollup_request &wanted) {
  followed_key found;
  pg::with_pinned_settings([&] { found = find_followed_key(wanted.source, wanted.target, std::nullopt, key_hints); });
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < found.keys.size(); ++i)
    keys.push_back(fmt::format("{} = {}", pg::quoted(found.keys[i]), pg::quoted(found.columns[i])));
  return keys;
}

// What the triggers say: the caller's texts, with names as every session finds them.
trigger_arguments arguments_of(const rollup_request &wanted, Relation target, Relation source) {
  const std::vector<std::string> given_keys = wanted.keys ? *wanted.keys : keys_of_foreign_key(wanted);
  std::vector<std::string> columns, keys;
  trigger_arguments arguments(rollup_feature);
  as_source(source, [&] {
    for (const std::string &key : given_keys)
      keys.push_back(text_of(resolve_key(key, target, source)));
    for (const std::string &text : wanted.columns)
      columns.push_back(text_of(resolve_figure(text, target, source)));
    arguments.set("columns", columns).set("keys", keys);
    if (wanted.filter)
      arguments.set("filter", resolve_filter(*wanted.filter, source).text());
  });
  if (wanted.missing ? *wanted.missing == "insert" : wanted.keys.has_value())
    arguments.set("missing", std::string("insert"));
  if (!wanted.keep_empty)
    arguments.set("keep_empty", std::string("false"));
  return arguments;
}

// The one with the same keys, and those whose keys nobody can read any more.
void drop_former(const rollup &of, const trigger_arguments &arguments) {
  std::vector<std::string> keys = find_options(arguments.options(), "keys");
  std::sort(keys.begin(), keys.end());
  for (const present_rollup &each : present_rollups(of.target, of.source))
    if (each.keys == keys || is_broken(each, of.target, of.source))
      drop(each, verb);
}

void create_triggers(const rollup &of, const trigger_arguments &arguments) {
  const trigger_names names = free_names(of.target, of.source);
  create_statement_triggers(of.source, names.on_source, source_events, rollup_feature,
                            arguments.with("target", of.target).list());
  const std::vector<std::string> on_target = arguments.with("source", of.source).list();
  create_row_trigger(of.target, names.on_target.c_str(), "BEFORE INSERT OR UPDATE", rollup_feature, on_target);
  create_statement_triggers(of.target, names.on_target, target_events, rollup_feature, on_target);
}

rollup_request read_request(const pg::arguments &given) {
  rollup_request wanted{table_argument(given, rollup_feature, "target"),
                        table_argument(given, rollup_feature, "source"),
                        {},
                        given.optional_strings(3, "keys"),
                        given.optional_string(4),
                        given.optional_string(rollup_missing.position),
                        given.boolean(6, "keep_empty"),
                        given.boolean(rollup_backfill.position, "backfill")};
  given.value(2, "columns");
  wanted.columns = given.optional_strings(2, "columns").value();
  return wanted;
}

void disable_rollup(Oid target, Oid source) {
  lock_both(target, source, "disable a rollup");
  const std::vector<present_rollup> present = present_rollups(target, source);
  for (const present_rollup &each : present)
    drop(each, "disable a rollup");
  if (present.empty())
    call([=] {
      ereport(NOTICE, errmsg("there is no rollup from \"%s\" to \"%s\"", get_rel_name(source), get_rel_name(target)));
    });
}

} // namespace

void enable_rollup(const rollup_request &wanted) {
  require_arguments(wanted);
  lock_tables(wanted);
  require_tables(wanted.target, wanted.source);
  trigger_arguments arguments(rollup_feature);
  std::optional<rollup> made;
  with_both(wanted, [&](Relation target, Relation source) {
    arguments = arguments_of(wanted, target, source);
    made = resolve_rollup(arguments.options(), target, source);
  });
  pg::with_pinned_settings([&] {
    drop_former(*made, arguments);
    with_both(wanted, [&](Relation target, Relation source) { require_sound(*made, target, source); });
    create_triggers(*made, arguments);
    require_no_cycle(*made);
    notice_unless_indexed(*made);
  });
  if (wanted.backfill)
    pg::has_shards(wanted.source) ? pg::tell_shards(wanted.source) : backfill(*made);
}

} // namespace upkeep::rollups

using namespace upkeep;
using namespace upkeep::rollups;

// upkeep.enable_rollup(target, source, columns, keys, filter, missing, keep_empty, backfill): replaces the rollup with
// the same keys. Errors: 22004, 22023, 23502, 42501, 42601, 42701, 42703, 42704, 42710, 42804, 42809, 42P01, 42P08,
// 42P10, 42P17, 0A000, and 22003 for a figure that is too large.
UPKEEP_FUNCTION(upkeep_enable_rollup) {
  return pg::entry([=] {
    const rollup_request wanted = read_request(pg::arguments(fcinfo));
    enabling(fcinfo, rollup_feature, [&] { enable_rollup(wanted); });
    return Datum(0);
  });
}

// upkeep.disable_rollup(target, source): a NOTICE where there is none. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_rollup) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = table_argument(given, rollup_feature, "target");
    const Oid source = table_argument(given, rollup_feature, "source");
    pg::with_spi([&] { disable_rollup(target, source); });
    return Datum(0);
  });
}
