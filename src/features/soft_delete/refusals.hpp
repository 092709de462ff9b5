// What soft delete refuses, worded.
#pragma once

#include "features/soft_delete/soft_delete_plan.hpp"

namespace upkeep::soft_delete {

// 23503
[[noreturn]] void refuse_live_child(const soft_delete_plan &plan, const child_link &link,
                                    const std::vector<Datum> &values);
[[noreturn]] void refuse_deleted_parent(const soft_delete_plan &plan, const parent_link &link,
                                        const std::vector<Datum> &values);

// UK010: a change of a row that stays deleted.
[[noreturn]] void refuse_change(const soft_delete_plan &plan, HeapTuple row, TupleDesc descriptor);
// UK010: a DELETE, or a TRUNCATE, of a table that keeps its rows.
[[noreturn]] void refuse_hard_delete(const soft_delete_plan &plan, HeapTuple row, TupleDesc descriptor);
[[noreturn]] void refuse_truncate(Relation table, const std::string &column);

} // namespace upkeep::soft_delete
