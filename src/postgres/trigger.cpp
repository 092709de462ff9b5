#include "postgres/trigger.hpp"

#include "postgres/citus/shards.hpp"
#include "postgres/executor/merge_moves.hpp"
#include "postgres/executor/statement.hpp"

#include <algorithm>
#include <unordered_map>

namespace upkeep::pg {

std::uint64_t dropped_plans = 0;

namespace {

struct remembered {
  std::vector<planned_table> tables;
  std::vector<std::uint32_t> types; // of the tables' columns, by their hashes in the cache of types; sorted
  std::shared_ptr<const void> plan;
  bool is_current; // else something changed while it was made: it serves the statement that made it
};

// Made at the first use and never destroyed.
std::unordered_map<Oid, remembered> *plans = nullptr;
std::uint64_t changes = 0;

template <class Concerns> void forget(Concerns &&concerns) {
  ++changes;
  dropped_plans += std::erase_if(*plans, [&](const auto &entry) { return concerns(entry.second); });
}

// Relation cache callback: InvalidOid stands for every table.
void forget_plans_of_table(Datum, Oid table) {
  forget([=](const remembered &each) {
    return table == InvalidOid || std::any_of(each.tables.begin(), each.tables.end(),
                                              [=](const planned_table &planned) { return planned.table == table; });
  });
}

// Every table that is created makes a type: only plans with columns of that one are dropped. 0 stands for every type.
void forget_plans_of_type(Datum, int, std::uint32_t type) {
  forget([=](const remembered &each) {
    return type == 0 || std::binary_search(each.types.begin(), each.types.end(), type);
  });
}

// A name can stand for something else by now, as PostgreSQL's plan cache has it; a function can be another's, or no
// longer immutable; a role can have other rights.
void forget_all_plans(Datum, int, std::uint32_t) {
  forget([](const remembered &) { return true; });
}

void watch_catalogues() {
  if (plans)
    return;
  call([] {
    CacheRegisterRelcacheCallback(forget_plans_of_table, 0);
    CacheRegisterSyscacheCallback(TYPEOID, forget_plans_of_type, 0);
  });
  for (const int cache :
       {int{NAMESPACEOID}, int{OPEROID}, int{AMOPOPID}, int{PROCOID}, int{AUTHOID}, int{AUTHMEMROLEMEM}})
    call([=] { CacheRegisterSyscacheCallback(cache, forget_all_plans, 0); });
  plans = new std::unordered_map<Oid, remembered>;
}

std::uint32_t hash_of_type(Oid type) { return GetSysCacheHashValue1(TYPEOID, ObjectIdGetDatum(type)); }

// Asks the catalogue: the table need not be locked. May raise.
void add_types(Oid table, std::vector<std::uint32_t> &types) {
  HeapTuple found = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
  if (!HeapTupleIsValid(found))
    return;
  const AttrNumber columns = reinterpret_cast<Form_pg_class>(GETSTRUCT(found))->relnatts;
  ReleaseSysCache(found);
  for (AttrNumber column = 1; column <= columns; ++column)
    if (const Oid type = get_atttype(table, column); OidIsValid(type)) {
      types.push_back(hash_of_type(type));
      types.push_back(hash_of_type(getBaseType(type)));
    }
}

// A plan of the trigger on the first of these tables, which writes to those that it locks for it. A reference table was
// none yet when the feature was enabled.
void require_no_reference_table(std::span<const planned_table> tables) {
  for (const planned_table &each : tables) {
    const bool is_own = &each == &tables.front();
    const std::optional<shard> part = is_own || each.lock == RowExclusiveLock ? shard_of(each.table) : std::nullopt;
    if (part && citus_kind_of(part->logical) == citus_kind::reference)
      throw fault{.sqlstate = sqlstate::feature_not_supported,
                  .message = is_own ? fmt::format("table \"{}\" has a trigger of upkeep on each replica: it is a "
                                                  "reference table",
                                                  table_name(each.table))
                                    : fmt::format("a trigger cannot write to \"{}\": it is a reference table",
                                                  table_name(each.table)),
                  .hint = "Disable the feature, or distribute the table by the tenant."};
  }
}

// Whether a trigger for INSERT is on a shard that this transaction has made: Citus gives both names the same number at
// the end. Other sessions may know it as a shard before this one does. May raise.
bool is_on_new_shard(Relation table, Oid trigger) {
  if (table->rd_createSubid == InvalidSubTransactionId)
    return false;
  const TriggerDesc *triggers = table->trigdesc;
  const char *number = strrchr(RelationGetRelationName(table), '_');
  for (int i = 0; number && triggers && i < triggers->numtriggers; ++i)
    if (triggers->triggers[i].tgoid == trigger && TRIGGER_FOR_INSERT(triggers->triggers[i].tgtype)) {
      const char *end = strrchr(triggers->triggers[i].tgname, '_');
      return end && strcmp(number, end) == 0 && strspn(number + 1, "0123456789") == strlen(number + 1);
    }
  return false;
}

// What create_distributed_table copies would go through the triggers as if it was new, and stock be taken twice.
void require_no_new_shard(Oid table, Oid trigger) {
  const bool is_new = call([=] {
    Relation relation = relation_open(table, NoLock);
    const bool found = is_on_new_shard(relation, trigger);
    relation_close(relation, NoLock);
    return found;
  });
  if (!is_new)
    return;
  std::string name = string_from([=] { return get_rel_name(table); });
  throw fault{.sqlstate = sqlstate::feature_not_supported,
              .message = fmt::format("rows of \"{}\" cannot be written in the transaction that distributes it",
                                     name.erase(name.rfind('_'))),
              .detail = "It has triggers of upkeep, which cannot tell rows that are copied from new ones.",
              .hint = "Distribute the table before upkeep is enabled on it, or in one transaction after SET LOCAL "
                      "citus.propagate_set_commands = 'local' and SET LOCAL upkeep.pause = 'all'; write new rows in "
                      "the next transaction."};
}

} // namespace

void not_a_trigger(const feature_rule &feature) {
  throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
              .message = fmt::format("upkeep.{}() can only be called as a trigger", feature.function),
              .hint = fmt::format("Call upkeep.enable_{}().", feature.enable_name())};
}

