#include "features/guard/notes.hpp"

#include "postgres/memory.hpp"
#include "postgres/relation.hpp"
#include "postgres/row_count.hpp"

namespace upkeep {

using pg::call;

namespace {

// A command with CASCADE may reach any table, and mostly reaches none: so many rows are enough to tell.
constexpr std::uint64_t most_noted_rows = 1'000;

struct kept_notes {
  std::map<const Node *, command_notes> commands;
  const Node *current = nullptr;
  ~kept_notes();
};
kept_notes *kept = nullptr;
kept_notes::~kept_notes() { kept = nullptr; }

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
tally rows_of(Oid table, std::uint64_t most) {
  if (!call([=] { return ConditionalLockRelationOid(table, AccessShareLock); }))
    return {1, 1, false};
  tally count;
  if (call([=] { return get_rel_relkind(table); }) != '\0')
    pg::with_relation(table, [&](Relation relation) { count = pg::count_rows(relation, most); });
  call([=] { UnlockRelationOid(table, AccessShareLock); });
  return count.rows == 0 && is_written(table) ? tally{1, 1, false} : count;
}

// Of a dropped table it could not be counted any more.
bool is_a_number_expected() {
  bool expected = false;
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    expected = pg::execute("SELECT FROM upkeep.drop_approvals a WHERE a.expect_rows IS NOT NULL AND a.transaction"
                           " OPERATOR(pg_catalog.=) pg_catalog.pg_current_xact_id_if_assigned() LIMIT 1")
                   .count() > 0;
  });
  return expected;
}

} // namespace

command_notes &notes() { return kept->commands[kept->current]; }

void enter_command(const Node *command) {
  if (!kept)
    kept = &pg::make_in<kept_notes>(TopTransactionContext);
  kept->current = command;
}

void forget_notes(const Node *command) {
  if (kept)
    kept->commands.erase(command);
}

void note_what_is_there(const guarded_schemas &guarded) {
  const bool is_expected = is_a_number_expected();
  const std::uint64_t most = is_expected ? UINT64_MAX : most_noted_rows;
  if (is_expected)
    notes().most_counted = UINT64_MAX;
  for (const Oid table : guarded.tables()) {
    if (notes().settled.contains({table, 0}))
      continue;
    const tally count = rows_of(table, most);
    if (count.rows > 0)
      notes().filled[table] = count;
  }
  const pg::rows columns = pg::execute(
      "SELECT a.attrelid, a.attnum, a.attgenerated OPERATOR(pg_catalog.<>) '' FROM pg_catalog.pg_attribute a"
      " WHERE a.attgenerated OPERATOR(pg_catalog.<>) '' OR a.atthasmissing");
  for (std::uint64_t row = 0; row < columns.count(); ++row) {
    bool is_null = false;
    const bool is_generated = DatumGetBool(columns.value(row, 3, is_null));
    (is_generated ? notes().generated : notes().unwritten)
        .insert({columns.oid(row, 1), DatumGetInt16(columns.value(row, 2, is_null))});
  }
  const pg::rows tables =
      pg::execute("SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p}')");
  for (std::uint64_t row = 0; row < tables.count(); ++row)
    notes().known.insert(tables.oid(row, 1));
}

} // namespace upkeep
