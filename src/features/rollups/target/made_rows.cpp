#include "features/rollups/target/made_rows.hpp"

#include "postgres/boundary.hpp"

extern "C" {
#include <access/xact.h>
}

namespace upkeep::rollups {

using pg::call;

namespace {

// Lies in the memory of the transaction, and its end forgets all of them. A row that a savepoint took back is not
// found.
struct made_row {
  made_row *next;
  Oid root;
  CommandId command; // nothing was written after it when the figures were read
  key_value key;
};
made_row *made_rows = nullptr;
MemoryContext made_memory = nullptr;

void forget_made(void *) {
  made_rows = nullptr;
  made_memory = nullptr;
}

void begin_made() {
  made_memory = AllocSetContextCreate(TopTransactionContext, "pg_upkeep rows made", ALLOCSET_SMALL_SIZES);
  auto *const callback =
      static_cast<MemoryContextCallback *>(MemoryContextAlloc(made_memory, sizeof(MemoryContextCallback)));
  *callback = {forget_made, nullptr, nullptr};
  MemoryContextRegisterResetCallback(made_memory, callback);
}

key_value copy_of(const target_part &part, const key_value &key) {
  const std::size_t count = part.keys.size();
  const key_value copy{static_cast<Datum *>(palloc(sizeof(Datum) * count)),
                       static_cast<bool *>(palloc(sizeof(bool) * count))};
  for (std::size_t i = 0; i < count; ++i) {
    const pg::column_info &column = part.keys[i].column;
    copy.nulls[i] = key.nulls[i];
    copy.values[i] = key.nulls[i] ? Datum(0) : datumCopy(key.values[i], column.by_value, column.length);
  }
  return copy;
}

void add_made(const target_plan &plan, const key_value &key) {
  if (!made_memory)
    begin_made();
  MemoryContext outer = MemoryContextSwitchTo(made_memory);
  auto *const made = static_cast<made_row *>(palloc(sizeof(made_row)));
  *made = {made_rows, plan.root, GetCurrentCommandId(false), copy_of(plan.parts.front(), key)};
  made_rows = made;
  MemoryContextSwitchTo(outer);
}

// A command in which something was written is over then.
CommandId command_now() {
  return call([] {
    CommandCounterIncrement();
    return GetCurrentCommandId(false);
  });
}

} // namespace

void note_made(const target_plan &plan, const key_value &key) {
  call([&] { add_made(plan, key); });
}

std::vector<key_value> take_made(Oid root) {
  std::vector<key_value> taken;
  const CommandId now = made_rows ? command_now() : FirstCommandId;
  for (made_row **at = &made_rows; *at;) {
    if ((*at)->root != root) {
      at = &(*at)->next;
      continue;
    }
    if ((*at)->command != now)
      taken.push_back((*at)->key);
    *at = (*at)->next;
  }
  return taken;
}

} // namespace upkeep::rollups
