// Counting over the tables of a tree, for the judge.
#pragma once

#include "core/guard/guard.hpp"
#include "postgres/relation.hpp"
#include "postgres/values/conversion.hpp"

namespace upkeep::guard {

template <class Count> tally sum_over(const std::vector<Oid> &tables, Count count) {
  tally sum;
  for (const Oid table : tables)
    pg::with_relation(table, [&](Relation relation) {
      sum += count(relation, sum.rows < max_counted_rows ? max_counted_rows - sum.rows : 0);
    });
  return sum;
}

inline AttrNumber column_in(Relation relation, const std::string &name) {
  return pg::find_column(RelationGetDescr(relation), name);
}

// As those of postgres/rows/row_count.hpp and values/conversion.hpp; of a distributed table they count what is in its
// shards. They need an SPI connection.
tally count_rows(Relation relation, std::uint64_t most);
tally count_values(Relation relation, AttrNumber column, std::uint64_t most);
tally count_nulls(Relation relation, AttrNumber column, std::uint64_t most);
pg::conversion_result count_changed(Relation relation, AttrNumber column, const ColumnDef *definition,
                                    std::uint64_t most, bool will_run, pg::renamed_label *&labels);

} // namespace upkeep::guard
