// C++ objects with destructors that live as long as one of PostgreSQL's memory contexts.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Makes a T in `context`; it is destroyed when the context is reset or deleted, also after an error. Its destructor
// must not call PostgreSQL.
template <class T, class... Arguments> T &make_in(MemoryContext context, Arguments &&...arguments) {
  struct owned {
    MemoryContextCallback callback;
    alignas(T) char object[sizeof(T)];
  };
  static_assert(alignof(owned) <= MAXIMUM_ALIGNOF, "palloc aligns to 8 bytes");
  auto *memory = static_cast<owned *>(call([=] { return MemoryContextAlloc(context, sizeof(owned)); }));
  T *object = new (memory->object) T(std::forward<Arguments>(arguments)...);
  memory->callback = {[](void *made) { static_cast<T *>(made)->~T(); }, object, nullptr};
  MemoryContextRegisterResetCallback(context, &memory->callback);
  return *object;
}

// Allocations go to `context` while one of these lives.
class within {
public:
  explicit within(MemoryContext context) : outer(MemoryContextSwitchTo(context)) {}
  within(const within &) = delete;
  within &operator=(const within &) = delete;
  ~within() { CurrentMemoryContext = outer; }

private:
  MemoryContext outer;
};

} // namespace upkeep::pg
