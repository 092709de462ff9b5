#include "postgres/executor/closing_work.hpp"

#include "postgres/boundary.hpp"
#include "postgres/memory.hpp"

namespace upkeep::pg {

namespace {

closing_work *first = nullptr;

ExecutorFinish_hook_type outer_finish = nullptr;

void run_all_of(MemoryContext executor) {
  const within memory(executor);
  while (closing_work *work = closing_work::next_of(executor))
    work->run();
}

void finish_statement(QueryDesc *query) {
  if (outer_finish)
    outer_finish(query);
  else
    standard_ExecutorFinish(query);
  if (first)
    entry([executor = query->estate->es_query_cxt] { run_all_of(executor); });
}

} // namespace

closing_work::closing_work(MemoryContext executor) : executor(executor), next(first) { first = this; }

closing_work::~closing_work() {
  closing_work **at = &first;
  while (*at != this)
    at = &(*at)->next;
  *at = next;
}

closing_work *closing_work::next_of(MemoryContext executor) {
  closing_work *work = first;
  while (work && (work->executor != executor || work->has_run))
    work = work->next;
  if (work)
    work->has_run = true;
  return work;
}

void watch_ends_of_statements() {
  outer_finish = ExecutorFinish_hook;
  ExecutorFinish_hook = finish_statement;
}

} // namespace upkeep::pg
