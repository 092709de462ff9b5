// The settings of the extension.
#pragma once

namespace upkeep::pg {

// What `upkeep.pause` can silence.
enum class pausable : unsigned {
  updated_at = 1,
  touch = 2,
  metrics = 4,
  order_snapshots = 8,
  order_totals = 16,
  order_lock = 32,
  order_status = 64,
  order_number = 128,
  stock = 256,
  weekly_diagnostics = 512,
  guard = 1024,
  ad_decisions = 2048,
  growth_simulations = 4096,
  order_refunds = 8192,
  history = 16384,
  soft_delete = 32768,
  rollup = 65536
};

// Called once, when the library is loaded.
void define_settings();

// The features silenced now, a bit each; written by the setting only.
extern unsigned paused_features;

// Who the application says is acting, nullptr where it does not.
const char *actor();
// And why.
const char *reason();

// Whether the feature is silenced now.
inline bool is_paused(pausable feature) { return paused_features & unsigned(feature); }

} // namespace upkeep::pg
