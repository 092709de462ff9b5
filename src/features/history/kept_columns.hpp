// What the options of a history trigger mean for its table: which columns entries keep, and how rows are known.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/boundary.hpp"

#include <string>
#include <vector>

namespace upkeep::history {

struct kept_column {
  AttrNumber number;
  std::string name;
  bool is_digest; // its value is kept as a digest
};

struct kept_columns {
  std::vector<kept_column> kept; // in the order of jsonb's keys, as are those of the key
  std::vector<kept_column> key;
  std::vector<std::string> counted; // a change of these is a change of the row
  std::vector<std::string> left_out_as_secret;
};

// Throws 42703 for a column that is not there, 42P10 for a table without a key, 22023 for columns in two roles.
kept_columns resolve_columns(const option_list &options, Relation table);

} // namespace upkeep::history
