#include "features/restored_rows.hpp"

#include "postgres/executor/marked_statement.hpp"

#include <utility>

namespace upkeep {

namespace {

restoration *running = nullptr;

} // namespace

restoration::restoration(std::vector<restored_rows> rows)
    : rows(std::move(rows)), memory(CurrentMemoryContext), outer(std::exchange(running, this)) {}

restoration::~restoration() { running = outer; }

void restoration::finish() const {
  if (check)
    check->run();
}

restoration *running_restoration() { return pg::is_restoring() ? running : nullptr; }

} // namespace upkeep
