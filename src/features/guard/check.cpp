// What upkeep.check() finds about the guard.
#include "features/check.hpp"

#include "features/catalogue.hpp"
#include "features/guard/exemptions.hpp"
#include "features/guard/guard.hpp"

#include <unordered_set>

namespace upkeep::guard {

using pg::call;

namespace {

// Why an exemption holds for nobody, or ""; and whether the table is still there to be named.
std::string why_useless(const exemption &given, const guarded_schemas &guarded) {
  if (given.is_over)
    return "is no longer exempt from the guard: that ended " + *given.ends;
  if (given.role && !OidIsValid(call([&] { return get_role_oid(given.role->c_str(), true); })))
    return fmt::format("is exempt from the guard for role {}, which does not exist", pg::quoted(*given.role));
  return guarded.is_empty() || guarded.reaches(given.table) ? "" : "is exempt from the guard, which does not watch it";
}

void check_exemptions(const guarded_schemas &guarded, finding_list &into) {
  for (const exemption &each : exemptions()) {
    if (call([&] { return get_rel_relkind(each.table); }) == '\0')
      into.add(each.table, guard_feature, "is exempt from the guard, but there is no such table",
               fmt::format("DELETE FROM upkeep.guard_exemptions WHERE object = {};", each.table));
    else if (const std::string why = why_useless(each, guarded); !why.empty())
      into.add(each.table, guard_feature, why,
               fmt::format("SELECT upkeep.guard_unexempt({});", as_literal(pg::qualified(each.table))));
  }
}

} // namespace

void check_guard(const trigger_list &triggers, finding_list &into) {
  const guarded_schemas ruled = guarded_schemas::as_ruled();
  const std::vector<Oid> guarded = ruled.tables();
  const std::unordered_set<Oid> are_guarded(guarded.begin(), guarded.end());
  check_exemptions(ruled, into);
  for (const Oid table : guarded)
    if (!triggers.has(table, guard_feature))
      into.add(table, guard_feature, fmt::format("lacks trigger \"{}\", so TRUNCATE is not stopped", guard_trigger),
               "Call upkeep.enable_guard again.");
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &guard_feature && !are_guarded.contains(trigger.table))
      into.add(trigger.table, guard_feature, "has the guard's trigger, but its schema is not guarded",
               drop_trigger(trigger.name, trigger.table));
}

} // namespace upkeep::guard
