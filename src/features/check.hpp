// What the checks of the features share, and the check of each.
#pragma once

#include "features/finding_list.hpp"
#include "features/trigger_list.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"

namespace upkeep {

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
// A statement for each of them.
std::string drop_statements(const std::vector<const managed_trigger *> &triggers);

// Whether the current user may read each row of the table, and all of them are on this server.
bool is_all_here(Oid table);

// Runs `body` as the table's owner, restricted, where the current user may act for the owner; else as the current user.
// A table's indexes and policies can hold anyone's code.
template <class F> void as_owner_if_allowed(Oid owner, F &&body) {
  const bool for_owner = pg::call([=] { return has_privs_of_role(GetUserId(), owner); });
  pg::as_user(for_owner ? owner : pg::call([] { return GetUserId(); }),
              SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, body);
}

// Statement triggers are not cloned: a partition may lack one that its root has.
void check_partitions(const managed_trigger &trigger, const trigger_list &triggers, finding_list &into);
// The same of a row trigger too, which PostgreSQL clones to partitions, and not to inheritance children.
void check_descendants(const managed_trigger &trigger, const trigger_list &triggers, finding_list &into);

// The checks of each feature, over all triggers of the database.
namespace updated_at {
void check_updated_at(const trigger_list &triggers, finding_list &into);
}
namespace touch {
void check_touches(const trigger_list &triggers, finding_list &into);
}
namespace metrics {
void check_metrics(const trigger_list &triggers, finding_list &into);
}
namespace orders {
void check_order_triggers(const trigger_list &triggers, finding_list &into);
void check_order_pairs(const trigger_list &triggers, finding_list &into);
} // namespace orders
namespace diagnostics {
void check_weekly_diagnostics(const trigger_list &triggers, finding_list &into);
}
namespace decisions {
void check_decisions(const trigger_list &triggers, finding_list &into);
}
namespace history {
void check_history(const trigger_list &triggers, finding_list &into);
}
namespace soft_delete {
void check_soft_delete(const trigger_list &triggers, finding_list &into);
}
namespace rollups {
void check_rollups(const trigger_list &triggers, finding_list &into);
}
namespace guard {
void check_guard(const trigger_list &triggers, finding_list &into);
}

} // namespace upkeep
