#include "features/history/pending.hpp"

#include "postgres/executor/closing_work.hpp"
#include "postgres/memory.hpp"

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
  const EState *around;
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

void write(const pending_entry &each, entry_writer &writer) {
  call(
      [&] { writer.add(each.what, view_of<text>(each.key), view_of<Jsonb>(each.before), view_of<Jsonb>(each.after)); });
}

// Those that are meant, table by table.
template <class Meant> void write_those(Meant &&is_meant) {
  for (auto next = waiting->begin(); (next = std::ranges::find_if(*waiting, is_meant)) != waiting->end();) {
    const std::int32_t number = next->table_number;
    const auto is_of_table = [&](const pending_entry &each) { return each.table_number == number && is_meant(each); };
    entry_writer writer(number);
    for (const pending_entry &each : *waiting)
      if (is_of_table(each))
        write(each, writer);
    writer.close();
    std::erase_if(*waiting, is_of_table);
  }
}

// At the end of the statement around, when all its triggers have written.
class end_of_statement : public pg::closing_work {
public:
  explicit end_of_statement(const EState *statement) : closing_work(statement->es_query_cxt), statement(statement) {}
  void run() override {
    write_those([this](const pending_entry &each) { return each.around == statement; });
  }

private:
  const EState *statement;
};

void at_end(XactEvent event, void *) {
  if (event == XACT_EVENT_ABORT || event == XACT_EVENT_PARALLEL_ABORT)
    waiting->clear();
  if ((event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE) || waiting->empty())
    return;
  pg::entry([] {
    call([] { PushActiveSnapshot(GetTransactionSnapshot()); });
    write_those([](const pending_entry &) { return true; });
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

void keep_pending(std::int32_t table_number, const statement_place &place, action what, const text *key,
                  const Jsonb *before, const Jsonb *after) {
  if (!waiting) {
    waiting = new std::vector<pending_entry>;
    call([] {
      RegisterXactCallback(at_end, nullptr);
      RegisterSubXactCallback(at_end_of_subtransaction, nullptr);
    });
  }
  if (std::ranges::find(*waiting, place.around, &pending_entry::around) == waiting->end())
    pg::make_in<end_of_statement>(place.around->es_query_cxt, place.around);
  // Before what it has set off itself.
  const auto next = std::ranges::find_if(*waiting, [&](const pending_entry &each) {
    return each.table_number == table_number && each.around == place.around && each.began > place.began;
  });
  waiting->insert(next, {table_number, place.began, place.around, GetCurrentSubTransactionId(), what, copy_of(key),
                         copy_of(before), copy_of(after)});
}

void write_pending(const EState *copy) {
  if (waiting)
    write_those([=](const pending_entry &each) { return each.around == copy; });
}

} // namespace upkeep::history
