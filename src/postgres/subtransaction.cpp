#include "postgres/subtransaction.hpp"

namespace upkeep::pg {

namespace {

bool must_go_on(const ErrorData *error) {
  const int category = ERRCODE_TO_CATEGORY(error->sqlerrcode);
  return category == ERRCODE_OPERATOR_INTERVENTION || category == ERRCODE_INSUFFICIENT_RESOURCES;
}

} // namespace

// Only PostgreSQL's frames and ours without destructors are within.
bool try_without_door(void (*body)(void *), void *argument) {
  const MemoryContext memory = CurrentMemoryContext;
  const ResourceOwner owner = CurrentResourceOwner;
  ErrorData *error = nullptr;
  BeginInternalSubTransaction(nullptr);
  MemoryContextSwitchTo(memory);
  if (catches_error([=] { body(argument); })) {
    MemoryContextSwitchTo(memory);
    error = CopyErrorData();
    FlushErrorState();
  }
  RollbackAndReleaseCurrentSubTransaction();
  MemoryContextSwitchTo(memory);
  CurrentResourceOwner = owner;
  if (error && must_go_on(error))
    ReThrowError(error);
  if (!error)
    return true;
  FreeErrorData(error);
  return false;
}

bool try_and_keep(const char *sqlstate, void (*body)(void *), void *argument) {
  return call([=] {
    const MemoryContext memory = CurrentMemoryContext;
    const ResourceOwner owner = CurrentResourceOwner;
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(memory);
    const bool is_refused = catches_error([=] { body(argument); });
    MemoryContextSwitchTo(memory);
    ErrorData *error = nullptr;
    if (is_refused) {
      error = CopyErrorData();
      FlushErrorState();
      RollbackAndReleaseCurrentSubTransaction();
    } else
      ReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(memory);
    CurrentResourceOwner = owner;
    if (error && error->sqlerrcode != MAKE_SQLSTATE(sqlstate[0], sqlstate[1], sqlstate[2], sqlstate[3], sqlstate[4]))
      ReThrowError(error);
    return !is_refused;
  });
}

bool try_and_take_back(void (*body)(void *), void *argument) {
  return call([=] { return try_without_door(body, argument); });
}

} // namespace upkeep::pg
