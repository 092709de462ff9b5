// Conditions by which rows are found by the keys of others.
#pragma once

#include "postgres/sql/fragment.hpp"

#include <string>
#include <vector>

namespace upkeep::pg {

// How the rows with the keys of a key_set are found in another table. The arrays are the parameters $1, $2, ...
struct key_match {
  fragment condition; // on the alias: p.id [=] ANY ($1)
  fragment order;     // the key's columns, by which rows are to be locked: p.id
};

// `keys` of `target`, which has `alias` in the query, one for each of the `columns` that the keys were collected from.
// Throws 42703, 42804.
key_match match_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                     const std::vector<std::string> &columns, const char *enable);

// The condition that two rows have the same key: p.id [=] i.order_id, joined by AND.
fragment equal_keys(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                    const std::string &from_alias, const std::vector<std::string> &columns, const char *enable);

} // namespace upkeep::pg
