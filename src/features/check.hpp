// What upkeep.check() finds, and what the checks of the features share.
#pragma once

#include "features/registry.hpp"
#include "postgres/query.hpp"
#include "postgres/relation.hpp"
#include "postgres/result_set.hpp"

namespace upkeep {

class report {
public:
  explicit report(pg::result_set &result) : result(result) {}
  void add(Oid table, const feature_rule &feature, const std::string &finding, const std::string &hint) {
    result.add(table, std::string(feature.name), finding, hint);
  }

private:
  pg::result_set &result;
};

// Runs `body` on a table and returns what was wrong, with the table closed again.
template <class F> std::optional<fault> problem_of(Oid table, F &&body) {
  std::optional<fault> problem;
  pg::with_relation(table, [&](Relation relation) {
    try {
      body(relation);
    } catch (const fault &said) {
      problem = said;
    }
  });
  return problem;
}

// What the hints say.
std::string enable_again(const managed_trigger &trigger);
std::string drop_trigger(const std::string &name, Oid table);

// Whether the current user may read each row of the table, and all of them are on this server.
bool is_all_here(Oid table);

// Runs `body` as the table's owner, restricted, where the current user may act for the owner; else as the current user.
// A table's indexes and policies can hold anybody's code.
template <class F> void as_owner_if_allowed(Oid owner, F &&body) {
  const bool for_owner = pg::call([=] { return has_privs_of_role(GetUserId(), owner); });
  pg::as_user(for_owner ? owner : pg::call([] { return GetUserId(); }),
              SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, body);
}

// Statement triggers are not cloned: a partition may lack one that its root has.
void check_partitions(const managed_trigger &trigger, const std::vector<managed_trigger> &triggers, report &into);

// The checks of each feature, over all triggers of the database.
void check_updated_at(const std::vector<managed_trigger> &triggers, report &into);
void check_touches(const std::vector<managed_trigger> &triggers, report &into);
void check_metrics(const std::vector<managed_trigger> &triggers, report &into);
void check_order_triggers(const std::vector<managed_trigger> &triggers, report &into);
void check_weekly_diagnostics(const std::vector<managed_trigger> &triggers, report &into);
void check_decisions(const std::vector<managed_trigger> &triggers, report &into);
void check_guard(const std::vector<managed_trigger> &triggers, report &into);

} // namespace upkeep
