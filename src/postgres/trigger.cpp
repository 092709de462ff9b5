#include "postgres/trigger.hpp"

#include <cstring>

namespace upkeep::pg {

namespace {

struct remembered {
  Oid trigger; // the hash key
  Oid table;
  std::size_t size;
  void *plan;
};

HTAB *plans = nullptr;

// Relation cache callback: InvalidOid stands for every table.
void forget_plans(Datum, Oid table) {
  HASH_SEQ_STATUS scan;
  hash_seq_init(&scan, plans);
  while (auto *entry = static_cast<remembered *>(hash_seq_search(&scan)))
    if (table == InvalidOid || entry->table == table) {
      if (entry->plan)
        pfree(entry->plan);
      hash_search(plans, &entry->trigger, HASH_REMOVE, nullptr);
    }
}

void make_plans() {
  HASHCTL control{};
  control.keysize = sizeof(Oid);
  control.entrysize = sizeof(remembered);
  control.hcxt = CacheMemoryContext;
  plans = hash_create("pg_upkeep trigger plans", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
  CacheRegisterRelcacheCallback(forget_plans, 0);
}

} // namespace

void not_a_trigger(const feature_rule &feature) {
  throw fault{sqlstate::trigger_protocol_violated,
              fmt::format("upkeep.{}() can only be called as a trigger", feature.function),
              {},
              fmt::format("Call upkeep.enable_{}().", feature.name)};
}

void misused_trigger(const TriggerData &trigger, const feature_rule &feature, const char *right) {
  throw fault{sqlstate::trigger_protocol_violated,
              fmt::format("trigger \"{}\" on table \"{}\" calls upkeep.{}() at the wrong time, level or event",
                          trigger.tg_trigger->tgname, RelationGetRelationName(trigger.tg_relation), feature.function),
              {},
              fmt::format("Make it {}, or drop it and call upkeep.enable_{}().", right, feature.name)};
}

std::vector<option> trigger_options(const Trigger &trigger, const feature_rule &feature) {
  return parse_options(feature, std::vector<std::string>(trigger.tgargs, trigger.tgargs + trigger.tgnargs));
}

bool recall_plan(Oid trigger, void *plan, std::size_t size) {
  if (!plans)
    return false;
  const auto *entry = static_cast<remembered *>(hash_search(plans, &trigger, HASH_FIND, nullptr));
  if (!entry || entry->size != size)
    return false;
  std::memcpy(plan, entry->plan, size);
  return true;
}

void remember_plan(Oid trigger, Oid table, const void *plan, std::size_t size) {
  if (!plans)
    call(make_plans);
  void *copy = call([=] { return MemoryContextAlloc(CacheMemoryContext, size); });
  std::memcpy(copy, plan, size);
  bool found = false;
  auto *entry = static_cast<remembered *>(call([&] { return hash_search(plans, &trigger, HASH_ENTER, &found); }));
  if (found)
    pfree(entry->plan);
  entry->table = table;
  entry->size = size;
  entry->plan = copy;
}

} // namespace upkeep::pg
