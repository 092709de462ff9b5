// The trigger function upkeep.touch(): one UPDATE of the parents of all rows that a statement changed.
#include "features/touch/touch.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/executor/touch_statement.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/collect_keys.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/rows/transition.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::touch {

using pg::call;

namespace {

constexpr const char *right_trigger = "AFTER INSERT, UPDATE or DELETE with transition tables, FOR EACH STATEMENT";

// The child's columns of which a change counts: all but generated ones and those its own updated_at trigger ignores.
// Its stamp counts too, and so a touch goes on to the parent's parent.
std::vector<char> counted_columns(Relation child) {
  std::vector<char> memory(pg::layout::size(RelationGetDescr(child)->natts));
  auto &table = *new (memory.data()) pg::layout;
  pg::describe(RelationGetDescr(child), table);
  if (const Trigger *own = trigger_of(child, updated_at_feature))
    for (const std::string &name : updated_at::read_updated_at(pg::trigger_options(*own, updated_at_feature)).ignore)
      if (const AttrNumber column = pg::find_column(RelationGetDescr(child), name))
        table.columns[column - 1].role = pg::column_role::passive;
  return memory;
}

// What the two statements need to know of the parent.
struct parent_table {
  Oid table, owner;
  std::string stamp; // "" where the parent keeps none
  pg::fragment rows;
  pg::key_match match;
};

// The arguments of a trigger resolved against both tables; kept for the session.
struct touch_plan {
  touch_settings settings;
  std::vector<char> counted; // a layout of the child
  bool is_named;             // whether the parent was found by its name
  std::optional<parent_table> parent;
};

void collect(const TriggerData &trigger, const touch_plan &plan, pg::key_set &keys) {
  pg::collect_keys(trigger, keys, [&] {
    const auto &counted = *reinterpret_cast<const pg::layout *>(plan.counted.data());
    return [rows = pg::row_comparer(counted, trigger.tg_relation)](
               const pg::transition &before, const pg::transition &after) { return rows.changed(before, after); };
  });
}

bool is_there(const std::string &parent, Relation child) {
  return pg::find_sibling(parent, RelationGetRelid(child)).has_value();
}

// The parent by its name, or, where it was renamed since, by the foreign key. A parent that is gone is not an error.
std::optional<Oid> parent_of(const touch_settings &settings, Relation child) {
  const std::optional<Oid> named = pg::find_sibling(settings.parent, RelationGetRelid(child));
  return named ? named : pg::referenced_table(child, settings.columns);
}

parent_table describe_parent(Oid table, const touch_settings &settings, Relation child) {
  parent_table parent{};
  parent.table = table;
  pg::with_relation(table, [&](Relation relation) {
    parent.owner = relation->rd_rel->relowner;
    if (const Trigger *own = trigger_of(relation, updated_at_feature))
      parent.stamp = updated_at::read_updated_at(pg::trigger_options(*own, updated_at_feature)).column;
    // As referential integrity does: a plain parent alone, a partitioned one with its partitions.
    parent.rows = pg::own_rows_of(table);
    parent.match = pg::match_keys(relation, "p", settings.keys, child, settings.columns, "enable_touch");
  });
  return parent;
}

pg::resolved_plan<touch_plan> make_plan(const Trigger &trigger, Relation child) {
  auto plan = std::make_shared<touch_plan>();
  std::vector<pg::planned_table> tables{{RelationGetRelid(child)}};
  plan->settings = read_touch(pg::trigger_options(trigger, touch_feature));
  plan->counted = counted_columns(child);
  const std::optional<Oid> found = pg::lock_found(RowExclusiveLock, [&] { return parent_of(plan->settings, child); });
  plan->is_named = is_there(plan->settings.parent, child);
  if (found) {
    plan->parent = describe_parent(*found, plan->settings, child);
    tables.push_back({*found, RowExclusiveLock});
  }
  return {std::move(plan), tables};
}

std::shared_ptr<const touch_plan> plan_of(const TriggerData &trigger) {
  const auto make = [&] { return make_plan(*trigger.tg_trigger, trigger.tg_relation); };
  auto plan = pg::session_plan<touch_plan>(*trigger.tg_trigger, make);
  // A new table of the name drops no plan.
  return plan->is_named || !is_there(plan->settings.parent, trigger.tg_relation) ? plan : make().plan;
}

// Both statements run as the parent's owner, as referential integrity does.
void stamp_parents(const parent_table &parent, std::span<const pg::parameter> keys) {
  const pg::fragment locks =
      pg::sql("SELECT FROM {rows} p WHERE {has_key} ORDER BY {keys} FOR NO KEY UPDATE", "rows"_is = parent.rows,
              "has_key"_is = parent.match.condition, "keys"_is = parent.match.order);
  const std::string stamps = pg::sql("UPDATE {rows} p SET {stamp} = p.{stamp} WHERE {has_key}", "rows"_is = parent.rows,
                                     "stamp"_is = pg::identifier{parent.stamp}, "has_key"_is = parent.match.condition);
  pg::as_user(parent.owner, SECURITY_NOFORCE_RLS, [&] {
    pg::execute(locks, keys);
    const pg::touch_statement marked(stamps.c_str());
    pg::execute(stamps, keys);
  });
}

void touch(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, touch_feature);
  if (!TRIGGER_FIRED_AFTER(trigger.tg_event) || !TRIGGER_FIRED_FOR_STATEMENT(trigger.tg_event) ||
      TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event) ||
      (!TRIGGER_FIRED_BY_INSERT(trigger.tg_event) && !trigger.tg_oldtable) ||
      (!TRIGGER_FIRED_BY_DELETE(trigger.tg_event) && !trigger.tg_newtable))
    pg::misused_trigger(trigger, touch_feature, right_trigger);
  if (pg::is_paused(pg::pausable::touch) || pg::is_quiet())
    return;
  pg::with_spi([&] {
    const std::shared_ptr<const touch_plan> plan = plan_of(trigger);
    pg::key_set keys(trigger.tg_relation, plan->settings.columns, "enable_touch");
    collect(trigger, *plan, keys);
    if (keys.empty() || !plan->parent)
      return;
    // Otherwise anyone with a table could write to any other.
    pg::require_role_of(trigger.tg_relation->rd_rel->relowner, plan->parent->table, plan->parent->owner);
    if (!plan->parent->stamp.empty())
      stamp_parents(*plan->parent, keys.parameters());
  });
}

} // namespace

touch_settings read_touch(const option_list &options) {
  const auto required = [&](const char *name) -> const std::string & {
    const std::string *value = find_option(options, name);
    if (!value)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("touch has no option \"{}\"", name),
                  .hint = "A touch needs 'parent=...', 'columns=...' and 'keys=...'."};
    return *value;
  };
  touch_settings settings{required("parent"), pg::split_names(required("columns"), "option \"columns\""),
                          pg::split_names(required("keys"), "option \"keys\"")};
  if (settings.columns.empty() || settings.columns.size() != settings.keys.size())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "the columns and keys of a touch differ in number",
                .hint = "Name one key of the parent for each column."};
  return settings;
}

} // namespace upkeep::touch

// upkeep.touch() RETURNS trigger: AFTER, FOR EACH STATEMENT, with transition tables. Errors: 39P01 a wrong trigger,
// 22023, 42703 and 42P01 its arguments.
UPKEEP_FUNCTION(upkeep_touch) {
  return upkeep::pg::entry([=] {
    upkeep::touch::touch(fcinfo);
    return Datum(0);
  });
}
