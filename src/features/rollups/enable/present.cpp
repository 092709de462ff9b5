#include "features/rollups/enable/present.hpp"

#include "core/options/option_list.hpp"
#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/row_expression.hpp"

#include <algorithm>
#include <set>

namespace upkeep::rollups {

using pg::call;

namespace {

// The arguments of a trigger of ours; nullopt where they are not options: anyone may make such a trigger, and it must
// not stop the others.
std::optional<option_list> options_of(const managed_trigger &trigger) {
  try {
    return parse_options(rollup_feature, trigger.arguments);
  } catch (const fault &) {
    return std::nullopt;
  }
}

// Whether the trigger names that table, or one that is gone.
bool names_or_lost(const option_list &options, std::string_view option, Oid table, Oid beside) {
  const std::string *name = find_option(options, option);
  if (!name)
    return false;
  try {
    const std::optional<Oid> found = pg::find_sibling(*name, beside);
    return !found || found == table;
  } catch (const fault &) {
    return true;
  }
}

// Statement triggers are those of the table itself that its children and partitions have too; a child has others of its
// own.
std::set<std::string> own_names(const std::vector<managed_trigger> &all, Oid table) {
  std::set<std::string> names;
  for (const managed_trigger &each : all)
    if (each.table == table && each.feature == &rollup_feature)
      names.insert(each.name);
  for (const Oid above : pg::ancestors(table))
    for (const managed_trigger &each : all)
      if (each.table == above)
        names.erase(each.name);
  return names;
}

bool contains(const std::vector<Oid> &tables, Oid table) {
  return std::find(tables.begin(), tables.end(), table) != tables.end();
}

bool names_lost_column(const std::string &key, Relation target, Relation source) {
  const std::optional<assignment> split = parse_assignment(key);
  if (!split || pg::find_column(RelationGetDescr(target), split->column) == InvalidAttrNumber)
    return true;
  try {
    for (const std::string &column : pg::columns_in_expression(split->expression))
      if (pg::find_column(RelationGetDescr(source), column) == InvalidAttrNumber)
        return true;
  } catch (const fault &) {
    return true;
  }
  return false;
}

// The name of the other table, cut so that a number and an event fit after it, with a hash in place of what is lost.
std::string middle_of(Oid table) {
  constexpr int most = NAMEDATALEN - 1 - 19 - 3 - 7;
  std::string name = pg::table_name(table);
  const int length = static_cast<int>(name.size());
  if (length <= most)
    return name;
  const int kept = call([&] { return pg_mbcliplen(name.c_str(), length, most - 9); });
  const auto *bytes = reinterpret_cast<const unsigned char *>(name.data());
  return fmt::format("{}_{:08x}", name.substr(0, kept), hash_bytes(bytes, length));
}

// Every trigger that one of the tables has, whoever's.
std::set<std::string> taken_names(const std::vector<Oid> &tables) {
  std::set<std::string> names;
  for (const Oid table : tables) {
    const pg::parameter parameters[] = {pg::parameter::oid(table)};
    const pg::rows found = pg::execute("SELECT tgname FROM pg_trigger WHERE tgrelid = $1", parameters);
    for (std::uint64_t row = 0; row < found.count(); ++row)
      names.insert(found.text(row, 1).value());
  }
  return names;
}

} // namespace

std::vector<present_rollup> present_rollups(Oid target, Oid source) {
  const std::vector<managed_trigger> all = managed_triggers();
  const std::vector<Oid> sources = pg::with_descendants(source, AccessShareLock),
                         targets = pg::with_descendants(target, AccessShareLock);
  const std::set<std::string> of_source = own_names(all, source), of_target = own_names(all, target);
  std::vector<present_rollup> present;
  for (const managed_trigger &each : all) {
    if (each.feature != &rollup_feature || each.is_clone)
      continue;
    const std::optional<option_list> options = options_of(each);
    if (!options)
      continue;
    const bool is_on_source = contains(sources, each.table) && of_source.contains(each.name) &&
                              names_or_lost(*options, "target", target, each.table);
    const bool is_on_target = contains(targets, each.table) && of_target.contains(each.name) &&
                              names_or_lost(*options, "source", source, each.table);
    if (!is_on_source && !is_on_target)
      continue;
    std::vector<std::string> keys = find_options(*options, "keys");
    std::sort(keys.begin(), keys.end());
    const auto known = std::ranges::find(present, keys, &present_rollup::keys);
    if (known == present.end())
      present.push_back({std::move(keys), {each}});
    else
      known->triggers.push_back(each);
  }
  return present;
}

bool is_broken(const present_rollup &of, Oid target, Oid source) {
  bool broken = false;
  pg::with_relation(target, [&](Relation target_relation) {
    pg::with_relation(source, [&](Relation source_relation) {
      broken = std::ranges::any_of(
          of.keys, [&](const std::string &key) { return names_lost_column(key, target_relation, source_relation); });
    });
  });
  return broken;
}

void drop(const present_rollup &of, const char *verb) {
  for (const managed_trigger &each : of.triggers) {
    pg::require_own_table(each.table, verb);
    pg::drop_trigger(each.table, each.name);
  }
}

trigger_names free_names(Oid target, Oid source) {
  const std::set<std::string> on_source = taken_names(pg::with_descendants(source, AccessShareLock)),
                              on_target = taken_names(pg::with_descendants(target, AccessShareLock));
  const auto is_free = [](const std::set<std::string> &taken, const std::string &name) {
    return !taken.contains(name) &&
           std::ranges::none_of(std::initializer_list<const char *>{"insert", "update", "delete", "truncate"},
                                [&](const char *event) { return taken.contains(fmt::format("{}_{}", name, event)); });
  };
  const std::string of_target = middle_of(target), of_source = middle_of(source);
  for (int number = 1;; ++number) {
    const std::string end = number == 1 ? "" : fmt::format("_{}", number);
    trigger_names names{fmt::format("{}_{}{}", rollup_trigger, of_target, end),
                        fmt::format("{}_{}{}", rollup_target_trigger, of_source, end)};
    if (is_free(on_source, names.on_source) && is_free(on_target, names.on_target))
      return names;
  }
}

} // namespace upkeep::rollups
