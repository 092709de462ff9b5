// What upkeep.check() says of rollups. Whether figures are right is check_rollup's.
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/rollups/agreement.hpp"
#include "features/rollups/key_index.hpp"
#include "features/rollups/rollup_list.hpp"
#include "features/rollups/target_rules.hpp"
#include "features/trigger_options.hpp"
#include "postgres/subtransaction.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::rollups {

using pg::call;

namespace {

// A kind of trigger that a rollup needs on one of its tables, as the bits of pg_trigger.tgtype, and its event.
struct needed_trigger {
  const char *event;
  std::int16_t type;
};
constexpr needed_trigger needed_on_source[] = {{"INSERT", TRIGGER_TYPE_INSERT},
                                               {"UPDATE", TRIGGER_TYPE_UPDATE},
                                               {"DELETE", TRIGGER_TYPE_DELETE},
                                               {"TRUNCATE", TRIGGER_TYPE_TRUNCATE}};
constexpr needed_trigger needed_on_target[] = {
    {"INSERT OR UPDATE FOR EACH ROW",
     TRIGGER_TYPE_ROW | TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE},
    {"INSERT", TRIGGER_TYPE_INSERT},
    {"UPDATE", TRIGGER_TYPE_UPDATE}};

struct own_trigger {
  const managed_trigger *trigger;
  option_list options;
};

// The triggers of one rollup.
struct found_rollup {
  std::vector<own_trigger> on_source, on_target;
  const own_trigger &any() const { return on_target.empty() ? on_source.front() : on_target.front(); }
};

struct rollup_name {
  Oid target, source;
  std::vector<std::string> keys; // sorted
  auto operator<=>(const rollup_name &) const = default;
};

using found_rollups = std::map<rollup_name, found_rollup>;

std::string enable_rollup_again(const rollup_name &name, const option_list &options) {
  std::string rest;
  if (const std::string *filter = find_option(options, "filter"))
    rest += fmt::format(", filter => {}", pg::literals({*filter}));
  if (text_option(options, "keep_empty") == "false")
    rest += ", keep_empty => false";
  return fmt::format(
      "SELECT upkeep.enable_rollup({}, {}, {}, {}, missing => {}{});", pg::literals({pg::qualified(name.target)}),
      pg::literals({pg::qualified(name.source)}), pg::array_literal(find_options(options, "columns")),
      pg::array_literal(find_options(options, "keys")), pg::literals({text_option(options, "missing")}), rest);
}

// Those that a partition or a child has from the table above it are looked at with that one.
bool is_inherited(const managed_trigger &trigger, const trigger_list &triggers) {
  return trigger.is_clone || std::ranges::any_of(pg::ancestors(trigger.table), [&](Oid above) {
           return triggers.has(above, rollup_feature, trigger.name);
         });
}

// The triggers of a database, put together to rollups.
class rollup_finder {
public:
  rollup_finder(const trigger_list &triggers, finding_list &into) : into(into) {
    for (const managed_trigger &trigger : triggers)
      if (trigger.feature == &rollup_feature && !is_inherited(trigger, triggers)) {
        take(trigger);
        check_descendants(trigger, triggers, into);
      }
  }

  const found_rollups &found() const { return all; }

private:
  // Triggers with the same arguments are one finding.
  void refuse(const managed_trigger &trigger, const std::string &finding) {
    if (refused.insert({trigger.table, trigger.arguments}).second)
      into.add(trigger.table, rollup_feature, finding, enable_again(trigger));
  }

  // Nothing of a trigger whose arguments are wrong by themselves is looked at further.
  void take(const managed_trigger &trigger) {
    try {
      own_trigger own{&trigger, parse_options(rollup_feature, trigger.arguments)};
      const std::string *target = find_option(own.options, "target"), *source = find_option(own.options, "source");
      if (!target == !source)
        return refuse(trigger, fmt::format("trigger \"{}\" does not name one other table", trigger.name));
      const std::string &name = target ? *target : *source;
      const std::optional<Oid> other = pg::find_sibling(name, trigger.table);
      if (!other)
        return refuse(trigger, fmt::format("has a rollup {} {}, which does not exist", target ? "to" : "from", name));
      rollup_name key{target ? *other : trigger.table, target ? trigger.table : *other,
                      find_options(own.options, "keys")};
      std::sort(key.keys.begin(), key.keys.end());
      found_rollup &one = all[key];
      (target ? one.on_source : one.on_target).push_back(std::move(own));
    } catch (const fault &problem) {
      refuse(trigger, problem.message);
    }
  }

