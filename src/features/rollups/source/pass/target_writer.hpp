// How the figures of one rollup are written, as the session remembers it.
#pragma once

#include "features/rollups/rollup.hpp"
#include "features/rollups/source/pass/keyed_statement.hpp"
#include "postgres/rows/unique_key.hpp"

#include <memory>
#include <optional>

namespace upkeep::rollups {

class target_writer {
public:
  target_writer(const rollup &of, Relation target);

  pg::unique_key by;               // without an index where none serves
  std::vector<AttrNumber> columns; // of the figures
  Oid function = InvalidOid;       // of the triggers that let our own writes pass
  bool is_direct = false;          // rows are written one after another, without a statement around them
  bool is_quiet = false;           // and no trigger of theirs needs to see that
  bool has_index = false;          // by which a row is inserted once
  bool may_precede;                // rows may be there before their group
  std::size_t counting = 0;        // where rows do not stay empty: which figure is a count(*) of all rows

  keyed_statement find;                  // its figures; locks the row
  keyed_statement insert;                // a row, unless there is one; returns something where it did
  keyed_statement update;                // the figures, which come after the key
  std::optional<keyed_statement> remove; // where rows do not stay empty: the row, if it holds nothing
  keyed_statement exists;                // whether the source has a row of the group
  keyed_statement read;                  // one_group
  // Of many rows at once, the keys and the figures as arrays; nullptr where some type has none.
  std::unique_ptr<const pg::saved_query> update_many;
};

std::shared_ptr<const target_writer> make_target_writer(const rollup &of, Relation target);

} // namespace upkeep::rollups
