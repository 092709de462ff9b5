// How a long loop in core lets the server cancel it, without knowing the server.
#pragma once

#include <csignal>

namespace upkeep {

// `pending` is raised from outside; `serve` then either returns (nothing to stop for) or throws.
struct interrupt {
  const volatile std::sig_atomic_t *pending;
  void (*serve)();

  void poll() const {
    if (*pending) [[unlikely]]
      serve();
  }
};

} // namespace upkeep
