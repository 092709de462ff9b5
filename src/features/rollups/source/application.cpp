#include "features/rollups/source/application.hpp"

#include "features/rollups/group_lock.hpp"
#include "features/rollups/source/direct_pass.hpp"
#include "features/rollups/source/missing_groups.hpp"
#include "features/rollups/source/statement_pass.hpp"
#include "features/rollups/target/computed_groups.hpp"
#include "postgres/executor/marked_statement.hpp"

namespace upkeep::rollups {

namespace {

// A trigger of the target may take what we insert away, and say nothing.
constexpr int most_attempts = 100;

} // namespace

application::application(const target_writer &plan, const rollup &of, group_keys &keys, MemoryContext memory)
    : plan(plan), of(of), keys(keys), finder(plan, of) {
  if (plan.is_direct && finder.is_by_index())
    pass = std::make_unique<direct_pass>(plan, of, finder, memory);
  else
    pass = std::make_unique<statement_pass>(plan, of, finder, memory);
}

void application::write(const std::vector<group_change> &changes, bool anew) {
  std::vector<const group_change *> missing;
  for (const group_change &each : changes)
    if (!settle(each, anew))
      missing.push_back(&each);
  if (!missing.empty() && plan.may_precede)
    look_again(missing, anew);
  pass->close();
  finder.close();
  remove_empty();
}

// Whether the group has a row now, which has what it should have.
bool application::settle(const group_change &change, bool anew) {
  const bool is_computed = any_computed(of.target) && was_computed(of.target, keys, change.key);
  for (int i = 0; i < most_attempts; ++i) {
    if (pass->write(change, anew || is_computed))
      return true;
    const missing_row row = settle_missing(plan, of, change.key);
    if (row == missing_row::left_out)
      return false;
    pass->after_insert();
    if (row == missing_row::made)
      return true;
  }
  return false;
}

// Whoever makes one of these rows has ended then, or waits until this transaction has.
void application::look_again(const std::vector<const group_change *> &missing, bool anew) {
  std::vector<key_value> groups;
  for (const group_change *each : missing)
    groups.push_back(each->key);
  lock_groups(of, keys, groups, ShareLock);
  finder.look_anew();
  for (const group_change *each : missing)
    settle(*each, anew);
}

void application::remove_empty() const {
  const pg::marked_statement marked(pg::own_statement::rollup);
  for (const key_value &each : pass->emptied())
    plan.remove->execute(each, {}, newest());
}

} // namespace upkeep::rollups
