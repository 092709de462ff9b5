#include "features/history/pending.hpp"

#include "postgres/boundary.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::history {

using pg::call;

namespace {

using bytes = std::optional<std::string>;

struct pending_entry {
  std::int32_t table_number;
  CommandId began;
  SubTransactionId subtransaction;
  action what;
  bytes key, before, after;
};

// Made at the first use and never destroyed.
std::vector<pending_entry> *waiting = nullptr;

bytes copy_of(const void *value) {
  if (!value)
    return std::nullopt;
  return std::string(static_cast<const char *>(value), VARSIZE_ANY(value));
}

template <class T> const T *view_of(const bytes &value) {
  return value ? reinterpret_cast<const T *>(value->data()) : nullptr;
}

bool is_meant(const pending_entry &each, std::int32_t table_number, CommandId began, bool after) {
  return each.table_number == table_number && (each.began > began) == after;
}

void write(const pending_entry &each, entry_writer &writer) {
  call(
      [&] { writer.add(each.what, view_of<text>(each.key), view_of<Jsonb>(each.before), view_of<Jsonb>(each.after)); });
}

// A statement around them that fires no trigger of ours leaves them until the end.
void write_rest() {
  while (!waiting->empty()) {
    const std::int32_t number = waiting->front().table_number;
    entry_writer writer(number);
    write_pending(number, 0, true, writer);
    writer.close();
  }
}

void at_end(XactEvent event, void *) {
  if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT)
    waiting->clear();
  if ((event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE) || waiting->empty())
    return;
  pg::entry([] {
    call([] { PushActiveSnapshot(GetTransactionSnapshot()); });
    write_rest();
    call([] { PopActiveSnapshot(); });
  });
}

void at_end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *) {
  if (event == SUBXACT_EVENT_ABORT_SUB)
    std::erase_if(*waiting, [=](const pending_entry &each) { return each.subtransaction == mine; });
  if (event == SUBXACT_EVENT_COMMIT_SUB)
    for (pending_entry &each : *waiting)
      if (each.subtransaction == mine)
        each.subtransaction = parent;
}

} // namespace

void keep_pending(std::int32_t table_number, CommandId began, action what, const text *key, const Jsonb *before,
                  const Jsonb *after) {
  if (!waiting) {
    waiting = new std::vector<pending_entry>;
    call([] {
      RegisterXactCallback(at_end, nullptr);
      RegisterSubXactCallback(at_end_of_subtransaction, nullptr);
    });
  }
  // Before what it has set off itself.
  const auto place = std::ranges::find_if(
      *waiting, [=](const pending_entry &each) { return is_meant(each, table_number, began, true); });
  waiting->insert(
      place, {table_number, began, GetCurrentSubTransactionId(), what, copy_of(key), copy_of(before), copy_of(after)});
}

bool has_pending(std::int32_t table_number, CommandId began, bool after) {
  return waiting && std::ranges::any_of(*waiting, [=](const pending_entry &each) {
           return is_meant(each, table_number, began, after);
         });
}

void write_pending(std::int32_t table_number, CommandId began, bool after, entry_writer &writer) {
  for (const pending_entry &each : *waiting)
    if (is_meant(each, table_number, began, after))
      write(each, writer);
  std::erase_if(*waiting, [=](const pending_entry &each) { return is_meant(each, table_number, began, after); });
}

} // namespace upkeep::history
