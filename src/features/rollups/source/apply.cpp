// Writes what a statement changed: group by group, in the order of their keys, so that two statements wait for each
// other and do not deadlock.
#include "features/rollups/source/apply.hpp"

#include "features/rollups/source/pass/application.hpp"
#include "postgres/as_user.hpp"
#include "postgres/memory.hpp"

namespace upkeep::rollups {

void apply_changes(const target_writer &writer, const rollup &of, group_keys &keys,
                   const std::vector<group_change> &changes, MemoryContext memory) {
  const pg::within kept(memory);
  pg::as_user(of.target_owner, SECURITY_NOFORCE_RLS,
              [&] { application(writer, of, keys, memory).write(changes, false); });
}

} // namespace upkeep::rollups
