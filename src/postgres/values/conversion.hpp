// How a column's values come through a change of type.
#pragma once

#include "core/tally.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

struct conversion_result {
  bool is_known = false; // false: the conversion fails by itself, has no way back, or may not be tried
  tally count = {};      // lost: values that are not in what was made of them; nothing is read where that is certain
};

// Which names were made of which, in all tables of a tree: of values that are names, such as those of an enum, two that
// become one are lost, and one that is renamed is not.
struct renamed_label {
  const char *now;
  const char *before;
  std::uint64_t rows; // with `before`
  renamed_label *next;
};

// What ALTER COLUMN … TYPE makes of a column: `definition` is its ColumnDef, with the type and USING. Runs the
// expressions as the owner of the table, and only for a caller with the owner's rights; volatile ones only where they
// `will_run` anyway, and none that gives another result each time. `labels`: begin with nullptr.
conversion_result count_changed(Relation relation, AttrNumber column, const ColumnDef *definition, std::uint64_t most,
                                bool will_run, renamed_label *&labels);

// The USING of a change of type as a text that means the same in every session, for a server that has the table under
// another name. nullptr where it fails by itself, or is volatile and will not run anyway.
const char *using_text(Relation relation, const ColumnDef *definition, bool will_run);

} // namespace upkeep::pg
