#include "postgres/sequence.hpp"

namespace upkeep::pg {

namespace {

// pg_advisory_lock writes 1 or 2 into the last field of the lock's tag.
constexpr std::uint16_t sequence_lock_class = 0x756C;

LOCKTAG tag_of(Oid sequence) {
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, sequence, 0, sequence_lock_class);
  return tag;
}

// Drawing takes it shared, moving takes it exclusively: otherwise numbers drawn since we looked at the sequence would
// be drawn again. Nobody waits for anything else meanwhile, and an error releases it with the transaction.
void lock(Oid sequence, LOCKMODE mode) {
  // As nextval and setval do, which then need not wait.
  LockRelationOid(sequence, RowExclusiveLock);
  const LOCKTAG tag = tag_of(sequence);
  LockAcquire(&tag, mode, false, false);
}

void unlock(Oid sequence, LOCKMODE mode) {
  const LOCKTAG tag = tag_of(sequence);
  LockRelease(&tag, mode, false);
}

void read_definition(Oid sequence, sequence_state &into) {
  HeapTuple row = SearchSysCache1(SEQRELID, ObjectIdGetDatum(sequence));
  if (!HeapTupleIsValid(row))
    elog(ERROR, "cache lookup failed for sequence %u", sequence);
  const FormData_pg_sequence &definition = *reinterpret_cast<Form_pg_sequence>(GETSTRUCT(row));
  into.increment = definition.seqincrement;
  into.least = definition.seqmin;
  into.greatest = definition.seqmax;
  into.start = definition.seqstart;
  ReleaseSysCache(row);
}

} // namespace

sequence_state read_sequence(Oid sequence) {
  sequence_state state;
  read_definition(sequence, state);
  Relation relation = relation_open(sequence, AccessShareLock);
  // Its one row is written in place, which no snapshot shows.
  const Buffer buffer = ReadBuffer(relation, 0);
  LockBuffer(buffer, BUFFER_LOCK_SHARE);
  Page page = BufferGetPage(buffer);
  const auto *row = reinterpret_cast<HeapTupleHeader>(PageGetItem(page, PageGetItemId(page, FirstOffsetNumber)));
  const auto &data =
      *reinterpret_cast<const FormData_pg_sequence_data *>(reinterpret_cast<const char *>(row) + row->t_hoff);
  state.last = data.last_value;
  state.is_called = data.is_called;
  UnlockReleaseBuffer(buffer);
  relation_close(relation, AccessShareLock);
  return state;
}

std::int64_t draw_number(Oid sequence) {
  lock(sequence, ShareLock);
  const std::int64_t number = nextval_internal(sequence, true);
  unlock(sequence, ShareLock);
  return number;
}

// Whoever draws locks the sequence first, until the end of the transaction.
void wait_for_drawers(Oid sequence) {
  LOCKTAG tag;
  SET_LOCKTAG_RELATION(tag, MyDatabaseId, sequence);
  WaitForLockers(tag, ShareLock, false);
}

void move_beyond(Oid sequence, std::int64_t taken) {
  if (!moved_beyond(read_sequence(sequence), taken))
    return;
  lock(sequence, ExclusiveLock);
  if (const auto last = moved_beyond(read_sequence(sequence), taken))
    DirectFunctionCall3(setval3_oid, ObjectIdGetDatum(sequence), Int64GetDatum(*last), BoolGetDatum(true));
  unlock(sequence, ExclusiveLock);
}

} // namespace upkeep::pg
