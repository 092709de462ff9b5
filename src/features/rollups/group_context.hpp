// For which group the source was read, as the CONTEXT of an error says.
#pragma once

#include "features/rollups/error_context.hpp"
#include "features/rollups/group_keys.hpp"

namespace upkeep::rollups {

struct told_group {
  const rollup *of;
  const key_value *key;
};
void tell_group(void *told);

// Runs `body`, which reads the figures of one group.
template <class F> void with_group_context(const rollup &of, const key_value &key, F &&body) {
  told_group told{&of, &key};
  with_error_context(tell_group, &told, body);
}

} // namespace upkeep::rollups