  finding_list &into;
  found_rollups all;
  std::set<std::pair<Oid, std::vector<std::string>>> refused;
};

// True where nothing is lacking.
bool check_side(const rollup_name &name, const found_rollup &found, bool is_target, finding_list &into) {
  const std::vector<own_trigger> &own = is_target ? found.on_target : found.on_source;
  const Oid table = is_target ? name.target : name.source, other = is_target ? name.source : name.target;
  const std::string again = enable_rollup_again(name, found.any().options);
  if (own.empty()) {
    std::vector<const managed_trigger *> useless;
    for (const own_trigger &each : is_target ? found.on_source : found.on_target)
      useless.push_back(each.trigger);
    into.add(table, rollup_feature, fmt::format("lacks the triggers that go with those of {}", pg::qualified(other)),
             fmt::format("{} Or, where it is no longer wanted: {}", again, drop_statements(useless)));
    return false;
  }
  bool is_complete = true;
  for (const needed_trigger &each : is_target ? std::span<const needed_trigger>(needed_on_target) : needed_on_source)
    if (std::ranges::none_of(own, [&](const own_trigger &has) { return has.trigger->type == each.type; })) {
      into.add(table, rollup_feature,
               fmt::format("lacks the trigger on {} of its rollup {} {}", each.event, is_target ? "from" : "to",
                           pg::qualified(other)),
               again);
      is_complete = false;
    }
  return is_complete;
}

// Whether all triggers say the same.
bool check_arguments(const rollup_name &name, const found_rollup &found, finding_list &into) {
  const std::vector<std::string> first = said_by(found.any().options);
  for (const std::vector<own_trigger> *side : {&found.on_target, &found.on_source})
    for (const own_trigger &each : *side)
      if (said_by(each.options) != first) {
        into.add(each.trigger->table, rollup_feature,
                 fmt::format("trigger \"{}\" has other arguments than \"{}\" of {}", each.trigger->name,
                             found.any().trigger->name, pg::qualified(found.any().trigger->table)),
                 enable_rollup_again(name, found.any().options));
        return false;
      }
  return true;
}

// What resolving raises, be it ours or PostgreSQL's: a column or a function that is gone, or one that has changed.
void check_meaning(const rollup_name &name, const own_trigger &on_target, finding_list &into) {
  std::vector<std::string> columns; // of the keys, where no index serves them
  std::optional<fault> rule;
  const option_list &options = on_target.options;
  const std::optional<std::string> problem = pg::error_message([&] {
    pg::with_relation(name.target, [&](Relation target) {
      const rollup made = resolve_side(options, target);
      rule = rule_in_the_way(made);
      if (!OidIsValid(key_index(target, made.keys)))
        for (const group_key &each : made.keys)
          columns.push_back(pg::quoted(each.column.name));
    });
  });
  if (problem)
    return into.add(name.target, rollup_feature, *problem, enable_again(*on_target.trigger));
  if (rule)
    into.add(name.target, rollup_feature, rule->message, rule->hint);
  if (!columns.empty())
    into.add(name.target, rollup_feature,
             fmt::format("has no unique index on exactly the keys of its rollup from {}", pg::qualified(name.source)),
             fmt::format("CREATE UNIQUE INDEX ON {} ({});", pg::qualified(name.target), joined(columns, ", ")));
}

void check_rollup_triggers(const rollup_name &name, const found_rollup &found, finding_list &into) {
  const bool has_source = check_side(name, found, false, into), has_target = check_side(name, found, true, into);
  if (has_source && has_target && check_arguments(name, found, into))
    check_meaning(name, found.on_target.front(), into);
}

} // namespace

void check_rollups(const trigger_list &triggers, finding_list &into) {
  const rollup_finder finder(triggers, into);
  for (const auto &[name, found] : finder.found()) {
    call([&] { LockRelationOid(name.target, AccessShareLock); });
    check_rollup_triggers(name, found, into);
  }
}

} // namespace upkeep::rollups
