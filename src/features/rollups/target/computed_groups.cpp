#include "features/rollups/target/computed_groups.hpp"

#include "postgres/executor/running_statements.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

// The groups that one statement has to read anew: rollup::root and the hash of the key, in an open table. Lies in
// the memory of the statement, which unlinks it when it goes.
struct computed_groups {
  MemoryContextCallback callback;
  MemoryContext statement;
  computed_groups *next;
  std::uint64_t *slots; // 0 where nothing is
  std::uint32_t room, count;
};
computed_groups *all_computed = nullptr;

void forget_groups(void *argument) {
  computed_groups **at = &all_computed;
  while (*at != argument)
    at = &(*at)->next;
  *at = (*at)->next;
}

std::uint64_t group_number(Oid root, std::uint32_t hash) { return std::uint64_t(root) << 32 | hash; }

std::uint64_t &slot_of(const computed_groups &in, std::uint64_t group) {
  std::uint32_t at = static_cast<std::uint32_t>(group) & (in.room - 1);
  while (in.slots[at] != 0 && in.slots[at] != group)
    at = (at + 1) & (in.room - 1);
  return in.slots[at];
}

std::uint64_t *new_slots(MemoryContext memory, std::uint32_t room) {
  return static_cast<std::uint64_t *>(
      MemoryContextAllocExtended(memory, sizeof(std::uint64_t) * room, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
}

void widen(computed_groups &groups) {
  const computed_groups before = groups;
  groups.slots = new_slots(groups.statement, before.room * 2);
  groups.room = before.room * 2;
  for (const std::uint64_t *each = before.slots; each < before.slots + before.room; ++each)
    if (*each != 0)
      slot_of(groups, *each) = *each;
  pfree(before.slots);
}

computed_groups &groups_of(MemoryContext statement) {
  for (computed_groups *each = all_computed; each; each = each->next)
    if (each->statement == statement)
      return *each;
  constexpr std::uint32_t first_room = 64;
  auto *const made = static_cast<computed_groups *>(MemoryContextAlloc(statement, sizeof(computed_groups)));
  *made = {{forget_groups, made, nullptr}, statement, all_computed, new_slots(statement, first_room), first_room, 0};
  all_computed = made;
  MemoryContextRegisterResetCallback(statement, &made->callback);
  return *made;
}

void note(MemoryContext statement, std::uint64_t group) {
  computed_groups &groups = groups_of(statement);
  if (groups.count * 2 >= groups.room)
    widen(groups);
  std::uint64_t &slot = slot_of(groups, group);
  groups.count += slot == 0;
  slot = group;
}

} // namespace

void note_computed(const EState *own, Oid root, Oid source, std::uint32_t hash) {
  if (MemoryContext statement = call([=] { return pg::memory_of_writer(own, source); }))
    call([=] { note(statement, group_number(root, hash)); });
}

void note_changed(Oid root, Oid source, std::span<const std::uint32_t> hashes) {
  MemoryContext statement = call([=] { return pg::memory_of_writer(nullptr, source); });
  if (!statement)
    return;
  call([=] {
    for (const std::uint32_t hash : hashes)
      note(statement, group_number(root, hash));
  });
}

bool any_computed() { return all_computed; }

bool was_computed(Oid root, group_keys &keys, const key_value &key) {
  if (!all_computed)
    return false;
  const std::uint64_t group = group_number(root, call([&] { return keys.hash(key); }));
  for (const computed_groups *each = all_computed; each; each = each->next)
    if (slot_of(*each, group) == group)
      return true;
  return false;
}

} // namespace upkeep::rollups
