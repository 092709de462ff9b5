// upkeep.enable_history and disable_history: four statement triggers on a table and on each of its partitions.
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/history/digests.hpp"
#include "features/history/kept_columns.hpp"
#include "features/history/months.hpp"
#include "features/history/plan.hpp"
#include "features/history/tables.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

namespace {

constexpr const statement_event *history_events[] = {&on_insert, &on_update, &on_delete, &before_truncate};

// A statement on a parent changes rows of its children, whose keys and columns are their own.
void require_no_inheritance(Oid table) {
  const bool is_child = !pg::ancestors(table).empty() && !call([=] { return get_rel_relispartition(table); });
  if (is_child || !pg::inheritance_children(table).empty())
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("cannot enable history on \"{}\": it {}", pg::table_name(table),
                                       is_child ? "inherits from another table" : "has inheritance children"),
                .hint = "History knows plain and partitioned tables."};
}

void require_table(Oid table) {
  pg::require_own_table(table, "enable history");
  if (pg::belongs_to_extension(table))
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message =
                    fmt::format("cannot enable history on \"{}\": it belongs to an extension", pg::table_name(table)),
                .hint = "History is for the tables of applications."};
  if (call([=] { return get_rel_relispartition(table); }))
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("cannot enable history on \"{}\": it is a partition", pg::table_name(table)),
                .hint = "Call this for the partitioned table."};
  require_no_inheritance(table);
  require_no_shards(table);
  pg::with_relation(table, [&](Relation relation) {
    if (pg::is_temporary(relation))
      throw fault{.sqlstate = sqlstate::wrong_object_type,
                  .message = fmt::format("cannot enable history on \"{}\": it is a temporary table",
                                         RelationGetRelationName(relation)),
                  .hint = "Nothing of it is left when the session ends."};
  });
}

std::vector<std::string> names_of(const std::vector<kept_column> &columns) {
  std::vector<std::string> names;
  for (const kept_column &each : columns)
    names.push_back(each.name);
  return names;
}

void require_key(Relation table, const std::vector<kept_column> &key) {
  for (const kept_column &each : key)
    if (!TupleDescAttr(RelationGetDescr(table), each.number - 1)->attnotnull)
      throw fault{.sqlstate = sqlstate::invalid_column_reference,
                  .message = fmt::format("column \"{}\" of the key of table \"{}\" can be NULL", each.name,
                                         RelationGetRelationName(table)),
                  .hint = fmt::format("ALTER TABLE {} ALTER COLUMN {} SET NOT NULL;",
                                      pg::qualified(RelationGetRelid(table)), pg::quoted(each.name))};
  pg::require_unique_key(table, names_of(key), "a row");
}

void tell_left_out(Relation table, const std::vector<std::string> &columns) {
  if (columns.empty())
    return;
  const std::string list = joined(columns, "\", \"");
  call([&] {
    ereport(NOTICE, errmsg("history of \"%s\" leaves out \"%s\"", RelationGetRelationName(table), list.c_str()),
            errdetail("Names with password, passwd, secret, token or api_key in them are taken for secrets."),
            errhint("Name a column in columns to keep it, in digest_columns to keep a digest of it."));
  });
}

void enable(Oid table, const trigger_arguments &arguments) {
  require_table(table);
  pg::with_relation(table, [&](Relation relation) {
    const kept_columns columns = resolve_columns(arguments.options(), relation);
    require_key(relation, columns.key);
    tell_left_out(relation, columns.left_out_as_secret);
  });
  // What happened while it was disabled is not known.
  bool goes_on = false;
  pg::with_relation(table, [&](Relation relation) { goes_on = trigger_of(relation, history_feature); });
  create_statement_triggers(table, history_trigger, history_events, history_feature, arguments.list());
  if (const std::optional<std::int32_t> number = number_of(table); number && !goes_on)
    note_name(*number, pg::qualified(table));
  ensure_number(table);
  ensure_key();
  make_months_ahead();
}

void disable(Oid table) {
  pg::require_own_table(table, "disable history");
  if (!drop_triggers_of_tree(table, history_feature))
    call([=] { ereport(NOTICE, errmsg("history is not enabled on \"%s\"", get_rel_name(table))); });
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.enable_history(target, columns, exclude_columns, digest_columns, ignore_columns, key_columns): replaces what
// was enabled before. Errors: 0A000, 22004, 22023, 42501, 42703, 42710, 42809, 428C9, 42P10.
UPKEEP_FUNCTION(upkeep_enable_history) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid table = target_argument(given, history_feature);
    const trigger_arguments arguments(history_feature, given);
    enabling(fcinfo, history_feature, [&] { enable(table, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_history(target): a NOTICE where there is none. What was written stays. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_history) {
  return pg::entry([=] {
    const Oid table = pg::arguments(fcinfo).table(0, "target");
    pg::with_spi([&] { disable(table); });
    return Datum(0);
  });
}
