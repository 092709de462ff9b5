// What the triggers of a rollup say on both of its tables. Whoever may make triggers on one of them could otherwise
// read and write the other as the owners may.
#pragma once

#include "core/options/option_list.hpp"
#include "postgres/compat.hpp"

#include <string>
#include <vector>

namespace upkeep::rollups {

// What options say but for the tables, in no order: the same on both sides.
std::vector<std::string> said_by(const option_list &options);

// Whether the trigger is a rollup's and says that, whatever table it names. False where its arguments are wrong: anyone
// may make such a trigger, and it must not stop the others.
bool says(const Trigger &trigger, const option_list &wanted);

// Whether two triggers of one table keep the same rollup, which only one of them may count.
bool is_same_side(const option_list &a, const option_list &b, Oid table);

// Throws 42501 unless a trigger of the source, for that target or what it is a part of, says the same.
void require_agreement_of_source(const option_list &options, Relation target, Relation source);

} // namespace upkeep::rollups