void see_moved_rows(const TriggerData &trigger) {
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && TRIGGER_FIRED_FOR_STATEMENT(trigger.tg_event) &&
      !statement_is_watched())
    call([&] { follow_moves_late(trigger); });
}

void misused_trigger(const TriggerData &trigger, const feature_rule &feature, const char *right) {
  throw fault{.sqlstate = sqlstate::trigger_protocol_violated,
              .message =
                  fmt::format("trigger \"{}\" on table \"{}\" calls upkeep.{}() at the wrong time, level or event",
                              trigger.tg_trigger->tgname, table_name(trigger.tg_relation), feature.function),
              .hint = fmt::format("Make it {}, or drop it and call upkeep.enable_{}().", right, feature.enable_name())};
}

option_list trigger_options(const Trigger &trigger, const feature_rule &feature) {
  return parse_options(feature, std::vector<std::string>(trigger.tgargs, trigger.tgargs + trigger.tgnargs));
}

std::vector<std::string> list_option(const option_list &options, std::string_view name) {
  const std::string *given = find_option(options, name);
  const char *usual = rule_of(*options.feature, name).usual();
  return given || usual ? split_names(given ? *given : usual, fmt::format("option \"{}\"", name))
                        : std::vector<std::string>{};
}

std::uint64_t catalogue_changes() {
  watch_catalogues();
  return changes;
}

std::shared_ptr<const void> recall_plan(Oid trigger) {
  watch_catalogues();
  const auto recall = [=]() -> const remembered * {
    const auto found = plans->find(trigger);
    return found == plans->end() || !found->second.is_current ? nullptr : &found->second;
  };
  const remembered *known = recall();
  for (std::size_t i = 0; known && i < known->tables.size(); ++i)
    if (const planned_table each = known->tables[i]; each.lock != NoLock) {
      // Until the end of the transaction. Anyone who was altering it is done then, and the plan may be gone.
      call([&] { LockRelationOid(each.table, each.lock); });
      known = recall();
    }
  return known ? known->plan : nullptr;
}

void remember_plan(Oid trigger, std::span<const planned_table> tables, std::shared_ptr<const void> plan,
                   std::uint64_t changes_before) {
  if (has_citus()) {
    require_no_reference_table(tables);
    require_no_new_shard(tables.front().table, trigger);
  }
  std::vector<std::uint32_t> types;
  for (const planned_table &each : tables)
    call([&] { add_types(each.table, types); });
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  (*plans)[trigger] = {{tables.begin(), tables.end()}, std::move(types), std::move(plan), changes == changes_before};
}

} // namespace upkeep::pg
