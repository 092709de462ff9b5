// The settings of the extension.
#pragma once

namespace upkeep::pg {

// What `upkeep.pause` can silence.
enum class pausable : unsigned { updated_at = 1, touch = 2 };

// Called once, when the library is loaded.
void define_settings();

// Whether the feature is silenced now.
bool is_paused(pausable feature);

} // namespace upkeep::pg
