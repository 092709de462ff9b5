// The two doors between C++ and PostgreSQL. PostgreSQL leaves by longjmp, C++ by exceptions; neither may cross the
// other's frames. `entry` wraps what PostgreSQL calls, `call` wraps what may raise inside a frame with C++ objects.
#pragma once

#include "core/fault.hpp"
#include "core/interrupt.hpp"
#include "postgres/compat.hpp"

#include <string_view>
#include <type_traits>
#include <utility>

namespace upkeep::pg {

// Says that PostgreSQL's own error waits in its error stack. Thrown by `call`, caught by `entry` and by nobody else.
struct pending_error {};

// What a C++ exception said, kept in a frame that outlives the exception.
class failure {
public:
  // What the exception that is being handled says.
  void take_current() noexcept;
  [[noreturn]] void raise();

private:
  void take(const char *sqlstate, std::string_view message, std::string_view detail = {},
            std::string_view hint = {}) noexcept;

  bool is_pending = false;
  char state[6];
  char message[1024];
  char detail[2048];
  char hint[1024];
};

// The first door: runs `body` for PostgreSQL and returns what it returns. An exception becomes ereport(ERROR), raised
// when the catch block is left and every destructor has run; a pending PostgreSQL error goes on as it was.
template <class F> auto entry(F &&body) -> std::invoke_result_t<F &> {
  static_assert(std::is_trivially_destructible_v<std::decay_t<F>>, "a longjmp would skip a captured destructor");
  failure error;
  try {
    return body();
  } catch (...) {
    error.take_current();
  }
  error.raise();
}

// Puts PostgreSQL's error stacks back as they were, on every way out.
class error_stacks {
public:
  error_stacks() = default;
  error_stacks(const error_stacks &) = delete;
  error_stacks &operator=(const error_stacks &) = delete;
  ~error_stacks() {
    PG_exception_stack = jump;
    error_context_stack = context;
  }

private:
  sigjmp_buf *jump = PG_exception_stack;
  ErrorContextCallback *context = error_context_stack;
};

// The second door: runs `body`, one or two lines of PostgreSQL calls, and returns what it returns. Where PostgreSQL
// raises, the error stays where it is and `pending_error` is thrown. The longjmp skips the frame of `body`, so nothing
// in it may need a destructor: capture C++ objects by reference and create none.
template <class F> auto call(F &&body) -> std::invoke_result_t<F &> {
  using result = std::invoke_result_t<F &>;
  static_assert(std::is_trivially_destructible_v<std::decay_t<F>>, "a longjmp would skip a captured destructor");
  static_assert(std::is_void_v<result> || std::is_trivially_destructible_v<result>,
                "a longjmp would skip the result's destructor");
  const error_stacks saved;
  sigjmp_buf here;
  if (sigsetjmp(here, 0) != 0)
    throw pending_error{};
  PG_exception_stack = &here;
  return body();
}

// The second door for a caller that owns no C++ objects and has nothing to throw to: whether `body` raised. The error
// stays where it is.
template <class F> bool catches_error(F &&body) {
  static_assert(std::is_trivially_destructible_v<std::decay_t<F>>, "a longjmp would skip a captured destructor");
  const error_stacks saved;
  sigjmp_buf here;
  if (sigsetjmp(here, 0) != 0)
    return true;
  PG_exception_stack = &here;
  body();
  return false;
}

// What long loops in core poll.
inline interrupt server_interrupt() {
  return {&InterruptPending, [] { call([] { CHECK_FOR_INTERRUPTS(); }); }};
}

} // namespace upkeep::pg
