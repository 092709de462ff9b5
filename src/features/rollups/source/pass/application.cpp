#include "features/rollups/source/pass/application.hpp"

#include "features/rollups/group_lock.hpp"
#include "features/rollups/source/pass/direct_pass.hpp"
#include "features/rollups/source/pass/missing_groups.hpp"
#include "features/rollups/source/pass/statement_pass.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::rollups {

namespace {

// A trigger of the target may take what we insert away, and say nothing.
constexpr int most_attempts = 100;

} // namespace

application::application(const target_writer &plan, const rollup &of, group_keys &keys, MemoryContext memory)
    : plan(plan), of(of), keys(keys), finder(plan, of) {
  is_direct = plan.is_direct && finder.is_by_index();
  if (is_direct)
    pass = std::make_unique<direct_pass>(plan, of, keys, finder, memory);
  else
    pass = std::make_unique<statement_pass>(plan, of, keys, finder, memory);
}

void application::write(const std::vector<group_change> &changes, bool anew) {
  // One row that is written at once needs no SQL.
  if (is_direct)
    write_all(changes, anew);
  else
    pg::with_spi([&] { write_all(changes, anew); });
}

void application::write_all(const std::vector<group_change> &changes, bool anew) {
  // What is missing later is locked in its turn: whoever makes rows in that order, and waits for ours, holds none that
  // come later.
  const std::vector<const group_change *> locked = lock_absent(changes);
  for (const group_change &each : changes)
    if (!settle(each, anew) && plan.may_precede && !std::ranges::binary_search(locked, &each))
      look_again(each, anew);
  pass->close();
  finder.close();
  remove_empty();
}

// The groups that have no row now, in their order, before any row is locked: whoever makes such rows, in whatever
// order, waits for nobody who waits for that.
std::vector<const group_change *> application::lock_absent(const std::vector<group_change> &changes) {
  std::vector<const group_change *> absent;
  if (!plan.may_precede || of.inserts || !finder.is_by_index())
    return absent;
  std::vector<key_value> groups;
  for (const group_change &each : changes)
    if (!finder.find(each.key)) {
      absent.push_back(&each);
      groups.push_back(each.key);
    }
  if (!absent.empty()) {
    lock_groups(of, keys, groups, ShareLock);
    finder.look_anew();
  }
  return absent;
}

// Whether the group has a row now, which has what it should have.
bool application::settle(const group_change &change, bool anew) {
  for (int i = 0; i < most_attempts; ++i) {
    if (pass->write(change, anew))
      return true;
    const missing_row row = settle_missing(plan, of, change.key);
    if (row == missing_row::left_out)
      return false;
    pass->after_insert();
    if (row == missing_row::made) {
      if (plan.remove)
        may_be_empty.push_back(change.key);
      return true;
    }
  }
  return false;
}

// Whoever makes the row has ended then, or waits until this transaction has.
void application::look_again(const group_change &missing, bool anew) {
  lock_groups(of, keys, std::span(&missing.key, 1), ShareLock);
  finder.look_anew();
  settle(missing, anew);
}

void application::remove_empty() {
  // The source may have lost its rows while a row that was made waited for another with its key.
  may_be_empty.insert(may_be_empty.end(), pass->emptied().begin(), pass->emptied().end());
  if (may_be_empty.empty())
    return;
  const pg::marked_statement marked(pg::own_statement::rollup);
  pg::with_spi([&] {
    for (const key_value &each : may_be_empty)
      plan.remove->execute(each, {}, pg::latest_snapshot());
  });
}

} // namespace upkeep::rollups
