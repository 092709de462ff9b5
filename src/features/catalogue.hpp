// The features that live in triggers: their names, their trigger functions, the options of each.
#pragma once

#include "core/options.hpp"

#include <array>

namespace upkeep {

inline constexpr std::array<std::string_view, 3> clock_choices{"transaction", "statement", "clock"};
inline constexpr std::array<std::string_view, 3> explicit_choices{"ignore", "respect", "reject"};
inline constexpr std::array<std::string_view, 2> timezone_choices{"utc", "session"};

inline constexpr std::array<option_rule, 7> updated_at_options{{{"column", option_kind::text},
                                                                {"ignore", option_kind::list},
                                                                {"clock", option_kind::choice, clock_choices},
                                                                {"explicit", option_kind::choice, explicit_choices},
                                                                {"protect", option_kind::list},
                                                                {"version", option_kind::text},
                                                                {"timezone", option_kind::choice, timezone_choices}}};

inline constexpr std::array<option_rule, 3> touch_options{
    {{"parent", option_kind::text}, {"columns", option_kind::list}, {"keys", option_kind::list}}};

inline constexpr std::array<std::string_view, 2> settings_change_choices{"keep", "recalculate"};
inline constexpr std::array<std::string_view, 2> overflow_choices{"null", "error"};
inline constexpr std::array<std::string_view, 2> touch_choices{"true", "false"};

inline constexpr std::array<option_rule, 8> metrics_options{
    {{"formula", option_kind::lines},
     {"settings", option_kind::text},
     {"settings_key", option_kind::text},
     {"settings_from", option_kind::text},
     {"date_column", option_kind::text},
     {"on_settings_change", option_kind::choice, settings_change_choices},
     {"on_overflow", option_kind::choice, overflow_choices},
     {"touch_updated_at", option_kind::choice, touch_choices}}};

// `function` is the name of the trigger function in schema upkeep.
inline constexpr feature_rule updated_at_feature{"updated_at", "updated_at", updated_at_options};
inline constexpr feature_rule touch_feature{"touch", "touch", touch_options};

inline constexpr feature_rule metrics_feature{"metrics", "metrics", metrics_options};
inline constexpr feature_rule metrics_settings_feature{"metrics_settings", "metrics_settings", {}, "metrics"};

inline constexpr std::array<const feature_rule *, 4> trigger_features{&updated_at_feature, &touch_feature,
                                                                      &metrics_feature, &metrics_settings_feature};

// The feature whose trigger function has that name, or nullptr.
inline const feature_rule *feature_of_function(std::string_view function) {
  for (const feature_rule *feature : trigger_features)
    if (feature->function == function)
      return feature;
  return nullptr;
}

// Triggers fire in the order of their names: this one behind all that sort below it, and so it sees their edits.
inline constexpr const char *updated_at_trigger = "zz_upkeep_updated_at";
// Before it, so that a new figure is a change of the row.
inline constexpr const char *metrics_trigger = "zz_upkeep_metrics";
// On the table with the settings.
inline constexpr const char *metrics_settings_trigger = "zz_upkeep_metrics_settings";
inline constexpr const char *metrics_truncate_trigger = "zz_upkeep_metrics_truncate";

} // namespace upkeep
