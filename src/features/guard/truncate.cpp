// upkeep.guard(): TRUNCATE of a filled table, which no event trigger sees.
#include "features/catalogue.hpp"
#include "features/guard/notes.hpp"
#include "features/registry.hpp"
#include "postgres/memory.hpp"
#include "postgres/relation.hpp"
#include "postgres/trigger.hpp"

namespace upkeep {

using pg::call;

namespace {

// What one TRUNCATE was found to be allowed to empty, the first time one of its tables asked: partitions come after
// their root, and referencing tables after the one they refer to. Each asks once. It ends with the subtransaction.
struct allowed_tables {
  SubTransactionId of = InvalidSubTransactionId;
  std::set<Oid> tables;
  ~allowed_tables();
};
allowed_tables *allowed = nullptr;
allowed_tables::~allowed_tables() { allowed = nullptr; }

bool was_allowed(Oid table) {
  return allowed && allowed->of == GetCurrentSubTransactionId() && allowed->tables.erase(table) > 0;
}

void allow(const std::set<std::pair<Oid, AttrNumber>> &tables, Oid but) {
  if (!allowed)
    allowed = &pg::make_in<allowed_tables>(TopTransactionContext);
  allowed->of = GetCurrentSubTransactionId();
  for (const auto &[table, column] : tables) {
    bool asks = false;
    pg::with_relation(table, [&](Relation relation) {
      const Trigger *trigger = trigger_of(relation, guard_feature);
      asks = trigger && (trigger->tgenabled == TRIGGER_FIRES_ON_ORIGIN || trigger->tgenabled == TRIGGER_FIRES_ALWAYS);
    });
    if (asks && table != but)
      allowed->tables.insert(table);
  }
}

constexpr const char *tag = "TRUNCATE TABLE";

void precede_truncate(Oid table) {
  const guarded_schemas guarded = guarded_schemas::now();
  if (guarded.is_empty() || was_allowed(table))
    return;
  judge judged(guarded, judge::purpose::guard);
  judged.truncate(table);
  for (const auto &[key, confirmation] : decide(tag, judged.found.losses))
    log_ddl(tag, pg::qualified(key.first), confirmation);
  allow(judged.found.settled, table);
}

} // namespace

} // namespace upkeep

using namespace upkeep;

// upkeep.guard() RETURNS trigger: BEFORE TRUNCATE. It needs no option. Errors: 39P01, UK007.
UPKEEP_FUNCTION(upkeep_guard) {
  return pg::entry([=] {
    const TriggerData &trigger = pg::require_trigger(fcinfo, guard_feature);
    if (!TRIGGER_FIRED_BEFORE(trigger.tg_event) || !TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event))
      pg::misused_trigger(trigger, guard_feature, "BEFORE TRUNCATE FOR EACH STATEMENT");
    const Oid table = RelationGetRelid(trigger.tg_relation);
    pg::with_spi([&] { precede_truncate(table); });
    return Datum(0);
  });
}
