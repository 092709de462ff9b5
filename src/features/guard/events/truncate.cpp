// upkeep.guard(): TRUNCATE of a filled table, which no event trigger sees.
#include "features/catalogue.hpp"
#include "features/guard/judge/judge.hpp"
#include "postgres/executor/truncation.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::guard {

using pg::call;

namespace {

// A TRUNCATE that was decided on as a whole when the first of its tables asked. Triggers of others may run one within
// another; each ends with the memory of its command, whether that succeeds or fails.
struct decided_truncate {
  MemoryContext command;
  decided_truncate *outer;
  decided_truncate(MemoryContext command);
  ~decided_truncate();
};
decided_truncate *decided = nullptr;
decided_truncate::decided_truncate(MemoryContext command) : command(command), outer(decided) { decided = this; }
decided_truncate::~decided_truncate() {
  decided_truncate **place = &decided;
  while (*place != this)
    place = &(*place)->outer;
  *place = outer;
}

bool is_decided(MemoryContext command) {
  const decided_truncate *each = decided;
  while (each && each->command != command)
    each = each->outer;
  return each;
}

constexpr const char *tag = "TRUNCATE TABLE";

void precede_truncate(const std::vector<Oid> &tables) {
  const guarded_schemas guarded = guarded_schemas::now();
  if (guarded.is_empty())
    return;
  judge judged(guarded, judge::purpose::guard);
  judged.truncate(tables);
  served_schemas served;
  for (const auto &[key, confirmation] : decide(tag, judged.found.losses, served))
    log_ddl(tag, pg::qualified(key.first), confirmation);
}

} // namespace

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep.guard() RETURNS trigger: BEFORE TRUNCATE. It needs no option. Errors: 39P01, UK007.
UPKEEP_FUNCTION(upkeep_guard) {
  return pg::entry([=] {
    const TriggerData &trigger = pg::require_trigger(fcinfo, guard_feature);
    if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event))
      pg::misused_trigger(trigger, guard_feature, "BEFORE TRUNCATE FOR EACH STATEMENT");
    const Oid table = RelationGetRelid(trigger.tg_relation);
    pg::truncation running = pg::running_truncation();
    if (!running.command)
      running.tables = truncated_with({table});
    else if (is_decided(running.command))
      return Datum(0);
    pg::with_spi([&] { precede_truncate(running.tables); });
    if (running.command)
      pg::make_in<decided_truncate>(running.command, running.command);
    return Datum(0);
  });
}
