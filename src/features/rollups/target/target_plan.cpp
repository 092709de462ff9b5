#include "features/rollups/target/target_plan.hpp"

#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "features/rollups/agreement.hpp"
#include "features/rollups/comparison/expected.hpp"
#include "features/rollups/enable/enable.hpp"
#include "features/rollups/first_trigger.hpp"
#include "features/rollups/group_lock.hpp"
#include "features/rollups/rollup_list.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

AttrNumber number_in_root(Oid root, const pg::column_info &column) {
  return call([&] { return get_attnum(root, column.name.c_str()); });
}

void add_once(std::vector<AttrNumber> &numbers, AttrNumber number) {
  if (std::find(numbers.begin(), numbers.end(), number) == numbers.end())
    numbers.push_back(number);
}

// The columns that texts like "orders_count = count(*)" begin with. What is not such a text is told with the source.
std::vector<AttrNumber> assigned_columns(const std::vector<std::string> &texts, Relation table) {
  std::vector<AttrNumber> numbers;
  for (const std::string &text : texts)
    if (const std::optional<assignment> split = parse_assignment(text))
      numbers.push_back(pg::require_column(table, split->column, enable_rollup_name));
  return numbers;
}

// Partitions may have the columns in another order; a key's hash must be the same.
void sort_as_root(std::vector<group_key> &keys, Oid root) {
  std::sort(keys.begin(), keys.end(), [=](const group_key &a, const group_key &b) {
    return number_in_root(root, a.column) < number_in_root(root, b.column);
  });
}

target_part part_of(option_list options, Relation table) {
  const Oid root = root_of_rollup(options, RelationGetRelid(table));
  target_part part{std::move(options), root, {}, {}};
  for (const AttrNumber number : assigned_columns(find_options(part.options, "keys"), table))
    part.keys.push_back({pg::column_info(table, number), {}});
  sort_as_root(part.keys, root);
  part.figures = assigned_columns(find_options(part.options, "columns"), table);
  return part;
}

std::vector<std::string> names_of(Relation table, const std::vector<AttrNumber> &numbers) {
  std::vector<std::string> names;
  for (const AttrNumber number : numbers)
    names.emplace_back(NameStr(TupleDescAttr(RelationGetDescr(table), number - 1)->attname));
  return names;
}

std::shared_ptr<target_plan> make_plan(const TriggerData &fired) {
  Relation table = fired.tg_relation;
  auto plan = std::make_shared<target_plan>();
  plan->root = pg::topmost(RelationGetRelid(table));
  plan->role = SessionReplicationRole;
  std::vector<option_list> all;
  for (const std::vector<std::string> &arguments : arguments_of_fellows(fired)) {
    option_list options = parse_options(rollup_feature, arguments);
    if (std::ranges::none_of(
            all, [&](const option_list &known) { return is_same_side(known, options, RelationGetRelid(table)); }))
      all.push_back(std::move(options));
  }
  for (option_list &each : all)
    plan->parts.push_back(part_of(std::move(each), table));
  for (const target_part &part : plan->parts) {
    for (const AttrNumber number : part.figures)
      add_once(plan->figures, number);
    for (const group_key &key : part.keys) {
      if (std::ranges::find(plan->keys, key.column.number) == plan->keys.end())
        plan->row.keys.push_back(key);
      add_once(plan->keys, key.column.number);
      add_once(plan->root_keys, number_in_root(plan->root, key.column));
    }
  }
  std::vector<std::string> counted = names_of(table, plan->figures);
  for (const std::string &key : names_of(table, plan->keys))
    counted.push_back(key);
  plan->layout = pg::counted_layout(RelationGetDescr(table), counted);
  return plan;
}

fed_column &column_for(std::vector<fed_column> &columns, const figure &of) {
  const auto known =
      std::ranges::find_if(columns, [&](const fed_column &each) { return each.column.number == of.column.number; });
  return known != columns.end() ? *known : columns.emplace_back(fed_column{of.column, of.function, {}});
}

std::shared_ptr<const target_sources> make_sources(const target_plan &plan, Relation table) {
  auto sources = std::make_shared<target_sources>();
  for (std::size_t part = 0; part < plan.parts.size(); ++part) {
    rollup of = resolve_side(plan.parts[part].options, table);
    of.root = plan.parts[part].root;
    sort_as_root(of.keys, of.root);
    const bool may_precede = rows_may_precede(of);
    for (std::size_t i = 0; i < of.figures.size(); ++i)
      column_for(sources->columns, of.figures[i]).feeds.push_back({part, i});
    sources->list.push_back(std::make_unique<const target_source>(std::move(of), may_precede));
  }
  return sources;
}

// The session's plan, with the sources in it or without.
std::shared_ptr<const target_plan> make_complete(const TriggerData &fired) {
  const std::uint64_t changes_before = pg::catalogue_changes();
  const std::shared_ptr<target_plan> plan = make_plan(fired);
  pg::with_spi([&] { pg::with_pinned_settings([&] { plan->sources = make_sources(*plan, fired.tg_relation); }); });
  // The sources are locked by whoever needs them, not whenever the plan is recalled.
  std::vector<pg::planned_table> tables{{RelationGetRelid(fired.tg_relation)}};
  for (const auto &each : plan->sources->list)
    tables.push_back({each->of.source});
  pg::remember_plan(fired.tg_trigger->tgoid, tables, plan, changes_before);
  return plan;
}

void lock_sources(const target_sources &sources) {
  for (const auto &each : sources.list)
    call([&] { LockRelationOid(each->of.source, AccessShareLock); });
}

} // namespace

target_source::target_source(rollup resolved, bool may_precede)
    : of(std::move(resolved)), may_precede(may_precede),
      one_group(rollups::one_group(of).text(), key_types(of), pg::access::by_index) {}

std::shared_ptr<const target_plan> plan_of_target(const TriggerData &fired) {
  const auto make = [&] {
    return pg::resolved_plan<target_plan>{make_plan(fired), {{RelationGetRelid(fired.tg_relation)}}};
  };
  auto plan = pg::session_plan<target_plan>(*fired.tg_trigger, make);
  return plan->role == SessionReplicationRole ? plan : make().plan;
}

std::shared_ptr<const target_plan> plan_with_sources(const TriggerData &fired) {
  std::shared_ptr<const target_plan> plan = plan_of_target(fired);
  if (!plan->sources)
    return make_complete(fired);
  // Once they are locked, anyone who was altering one is done, and the plan may be gone.
  const std::uint64_t dropped_before = pg::dropped_plans;
  lock_sources(*plan->sources);
  return pg::dropped_plans == dropped_before ? plan : make_complete(fired);
}

std::shared_ptr<const target_plan> plan_with_sources(Relation table) {
  const TriggerDesc *all = table->trigdesc;
  for (int i = 0; all && i < all->numtriggers; ++i) {
    Trigger &each = all->triggers[i];
    if (!TRIGGER_FOR_ROW(each.tgtype) || !TRIGGER_FOR_BEFORE(each.tgtype) || !is_on_target(each) ||
        feature_of(each) != &rollup_feature)
      continue;
    TriggerData fired{};
    fired.type = T_TriggerData;
    fired.tg_event = TRIGGER_EVENT_ROW | TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_INSERT;
    fired.tg_relation = table;
    fired.tg_trigger = &each;
    const std::vector<const Trigger *> active = fellows(fired);
    if (active.empty())
      continue;
    fired.tg_trigger = const_cast<Trigger *>(active.front());
    return plan_with_sources(fired);
  }
  return nullptr;
}

} // namespace upkeep::rollups
