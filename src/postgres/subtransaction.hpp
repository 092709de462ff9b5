// PostgreSQL calls that may fail without failing the statement: a subtransaction of their own.
#pragma once

#include "postgres/boundary.hpp"

#include <optional>
#include <string>

namespace upkeep::pg {

// Runs `body` and takes back what it did; false where PostgreSQL raised, and then the error is forgotten. A cancelled
// statement and a session that is told to end go on being errors.
bool try_and_take_back(void (*body)(void *), void *argument);

// The same from frames without destructors, which an error may skip.
bool try_without_door(void (*body)(void *), void *argument);

// The same for a lambda that captures by reference and creates nothing with a destructor.
template <class F> bool run_in_subtransaction(F &&body) {
  static_assert(std::is_trivially_destructible_v<std::decay_t<F>>, "a longjmp would skip a captured destructor");
  return try_and_take_back([](void *argument) { (*static_cast<std::decay_t<F> *>(argument))(); }, &body);
}

// Runs `body`, which may throw, and takes back what it did. The message of the error that it ended with, which is then
// forgotten, nullopt where there was none. A cancelled statement and a session that is told to end go on being errors.
std::optional<std::string> message_of_error(void (*body)(void *), void *argument);

template <class F> std::optional<std::string> error_message(F &&body) {
  static_assert(std::is_trivially_destructible_v<std::decay_t<F>>, "a longjmp would skip a captured destructor");
  return message_of_error([](void *argument) { entry([=] { (*static_cast<std::decay_t<F> *>(argument))(); }); }, &body);
}

// Runs `body`, which may throw, and keeps what it did; false where it ended with the error of that SQLSTATE, a literal
// of five characters, or, for nullptr, with any that try_and_take_back forgets, and then what it did is taken back.
// Other errors go on.
bool try_and_keep(const char *sqlstate, void (*body)(void *), void *argument);

template <class F> bool runs_without(const char *sqlstate, F &&body) {
  static_assert(std::is_trivially_destructible_v<std::decay_t<F>>, "a longjmp would skip a captured destructor");
  return try_and_keep(
      sqlstate, [](void *argument) { entry([=] { (*static_cast<std::decay_t<F> *>(argument))(); }); }, &body);
}

template <class F> bool runs(F &&body) { return runs_without(nullptr, body); }

} // namespace upkeep::pg
