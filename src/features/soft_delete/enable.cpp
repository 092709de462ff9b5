// upkeep.enable_soft_delete and disable_soft_delete.
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/registry.hpp"
#include "features/soft_delete/live_view.hpp"
#include "features/soft_delete/soft_delete_plan.hpp"
#include "features/soft_delete/unique_indexes.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::soft_delete {

using pg::call;

namespace {

constexpr const char *enabling_verb = "enable soft_delete";
constexpr const statement_event *truncate_event[] = {&before_truncate};

void require_no_partition(Oid table) {
  if (call([=] { return get_rel_relispartition(table); }))
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("cannot enable soft_delete on \"{}\": it is a partition", pg::table_name(table)),
                .hint = "Call this for the partitioned table."};
}

void notice_blocking_indexes(Oid table, const option_list &options) {
  std::vector<std::string> names, mends;
  pg::with_relation(table, [&](Relation relation) {
    for (const blocking_index &each : blocking_indexes(relation, require_soft_column(relation, options))) {
      names.push_back("\"" + each.name + "\"");
      mends.push_back(each.mend);
    }
  });
  if (names.empty())
    return;
  const std::string list = joined(names, ", "), hint = joined(mends, "\n");
  call([&] {
    ereport(NOTICE,
            errmsg("unique index%s of \"%s\" count%s deleted rows: %s", names.size() == 1 ? "" : "es",
                   get_rel_name(table), names.size() == 1 ? "s" : "", list.c_str()),
            errdetail("What a deleted row has in %s cannot be given to another.", names.size() == 1 ? "it" : "them"),
            errhint("%s", hint.c_str()));
  });
}

// Children that a DELETE would take along stay where they have no soft delete.
void notice_children_that_stay(Oid table, bool cascades) {
  std::vector<Oid> children;
  for (const foreign_key &key : keys_to(with_roots(table))) {
    if (!cascades || key.on_delete != FKCONSTR_ACTION_CASCADE || key.child == table ||
        std::ranges::count(children, key.child) > 0)
      continue;
    call([=, child = key.child] { LockRelationOid(child, AccessShareLock); });
    if (call([=, child = key.child] { return get_rel_relkind(child); }) != '\0' && !soft_column_of(key.child))
      children.push_back(key.child);
  }
  if (children.empty())
    return;
  std::vector<std::string> names, statements;
  for (const Oid child : children) {
    names.push_back("\"" + pg::table_name(child) + "\"");
    statements.push_back(fmt::format("SELECT upkeep.enable_soft_delete({});", pg::literals({pg::qualified(child)})));
  }
  const std::string list = joined(names, ", "), hint = joined(statements, "\n");
  call([&] {
    ereport(NOTICE,
            errmsg("rows of %s stay when their row of \"%s\" is deleted softly", list.c_str(), get_rel_name(table)),
            errdetail("Their foreign keys say ON DELETE CASCADE, but they have no soft delete."),
            errhint("%s", hint.c_str()));
  });
}

void enable(Oid table, const trigger_arguments &arguments) {
  pg::require_own_table(table, enabling_verb);
  require_no_partition(table);
  if (call([=] { return get_rel_persistence(table) == RELPERSISTENCE_TEMP; }))
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message =
                    fmt::format("cannot enable soft_delete on \"{}\": it is a temporary table", pg::table_name(table)),
                .hint = "Its rows go with the session: DELETE them."};
  const option_list options = arguments.options();
  const bool refuses = text_option(options, "hard_delete") == "refuse";
  // Every mistake is found before a trigger is touched.
  for (const Oid each : pg::with_descendants(table, ShareRowExclusiveLock)) {
    pg::require_own_table(each, enabling_verb);
    require_sound(each, options);
  }
  for (const Oid each : pg::with_descendants(table, ShareRowExclusiveLock))
    drop_triggers(each, soft_delete_feature);
  create_row_trigger(table, soft_delete_trigger, refuses ? "BEFORE UPDATE OR DELETE" : "BEFORE UPDATE",
                     soft_delete_feature, arguments.list());
  create_row_trigger(table, fmt::format("{}_insert", soft_delete_trigger).c_str(), "AFTER INSERT", soft_delete_feature,
                     arguments.list());
  if (refuses)
    create_statement_triggers(table, soft_delete_trigger, truncate_event, soft_delete_feature, arguments.list());
  notice_blocking_indexes(table, options);
  notice_children_that_stay(table, text_option(options, "cascade") == "true");
}

// They would be in the way of ALTER TABLE from now on.
void drop_live_views(Oid table) {
  for (const Oid view : live_views(table)) {
    const std::string name = pg::qualified(view);
    noted_view(view, table).drop();
    call([&] { ereport(NOTICE, errmsg("live view %s is dropped", name.c_str())); });
  }
}

void disable(Oid table) {
  pg::require_own_table(table, "disable soft_delete");
  for (const Oid each : pg::with_descendants(table, AccessShareLock))
    drop_live_views(each);
  if (!drop_triggers_of_tree(table, soft_delete_feature))
    call([=] { ereport(NOTICE, errmsg("soft_delete is not enabled on \"%s\"", get_rel_name(table))); });
}

} // namespace

} // namespace upkeep::soft_delete

using namespace upkeep;
using namespace upkeep::soft_delete;

// upkeep.enable_soft_delete(target, column_name, cascade, hard_delete): replaces what was enabled before. Errors:
// 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17, 428C9.
UPKEEP_FUNCTION(upkeep_enable_soft_delete) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid target = target_argument(given, soft_delete_feature);
    const trigger_arguments arguments(soft_delete_feature, given);
    enabling(fcinfo, soft_delete_feature, [&] { enable(target, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_soft_delete(target): a NOTICE where it is not enabled; no row changes. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_soft_delete) {
  return pg::entry([=] {
    const Oid target = target_argument(pg::arguments(fcinfo), soft_delete_feature);
    pg::with_spi([&] { disable(target); });
    return Datum(0);
  });
}
