// Sequences that are dropped beside their tables: where they stand cannot be counted again.
#include "features/guard/judge/counts.hpp"
#include "features/guard/judge/judge.hpp"
#include "postgres/sequence.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::guard {

using pg::call;

void judge::drop_sequence(const ddl_action &action) {
  const Oid sequence = find(action.table);
  if (!OidIsValid(sequence) || call([=] { return get_rel_relkind(sequence); }) != RELKIND_SEQUENCE)
    return tell_unknown(action);
  if (file || may_drop(sequence))
    tell_place(sequence, "DROP SEQUENCE");
}

// The sequence belongs to its column, and goes with the identity.
void judge::drop_identity(const ddl_action &action, Oid table) {
  AttrNumber column = 0;
  pg::with_relation(table, [&](Relation relation) { column = column_in(relation, action.names.front()); });
  const pg::parameter parameters[] = {pg::parameter::oid(table), {INT4OID, Int32GetDatum(column)}};
  const pg::rows owned = pg::execute(pg::sql(R"sql(
    SELECT d.objid
    FROM pg_catalog.pg_depend d
    WHERE d.deptype [=] 'i' AND d.classid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
      AND d.refclassid [=] 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid
      AND d.refobjid [=] $1 AND d.refobjsubid [=] $2
  )sql"),
                                     parameters);
  const Oid sequence = owned.count() > 0 ? owned.oid(0, 1) : InvalidOid;
  if (OidIsValid(sequence))
    tell_place(sequence, "DROP IDENTITY");
}

void judge::tell_place(Oid sequence, const char *command) {
  if (file && !pg::may_read(sequence))
    return say(remark::note, pg::qualified(sequence), "where it stands cannot be told: that takes the right to read it",
               "");
  call([&] { LockRelationOid(sequence, lock); });
  if (call([=] { return get_rel_relkind(sequence); }) != RELKIND_SEQUENCE || !guarded.guards(sequence))
    return;
  const sequence_state state = call([=] { return pg::read_sequence(sequence); });
  const std::int64_t next = next_of(state);
  if (next == state.start)
    return;
  say(remark::warn, pg::qualified(sequence),
      fmt::format("{} loses where sequence {} stands: its next number is {}", command, pg::qualified(sequence), next),
      fmt::format("What takes its place must go on from there: START WITH {}.", next));
}

} // namespace upkeep::guard
