#include "features/rollups/rollup_list.hpp"

#include "features/catalogue.hpp"
#include "features/rollups/agreement.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// One trigger tells of a rollup: those of the other events say the same.
bool tells(const managed_trigger &trigger, bool is_on_target) {
  return trigger.feature == &rollup_feature &&
         (is_on_target ? TRIGGER_FOR_ROW(trigger.type) && TRIGGER_FOR_BEFORE(trigger.type)
                       : !TRIGGER_FOR_ROW(trigger.type) && TRIGGER_FOR_INSERT(trigger.type));
}

std::vector<rollup_trigger_side> sides_on(Oid table, bool is_on_target) {
  const char *name_of_other = is_on_target ? "source" : "target";
  std::vector<rollup_trigger_side> sides;
  for (managed_trigger &each : managed_triggers(table)) {
    if (!tells(each, is_on_target))
      continue;
    option_list options = parse_options(rollup_feature, each.arguments);
    const std::string *other = find_option(options, name_of_other);
    if (other && std::ranges::none_of(sides, [&](const rollup_trigger_side &known) {
          return is_same_side(known.options, options, table);
        }))
      sides.push_back({std::move(each), std::move(options), *other});
  }
  return sides;
}

// Anyone who may make triggers on a parent could else stop those who write its children: wrong arguments keep nothing.
bool keeps_same_side(const managed_trigger &trigger, const option_list &options, Oid table) {
  if (!tells(trigger, true))
    return false;
  try {
    return is_same_side(parse_options(rollup_feature, trigger.arguments), options, table);
  } catch (const fault &) {
    return false;
  }
}

} // namespace

std::vector<rollup_trigger_side> sides_on_target(Oid target) { return sides_on(target, true); }
std::vector<rollup_trigger_side> sides_on_source(Oid source) { return sides_on(source, false); }

Oid root_of_rollup(const option_list &options, Oid table) {
  const Oid whole = pg::topmost(table);
  if (!call([=] { return has_superclass(whole); }))
    return whole;
  Oid root = whole;
  pg::with_spi([&] {
    for (const Oid above : pg::ancestors(whole))
      if (std::ranges::any_of(managed_triggers(above),
                              [&](const managed_trigger &each) { return keeps_same_side(each, options, table); }))
        root = above;
  });
  return root;
}

Oid whole_target(Oid table) {
  const Oid whole = pg::topmost(table);
  if (!call([=] { return has_superclass(whole); }))
    return whole;
  Oid root = whole;
  pg::with_spi([&] {
    for (const rollup_trigger_side &side : sides_on_target(whole))
      if (root == whole)
        root = root_of_rollup(side.options, whole);
  });
  return root;
}

rollup resolve_side(const option_list &options, Relation target) {
  const std::string *name = find_option(options, "source");
  const auto require_rights = [=](Oid source) {
    const Oid owner = pg::owner_of(source);
    pg::require_role_of(owner, RelationGetRelid(target), target->rd_rel->relowner);
    pg::require_role_of(owner, source, owner);
  };
  // Before the lock, so that nobody can wait for one on another's table; and after it, for the owner may have changed.
  require_rights(pg::resolve_table(*name, target));
  const Oid source = pg::resolve_and_lock(*name, target, AccessShareLock);
  require_rights(source);
  std::optional<rollup> made;
  pg::with_relation(source, [&](Relation relation) {
    require_agreement_of_source(options, target, relation);
    made = resolve_rollup(options, target, relation);
  });
  return *made;
}

std::vector<std::size_t> rollups_from(const std::vector<rollup> &all, Oid target, std::optional<Oid> source) {
  // Beside a shard the shard of the source that lies with it.
  const Oid named = source ? pg::topmost(*source) : InvalidOid;
  const Oid whole = source ? pg::beside_shard(named, target).value_or(InvalidOid) : InvalidOid;
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (!source || all[i].source == whole)
      chosen.push_back(i);
  if (chosen.empty())
    throw fault{.sqlstate = sqlstate::undefined_object,
                .message = source ? fmt::format("there is no rollup from \"{}\" to \"{}\"", pg::table_name(named),
                                                pg::table_name(target))
                                  : fmt::format("there is no rollup to \"{}\"", pg::table_name(target)),
                .hint = "Call upkeep.enable_rollup() first."};
  return chosen;
}

void require_existing(Oid table) {
  if (call([=] { return get_rel_relkind(table); }) == '\0')
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("there is no table with oid {}", table),
                .hint = "Pass the table's name: 'schema.table'."};
}

bool is_same_rollup(const rollup &a, const rollup &b) {
  return a.source == b.source && std::ranges::equal(
                                     a.keys, b.keys, {}, [](const group_key &key) { return text_of(key); },
                                     [](const group_key &key) { return text_of(key); });
}

std::vector<rollup> rollups_into(Oid target) {
  std::vector<rollup> all;
  const std::vector<rollup_trigger_side> sides = sides_on_target(target);
  pg::with_relation(target, [&](Relation relation) {
    for (const rollup_trigger_side &each : sides)
      all.push_back(resolve_side(each.options, relation));
  });
  return all;
}

} // namespace upkeep::rollups
