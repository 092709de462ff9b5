// The values that a status can have, where its type or a CHECK lists them, and whether a feature's names are among
// them.
#pragma once

#include "features/trigger_options.hpp"

namespace upkeep::orders {

// The labels of a column: of an enum, or of CHECK (status IN (...)), of the table or of a domain. nullopt where nothing
// lists them.
std::optional<std::vector<std::string>> status_labels(Relation table, const std::string &column);

// Names of statuses that an option gives.
struct status_names {
  const char *option;
  std::vector<std::string> names;
};

// Throws 22023, with the labels, for a name that is not one of them.
void require_labels(Relation table, const std::string &column, const status_names &given);

// Gives the arguments a list of statuses that fits the column: what the caller gave must fit, what is `usual` is cut to
// what does, with a NOTICE. A list is written out where the labels are known, so that check() notices one that is
// renamed later. `needs_one`: 22023 where nothing is left.
void fit_labels(Relation table, const std::string &column, trigger_arguments &arguments, const status_names &usual,
                bool needs_one);

// For check(): throws 22023 for a name in the option that is no longer a label, or, where the trigger leaves the list
// to the default, if none of it is and `needs_one`.
void require_labels_still(Relation table, const std::string &column, const option_list &options, const char *option,
                          bool needs_one);

} // namespace upkeep::orders
