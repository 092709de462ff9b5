#include "postgres/subtransaction.hpp"

namespace upkeep::pg {

namespace {

bool must_go_on(const ErrorData *error) {
  const int category = ERRCODE_TO_CATEGORY(error->sqlerrcode);
  return category == ERRCODE_OPERATOR_INTERVENTION || category == ERRCODE_INSUFFICIENT_RESOURCES;
}

bool is_meant(const ErrorData *error, const char *sqlstate) {
  return sqlstate ? error->sqlerrcode == MAKE_SQLSTATE(sqlstate[0], sqlstate[1], sqlstate[2], sqlstate[3], sqlstate[4])
                  : !must_go_on(error);
}

// The error that `body` ended with, nullptr for none. Only PostgreSQL's frames and ours without destructors are within.
ErrorData *error_of(void (*body)(void *), void *argument) {
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
  return error;
}

} // namespace

bool try_without_door(void (*body)(void *), void *argument) {
  ErrorData *error = error_of(body, argument);
  if (error)
    FreeErrorData(error);
  return !error;
}

std::optional<std::string> message_of_error(void (*body)(void *), void *argument) {
  ErrorData *error = call([=] { return error_of(body, argument); });
  if (!error)
    return std::nullopt;
  std::string message = error->message ? error->message : "";
  call([=] { FreeErrorData(error); });
  return message;
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
    if (error && !is_meant(error, sqlstate))
      ReThrowError(error);
    return !is_refused;
  });
}

bool try_and_take_back(void (*body)(void *), void *argument) {
  return call([=] { return try_without_door(body, argument); });
}

} // namespace upkeep::pg
