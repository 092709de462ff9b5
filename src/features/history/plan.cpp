#include "features/history/plan.hpp"

#include "features/catalogue.hpp"
#include "features/history/tables.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::history {

namespace {

history_plan make_plan(const Trigger &trigger, Relation table, std::int32_t number) {
  history_plan plan{number, resolve_columns(pg::trigger_options(trigger, history_feature), table), {}};
  plan.counted = pg::counted_layout(RelationGetDescr(table), plan.columns.counted);
  return plan;
}

} // namespace

void require_no_shards(Oid table) {
  const Oid named = pg::logical_table(table);
  if (pg::has_shards(named))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("history cannot be kept of distributed table \"{}\"", pg::table_name(named)),
                .detail = "Each node would keep entries of its own, and lose those of a shard that moves away.",
                .hint = fmt::format("SELECT upkeep.disable_history({}), or keep it a local table.",
                                    pg::literals({pg::qualified(named)}))};
}

std::shared_ptr<const history_plan> plan_of(const TriggerData &trigger) {
  Relation table = trigger.tg_relation;
  return pg::session_plan<history_plan>(*trigger.tg_trigger, [&] {
    require_no_shards(RelationGetRelid(table));
    std::int32_t number = 0;
    pg::with_spi([&] { number = ensure_number(RelationGetRelid(table)); });
    return pg::resolved_plan<history_plan>{
        std::make_shared<history_plan>(make_plan(*trigger.tg_trigger, table, number)), {{RelationGetRelid(table)}}};
  });
}

history_plan plan_of_partition(const Trigger &trigger, const history_plan &of, Relation partition) {
  return make_plan(trigger, partition, of.number);
}

} // namespace upkeep::history
