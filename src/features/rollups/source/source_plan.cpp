#include "features/rollups/source/source_plan.hpp"

#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/rollups/agreement.hpp"
#include "features/rollups/first_trigger.hpp"
#include "features/rollups/source/pass/target_writer.hpp"
#include "features/rollups/source/target_order.hpp"
#include "features/rollups/target_rules.hpp"
#include "features/rollups/trigger_table.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// Whether a trigger of the target has those of a rollup.
bool has_keys(const Trigger &trigger, const option_list &options) {
  std::vector<std::string> of_trigger = find_options(pg::trigger_options(trigger, rollup_feature), "keys"),
                           wanted = find_options(options, "keys");
  std::sort(of_trigger.begin(), of_trigger.end());
  std::sort(wanted.begin(), wanted.end());
  return of_trigger == wanted;
}

[[noreturn]] void refuse_target(Relation part, Relation target) {
  throw fault{.sqlstate = sqlstate::undefined_table,
              .message = fmt::format("table \"{}\" named by a trigger of \"{}\" has no rollup from it",
                                     pg::table_name(target), pg::table_name(part)),
              .hint = "If another table has its name by now, enable the rollup again; if it is no longer wanted, drop "
                      "the triggers, which upkeep.check() names."};
}

[[noreturn]] void refuse_disagreement(Relation part, Relation target, const option_list &options) {
  throw fault{.sqlstate = sqlstate::insufficient_privilege,
              .message = fmt::format("table \"{}\" does not have the rollup that a trigger of \"{}\" keeps",
                                     pg::table_name(target), pg::table_name(part)),
              .detail = fmt::format("None of its triggers says: {}.", joined(said_by(options), ", ")),
              .hint = "Let the owner of both tables call upkeep.enable_rollup(), or drop the trigger."};
}

// The source as the target's triggers name it that say the same: the table at hand, or what that is a part of. nullopt
// where they have the same rollup from another, as where a partition was detached.
std::optional<Oid> whole_source(Relation part, Relation target, const option_list &options, Oid function) {
  std::vector<Oid> wholes = pg::ancestors(RelationGetRelid(part));
  wholes.push_back(RelationGetRelid(part));
  const Trigger *lost = nullptr;
  bool was_detached = false, is_source = false;
  // A copy: what the relation has goes with the next look at the catalogue that finds it out of date.
  const TriggerDesc *all = call([=] { return CopyTriggerDesc(target->trigdesc); });
  for (int i = 0; all && i < all->numtriggers; ++i) {
    const Trigger &each = all->triggers[i];
    if (each.tgfoid != function || !is_on_target(each))
      continue;
    const std::optional<Oid> named = table_named(each, "source=", RelationGetRelid(target));
    const bool is_this = named && std::find(wholes.begin(), wholes.end(), *named) != wholes.end();
    if (is_this && says(each, options))
      return named;
    is_source |= is_this;
    if (!named)
      lost = &each;
    else
      was_detached |= !is_this && has_keys(each, options);
  }
  if (is_source)
    refuse_disagreement(part, target, options);
  if (lost)
    pg::resolve_table(named_table(*lost, "source=").value_or(""), target);
  if (!was_detached)
    refuse_target(part, target);
  return std::nullopt;
}

struct plan_maker {
  const TriggerData &fired;
  std::vector<option_list> known = {};
  std::vector<source_rollup> rollups = {};
  std::vector<pg::planned_table> tables = {};

  void add(const std::vector<std::string> &arguments) {
    Relation source = fired.tg_relation;
    const option_list options = parse_options(rollup_feature, arguments);
    if (std::ranges::any_of(
            known, [&](const option_list &each) { return is_same_side(each, options, RelationGetRelid(source)); }))
      return;
    known.push_back(options);
    const std::string *name = find_option(options, "target");
    if (!name)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message =
                      fmt::format("a rollup's trigger on \"{}\" does not name its target", pg::table_name(source)),
                  .hint = "Call upkeep.enable_rollup, which makes the triggers."};
    // Before the lock, so that nobody can hold one on another's table; whoever writes asks again.
    const Oid found = pg::resolve_table(*name, source);
    pg::require_role_of(source->rd_rel->relowner, found, pg::owner_of(found));
    const Oid target = pg::resolve_and_lock(*name, source, RowExclusiveLock);
    tables.push_back({target, RowExclusiveLock});
    pg::with_relation(target, [&](Relation into) { add_into(into, options); });
  }

  void add_into(Relation target, const option_list &options) {
    const std::optional<Oid> whole = whole_source(fired.tg_relation, target, options, fired.tg_trigger->tgfoid);
    if (!whole)
      return;
    if (*whole != RelationGetRelid(fired.tg_relation)) {
      call([&] { LockRelationOid(*whole, AccessShareLock); });
      tables.push_back({*whole, AccessShareLock});
    }
    if (target->rd_rules)
      require_no_lossy_rule(RelationGetRelid(target));
    rollup of = resolve_rollup(options, target, fired.tg_relation);
    of.source = *whole;
    change_reader reader(of, fired.tg_relation);
    std::shared_ptr<const target_writer> writer = make_target_writer(of, target);
    rollups.push_back({std::move(of), std::move(reader), std::move(writer)});
  }
};

pg::resolved_plan<source_plan> make_plan(const TriggerData &fired) {
  plan_maker maker{fired};
  maker.tables.push_back({RelationGetRelid(fired.tg_relation)});
  for (const std::vector<std::string> &arguments : arguments_of_fellows(fired))
    maker.add(arguments);
  std::vector<Oid> targets;
  for (const source_rollup &each : maker.rollups)
    targets.push_back(each.of.target);
  const target_order order = order_targets(targets, fired.tg_trigger->tgfoid);
  std::stable_sort(maker.rollups.begin(), maker.rollups.end(), [&](const source_rollup &a, const source_rollup &b) {
    return order.place(a.of.target) < order.place(b.of.target);
  });
  for (const Oid table : order.looked_at)
    maker.tables.push_back({table});
  return {std::make_shared<const source_plan>(std::move(maker.rollups)), std::move(maker.tables)};
}

} // namespace

std::shared_ptr<const source_plan> plan_of_source(const TriggerData &fired) {
  return pg::session_plan<source_plan>(*fired.tg_trigger, [&] {
    pg::resolved_plan<source_plan> made;
    pg::with_spi([&] { made = make_plan(fired); });
    return made;
  });
}

} // namespace upkeep::rollups
