// Rows that an UPDATE moves to another partition, as row triggers BEFORE INSERT OR UPDATE OR DELETE see them.
#pragma once

#include "core/partition_move.hpp"
#include "postgres/trigger.hpp"

namespace upkeep {

// What the triggers of one statement, on all partitions of a table, tell each other. It lives in the memory of the
// executor, and when that goes nothing of the statement's moves is left.
class partition_moves {
public:
  // `moves`: one for each feature, never destroyed. `root`: the table that has the partitions.
  partition_moves(partition_move &moves, MemoryContext executor, Oid root) : moves(moves), scene{executor, root} {}
  partition_moves(const partition_moves &) = delete;
  partition_moves &operator=(const partition_moves &) = delete;
  ~partition_moves() { moves.forget(scene.statement); }

  void updated(const TriggerData &trigger) { moves.updated(scene, place_of(trigger)); }
  // True where the row that goes is the one that was just updated.
  bool deleted(const TriggerData &trigger) { return moves.deleted(scene, place_of(trigger)); }
  // What the row that leaves will be known by.
  void leaving(std::uint64_t fingerprint) { moves.leaving(scene, fingerprint); }
  // True where the row that comes is the one that has just left, if it has the expected fingerprint.
  bool may_arrive() { return moves.may_arrive(scene); }
  std::uint64_t expected() { return moves.expected(scene); }

private:
  static partition_move::place place_of(const TriggerData &trigger) {
    const ItemPointerData &at = trigger.tg_trigtuple->t_self;
    return {RelationGetRelid(trigger.tg_relation),
            std::uint64_t(ItemPointerGetBlockNumberNoCheck(&at)) << 16 | ItemPointerGetOffsetNumberNoCheck(&at)};
  }

  partition_move &moves;
  partition_move::scene scene;
};

// Adds a column of a row to its fingerprint; 0 for a column that does not exist. May raise.
std::uint64_t add_to_fingerprint(std::uint64_t fingerprint, HeapTuple row, Relation table, AttrNumber column);

} // namespace upkeep
