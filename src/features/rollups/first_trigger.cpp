#include "features/rollups/first_trigger.hpp"

namespace upkeep::rollups {

namespace {

bool is_active(const Trigger &trigger) {
  return trigger.tgenabled == TRIGGER_FIRES_ALWAYS ||
         trigger.tgenabled == (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA ? TRIGGER_FIRES_ON_REPLICA
                                                                                          : TRIGGER_FIRES_ON_ORIGIN);
}

std::int16_t type_of_event(TriggerEvent event) {
  return TRIGGER_FIRED_BY_INSERT(event)   ? TRIGGER_TYPE_INSERT
         : TRIGGER_FIRED_BY_UPDATE(event) ? TRIGGER_TYPE_UPDATE
         : TRIGGER_FIRED_BY_DELETE(event) ? TRIGGER_TYPE_DELETE
                                          : TRIGGER_TYPE_TRUNCATE;
}

bool is_fellow(const Trigger &trigger, const TriggerData &fired) {
  if (trigger.tgoid == fired.tg_trigger->tgoid)
    return true;
  const int level = TRIGGER_FIRED_FOR_ROW(fired.tg_event) ? TRIGGER_TYPE_ROW : TRIGGER_TYPE_STATEMENT;
  const int time = TRIGGER_FIRED_BEFORE(fired.tg_event) ? TRIGGER_TYPE_BEFORE : TRIGGER_TYPE_AFTER;
  return trigger.tgfoid == fired.tg_trigger->tgfoid && is_active(trigger) && !is_partial(trigger) &&
         TRIGGER_TYPE_MATCHES(trigger.tgtype, level, time, type_of_event(fired.tg_event)) &&
         is_on_target(trigger) == is_on_target(*fired.tg_trigger);
}

} // namespace

bool is_on_target(const Trigger &trigger) {
  for (int i = 0; i < trigger.tgnargs; ++i)
    if (std::strncmp(trigger.tgargs[i], "source=", 7) == 0)
      return true;
  return false;
}

bool is_partial(const Trigger &trigger) { return trigger.tgqual || trigger.tgnattr > 0; }

std::vector<const Trigger *> fellows(const TriggerData &fired) {
  std::vector<const Trigger *> found;
  const TriggerDesc *all = fired.tg_relation->trigdesc;
  for (int i = 0; all && i < all->numtriggers; ++i)
    if (is_fellow(all->triggers[i], fired))
      found.push_back(&all->triggers[i]);
  return found;
}

std::vector<std::vector<std::string>> arguments_of_fellows(const TriggerData &fired) {
  std::vector<std::vector<std::string>> all;
  for (const Trigger *each : fellows(fired))
    all.emplace_back(each->tgargs, each->tgargs + each->tgnargs);
  return all;
}

bool is_first(const TriggerData &fired) {
  const TriggerDesc *all = fired.tg_relation->trigdesc;
  for (int i = 0; all && i < all->numtriggers; ++i)
    if (is_fellow(all->triggers[i], fired))
      return all->triggers[i].tgoid == fired.tg_trigger->tgoid;
  return true;
}

} // namespace upkeep::rollups
