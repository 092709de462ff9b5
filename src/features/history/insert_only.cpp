// upkeep_internal.refuse_history_change(): entries are inserted and read, superusers' too.
#include "features/history/insert_only.hpp"

#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::history {

namespace {

[[noreturn]] void refuse_change(const TriggerData &trigger) {
  const bool is_truncate = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  const char *done = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? "changed" : "deleted";
  const char *table = RelationGetRelationName(trigger.tg_relation);
  throw fault{.sqlstate = sqlstate::insufficient_privilege,
              .message = is_truncate ? fmt::format("history is insert only: \"{}\" cannot be truncated", table)
                                     : fmt::format("history is insert only: rows of \"{}\" cannot be {}", table, done),
              .hint = "CALL upkeep.purge_history(before) deletes what is old; upkeep.erase takes a person's values "
                      "out."};
}

// By what we run ourselves, and by nothing that this sets off.
bool is_ours() { return pg::is_fired_by(pg::own_statement::history); }

} // namespace

// A publication of all tables would have erasing and purging fail on months without a replica identity.
// BRIN: ids grow with the pages, so it is a few pages for millions of entries, and next to nothing to write.
void protect_month(const pg::fragment &month) {
  pg::execute(pg::sql("ALTER TABLE {month} REPLICA IDENTITY FULL", "month"_is = month));
  pg::execute(pg::sql("CREATE INDEX ON {month} USING brin (id) WITH (pages_per_range = 32)", "month"_is = month));
  pg::execute(pg::sql(R"sql(
    CREATE TRIGGER upkeep_insert_only_truncate BEFORE TRUNCATE ON {month}
    FOR EACH STATEMENT EXECUTE FUNCTION upkeep_internal.refuse_history_change()
  )sql",
                      "month"_is = month));
}

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep_internal.refuse_history_change() RETURNS trigger: BEFORE UPDATE or DELETE of a row, and BEFORE TRUNCATE.
// Errors: 39P01, 42501.
UPKEEP_FUNCTION(upkeep_refuse_history_change) {
  return pg::entry([=] {
    if (!CALLED_AS_TRIGGER(fcinfo))
      throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
                  .message = "upkeep_internal.refuse_history_change() can only be called as a trigger"};
    const auto &trigger = *reinterpret_cast<const TriggerData *>(fcinfo->context);
    if (!is_ours())
      refuse_change(trigger);
    return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple);
  });
}
