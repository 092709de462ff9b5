// What ALTER COLUMN … TYPE does to a value, as expressions, and what takes it back.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

// `back` is made of the new value, a CaseTestExpr, and stands beside what `from` gives of the row. nullptr: no way.
struct conversion_way {
  Node *back;
  Node *from;
};

struct conversion_steps {
  Node *there;
  conversion_way undone;    // each step of the expression taken back: AT TIME ZONE by AT TIME ZONE
  conversion_way cast_back; // a cast from the new type to the old one
  bool keeps_all;           // no value can change, whatever it is
};

// What USING says, over the relation as the only table there is. Raises what PostgreSQL says of it.
Node *using_of(Relation relation, const ColumnDef *definition);

// Raises what PostgreSQL says of a type or an expression that is wrong. Nothing with a destructor lives here.
conversion_steps steps_of(Relation relation, AttrNumber column, const ColumnDef *definition);

} // namespace upkeep::pg
