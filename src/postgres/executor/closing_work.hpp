// Work that waits until a statement has written its rows and fired its triggers.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// To be made in the memory of the statement's executor, that of the rows' slots, with which it goes. It runs at the end
// of ExecutorFinish, also where the statement is a foreign key's action, whose triggers AFTER fire with those of the
// statement around it. COPY has no such end.
class closing_work {
public:
  explicit closing_work(MemoryContext executor);
  closing_work(const closing_work &) = delete;
  closing_work &operator=(const closing_work &) = delete;
  virtual ~closing_work();

  // Once. May throw.
  virtual void run() = 0;

  // What a statement that ends has to do still, or nullptr.
  static closing_work *next_of(MemoryContext executor);

private:
  MemoryContext executor;
  closing_work *next;
  bool has_run = false;
};

// Called once, when the library is loaded.
void watch_ends_of_statements();

} // namespace upkeep::pg
