#include "features/guard/events/notes.hpp"

#include "features/guard/events/entered_command.hpp"
#include "features/guard/judge/counts.hpp"
#include "postgres/as_user.hpp"
#include "postgres/memory.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::guard {

using pg::call;

namespace {

// A command with CASCADE may reach any table, and usually reaches none: this many rows are enough to tell.
constexpr std::uint64_t max_noted_rows = 1'000;

// A command ends in the subtransaction it began in.
struct begun_command {
  SubTransactionId in;
  command_notes noted;
};

struct kept_notes {
  std::map<const Node *, begun_command> commands;
  ~kept_notes();
};
kept_notes *kept = nullptr;
kept_notes::~kept_notes() { kept = nullptr; }

// An address of a command that failed may be that of a later one.
void end_subtransaction(SubXactEvent event, SubTransactionId ended, SubTransactionId, void *) {
  if (kept && (event == SUBXACT_EVENT_ABORT_SUB || event == SUBXACT_EVENT_COMMIT_SUB))
    std::erase_if(kept->commands, [=](const auto &each) { return each.second.in == ended; });
}

void watch_subtransactions() {
  static bool is_watching = false;
  if (!is_watching)
    call([] { RegisterSubXactCallback(end_subtransaction, nullptr); });
  is_watching = true;
}

// Whether another session may be about to commit rows.
bool is_written(Oid table) {
  return call([=] {
    if (!ConditionalLockRelationOid(table, ShareLock))
      return true;
    UnlockRelationOid(table, ShareLock);
    return false;
  });
}

// A table that another session has locked, or writes, is taken for filled.
tally rows_of(Oid table, std::uint64_t most, const guarded_schemas &guarded) {
  if (!call([=] { return ConditionalLockRelationOid(table, AccessShareLock); }))
    return {1, 1, false};
  tally count;
  const bool is_guarded = call([=] { return get_rel_relkind(table); }) != '\0' && guarded.guards(table);
  if (is_guarded)
    pg::with_relation(table, [&](Relation relation) { count = count_rows(relation, most); });
  call([=] { UnlockRelationOid(table, AccessShareLock); });
  if (!is_guarded)
    return count;
  return count.rows == 0 && is_written(table) ? tally{1, 1, false} : count;
}

// Of a dropped table it could not be counted any more.
bool is_a_number_expected() {
  bool expected = false;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    expected = pg::execute(pg::sql(R"sql(
      SELECT FROM upkeep.drop_approvals a
      WHERE a.expect_rows IS NOT NULL AND a.transaction [=] pg_catalog.pg_current_xact_id_if_assigned()
      LIMIT 1
    )sql"))
                   .count() > 0;
  });
  return expected;
}

} // namespace

command_notes &notes() {
  if (!kept) {
    watch_subtransactions();
    kept = &pg::make_in<kept_notes>(TopTransactionContext);
  }
  return kept->commands.try_emplace(entered_command::current(), begun_command{GetCurrentSubTransactionId(), {}})
      .first->second.noted;
}

void forget_notes(const Node *command) {
  if (kept)
    kept->commands.erase(command);
}

void note_settled(const guarded_schemas &guarded) {
  for (const auto &[table, column] : notes().settled)
    if (column == 0 && guarded.reaches(table))
      notes().guarded[table] = {{}, pg::owner_of(table), guarded.blocks(table)};
}

void note_what_is_there(const guarded_schemas &guarded) {
  const bool is_expected = is_a_number_expected();
  const std::uint64_t most = is_expected ? UINT64_MAX : max_noted_rows;
  if (is_expected)
    notes().max_counted = UINT64_MAX;
  for (const Oid table : guarded.tables()) {
    if (notes().settled.contains({table, 0}))
      continue;
    const tally count = rows_of(table, most, guarded);
    notes().guarded[table] = {count, pg::owner_of(table), guarded.blocks(table)};
  }
  const pg::rows columns = pg::execute(pg::sql(R"sql(
    SELECT a.attrelid, a.attnum, a.attgenerated [<>] ''
    FROM pg_catalog.pg_attribute a
    WHERE a.attgenerated [<>] '' OR a.atthasmissing
  )sql"));
  for (std::uint64_t row = 0; row < columns.count(); ++row) {
    bool is_null = false;
    const bool is_generated = DatumGetBool(columns.value(row, 3, is_null));
    (is_generated ? notes().generated : notes().unwritten)
        .insert({columns.oid(row, 1), DatumGetInt16(columns.value(row, 2, is_null))});
  }
  const pg::rows tables =
      pg::execute(pg::sql("SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind [=] ANY ('{r,p}')"));
  for (std::uint64_t row = 0; row < tables.count(); ++row)
    notes().known.insert(tables.oid(row, 1));
}

} // namespace upkeep::guard
