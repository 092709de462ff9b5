// weekly_diagnostics: a day that is edited later makes the diagnoses stale that were made from it.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/fragment.hpp"

namespace upkeep::diagnostics {

// The options of the trigger resolved against both tables.
struct staleness {
  Oid diagnostics, owner; // and who marks
  pg::fragment name;      // of the diagnoses, qualified
  std::string shop_column, date_column;
  AttrNumber shop, date;        // of the records
  std::vector<AttrNumber> read; // the columns that a diagnosis reads
  Oid shop_type;                // under any domain
  pg::fragment of_shop;         // the condition that a diagnosis w is of the shop k.shop, of that type
};

inline constexpr const char *enable_weekly_diagnostics_name = "enable_weekly_diagnostics";

// Both tables are locked. Throws 42703, 42804.
staleness resolve_staleness(const option_list &options, Relation records, Oid diagnostics);

} // namespace upkeep::diagnostics
