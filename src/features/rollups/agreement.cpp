#include "features/rollups/agreement.hpp"

#include "core/fault.hpp"
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/rollups/trigger_table.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::rollups {

namespace {

bool is_answer(const Trigger &trigger, const option_list &wanted, Oid target, Oid source) {
  if (!says(trigger, wanted))
    return false;
  const std::optional<Oid> named = table_named(trigger, "target=", source);
  if (!named)
    return false;
  const std::vector<Oid> above = pg::ancestors(target);
  return *named == target || std::ranges::count(above, *named) > 0;
}

bool is_same_table(const std::string *a, const std::string *b, Oid beside) {
  if (!a || !b)
    return a == b;
  if (*a == *b)
    return true;
  const std::optional<Oid> found = pg::find_sibling(*a, beside);
  return found && found == pg::find_sibling(*b, beside);
}

} // namespace

std::vector<std::string> said_by(const option_list &options) {
  std::vector<std::string> all;
  for (const option &each : options.given)
    if (each.rule->kind != option_kind::table)
      all.push_back(fmt::format("{}={}", each.rule->name, each.value));
  std::sort(all.begin(), all.end());
  return all;
}

bool says(const Trigger &trigger, const option_list &wanted) {
  if (feature_of(trigger) != &rollup_feature)
    return false;
  try {
    return said_by(pg::trigger_options(trigger, rollup_feature)) == said_by(wanted);
  } catch (const fault &) {
    return false;
  }
}

bool is_same_side(const option_list &a, const option_list &b, Oid table) {
  return said_by(a) == said_by(b) &&
         std::ranges::all_of(std::initializer_list{"source", "target"}, [&](const char *side) {
           return is_same_table(find_option(a, side), find_option(b, side), table);
         });
}

void require_agreement_of_source(const option_list &options, Relation target, Relation source) {
  // A copy: what the relation has goes with the next look at the catalogue that finds it out of date.
  const TriggerDesc *triggers = pg::call([=] { return CopyTriggerDesc(source->trigdesc); });
  for (int i = 0; triggers && i < triggers->numtriggers; ++i)
    if (is_answer(triggers->triggers[i], options, RelationGetRelid(target), RelationGetRelid(source)))
      return;
  throw fault{.sqlstate = sqlstate::insufficient_privilege,
              .message = fmt::format("table \"{}\" has no rollup to \"{}\", whose trigger reads it",
                                     pg::table_name(source), pg::table_name(target)),
              .hint = "Let the owner of both tables call upkeep.enable_rollup(), or drop the trigger."};
}

} // namespace upkeep::rollups
