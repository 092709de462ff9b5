// What upkeep.check() says of soft delete.
#include "features/check.hpp"
#include "features/catalogue.hpp"
#include "features/soft_delete/live_view.hpp"
#include "features/soft_delete/soft_delete_plan.hpp"
#include "features/soft_delete/unique_indexes.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::soft_delete {

using pg::call;

namespace {

bool is_row_trigger(const managed_trigger &trigger) {
  return TRIGGER_FOR_ROW(trigger.type) && TRIGGER_FOR_UPDATE(trigger.type);
}

void check_indexes(Oid table, const option_list &options, finding_list &into) {
  std::vector<blocking_index> found, invalid;
  pg::with_relation(table, [&](Relation relation) {
    found = blocking_indexes(relation, require_soft_column(relation, options));
    invalid = invalid_indexes(relation);
  });
  for (const blocking_index &each : invalid)
    into.add(table, soft_delete_feature, fmt::format("unique index \"{}\" is not valid", each.name), each.mend);
  for (const blocking_index &each : found)
    into.add(table, soft_delete_feature, fmt::format("unique index \"{}\" counts deleted rows", each.name), each.mend);
}

void check_views(Oid table, finding_list &into) {
  for (const Oid view : live_views(table)) {
    if (!is_outdated(view, table))
      continue;
    const std::string name = pg::qualified(view),
                      schema = pg::string_from([=] { return get_namespace_name(get_rel_namespace(view)); });
    const std::string again = fmt::format("SELECT upkeep.live_view({});", pg::literals({pg::qualified(table), schema}));
    into.add(table, soft_delete_feature, fmt::format("live view {} has not the columns that the table has now", name),
             pg::table_name(view) == pg::table_name(table) ? again : fmt::format("DROP VIEW {}; {}", name, again));
  }
}

// Rows that were written while soft delete was paused or not enabled.
void check_rows(Oid table, const option_list &options, finding_list &into) {
  soft_column own;
  pg::with_relation(table, [&](Relation relation) { own = require_soft_column(relation, options); });
  for (const foreign_key &key : keys_of(with_roots(table))) {
    call([=, parent = key.parent] { LockRelationOid(parent, AccessShareLock); });
    const std::optional<soft_column> parents = soft_column_of(key.parent);
    if (!parents || !is_all_here(key.child) || !is_all_here(key.parent))
      continue;
    std::uint64_t count = 0;
    as_owner_if_allowed(pg::owner_of(key.child), [&] {
      if (!pg::may_read(key.child) || !pg::may_read(key.parent))
        return;
      bool is_null = false;
      count = static_cast<std::uint64_t>(DatumGetInt64(
          pg::execute(pg::sql(R"sql(
            SELECT pg_catalog.count(*) FROM {children} c JOIN {parents} p ON {relates}
            WHERE c.{own} IS NULL AND p.{theirs} IS NOT NULL
          )sql",
                              "children"_is = pg::own_rows_of(key.child), "parents"_is = pg::own_rows_of(key.parent),
                              "relates"_is = key.relates, "own"_is = pg::identifier{own.name},
                              "theirs"_is = pg::identifier{parents->name}))
              .value(0, 1, is_null)));
    });
    if (count > 0)
      into.add(table, soft_delete_feature,
               fmt::format("{} live row{} point{} to deleted rows of {} by \"{}\"", count, count == 1 ? "" : "s",
                           count == 1 ? "s" : "", pg::qualified(key.parent), key.name),
               "Restore those, or delete these.");
  }
}

void check_table(const managed_trigger &trigger, const trigger_list &triggers, finding_list &into) {
  const std::optional<fault> problem = problem_of(trigger.table, [&](Relation) {
    require_sound(trigger.table, parse_options(soft_delete_feature, trigger.arguments));
  });
  if (problem)
    return into.add(trigger.table, soft_delete_feature, problem->message, enable_again(trigger));
  const std::string insert = fmt::format("{}_insert", soft_delete_trigger);
  for (const Oid each : pg::with_descendants(trigger.table, AccessShareLock))
    for (const std::string &name : {trigger.name, insert})
      if (!triggers.has(each, soft_delete_feature, name))
        into.add(each, soft_delete_feature, fmt::format("lacks trigger \"{}\"", name),
                 fmt::format("Call upkeep.enable_soft_delete for {} again.", pg::qualified(trigger.table)));
  const option_list options = parse_options(soft_delete_feature, trigger.arguments);
  check_indexes(trigger.table, options, into);
  check_views(trigger.table, into);
  check_rows(trigger.table, options, into);
}

} // namespace

void check_soft_delete(const trigger_list &triggers, finding_list &into) {
  for (const managed_trigger &trigger : triggers) {
    if (trigger.feature != &soft_delete_feature || trigger.is_clone)
      continue;
    check_partitions(trigger, triggers, into);
    if (is_row_trigger(trigger))
      check_table(trigger, triggers, into);
  }
}

} // namespace upkeep::soft_delete
