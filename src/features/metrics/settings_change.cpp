// The trigger function upkeep.metrics_settings(): what a change of the settings means for the figures that stand on
// them.
#include "features/catalogue.hpp"
#include "features/metrics/dependents.hpp"
#include "features/metrics/settings_reader.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/memory.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/tenant_lock.hpp"

#include <algorithm>
#include <set>

namespace upkeep::metrics {

using pg::call;

namespace {

constexpr const char *right_trigger =
    "AFTER INSERT OR UPDATE OR DELETE ... FOR EACH ROW, or AFTER TRUNCATE ... FOR EACH STATEMENT";

// A dependent table as one statement on the settings sees it.
struct cascade {
  explicit cascade(const dependent &of);

  // Computes the rows of one tenant again, as the owner of the table.
  void run(std::span<const Datum> key, Oid settings_owner) const;

  dependent to;
  Oid owner;
  std::unique_ptr<pg::saved_query> one_tenant, all_tenants;
};

cascade::cascade(const dependent &of) : to(of) {
  const settings_source &source = *to.plan->settings;
  pg::with_relation(to.table, [&](Relation relation) { owner = relation->rd_rel->relowner; });
  const pg::fragment update =
      pg::sql("UPDATE {rows} t SET {metric} = t.{metric}", "rows"_is = pg::own_rows_of(to.table),
              "metric"_is = pg::identifier{to.plan->set.metrics()[0].expression.target});
  const pg::key_equality equality = pg::equality_of(source.row_key.type, source.key.type);
  one_tenant = std::make_unique<pg::saved_query>(
      pg::sql("{update} WHERE t.{key} {equals} $1{cast}", "update"_is = update,
              "key"_is = pg::identifier{source.row_key.name}, "equals"_is = equality.equals, "cast"_is = equality.cast),
      std::vector<Oid>{source.key.type});
  all_tenants = std::make_unique<pg::saved_query>(update, std::vector<Oid>{});
}

void cascade::run(std::span<const Datum> key, Oid settings_owner) const {
  // Otherwise anyone with settings could write to any table.
  pg::require_role_of(settings_owner, to.table, owner);
  call([this] { LockRelationOid(to.table, RowExclusiveLock); });
  // As referential integrity does: rows that a repeatable snapshot does not see make it fail instead of staying as they
  // are.
  Snapshot latest = InvalidSnapshot, crosscheck = InvalidSnapshot;
  if (IsolationUsesXactSnapshot())
    call([&] {
      CommandCounterIncrement();
      latest = GetLatestSnapshot();
      crosscheck = GetTransactionSnapshot();
    });
  const pg::marked_statement marked(to.plan->recalculation());
  // Another role would not share the connections on which the transaction has written to shards.
  const Oid role = pg::has_shards(to.table) ? call([] { return GetUserId(); }) : owner;
  pg::as_user(role, SECURITY_NOFORCE_RLS,
              [&] { (key.empty() ? all_tenants : one_tenant)->execute(key, latest, crosscheck); });
}

// What one statement knows of the tables that depend on the settings.
struct cascades {
  std::vector<std::unique_ptr<cascade>> all;
};

const cascades &cascades_of(FunctionCallInfo fcinfo, Relation settings) {
  if (!fcinfo->flinfo->fn_extra) {
    auto &made = pg::make_in<cascades>(fcinfo->flinfo->fn_mcxt);
    for (const dependent &each : dependents_of(RelationGetRelid(settings)))
      made.all.push_back(std::make_unique<cascade>(each));
    fcinfo->flinfo->fn_extra = &made;
  }
  return *static_cast<const cascades *>(fcinfo->flinfo->fn_extra);
}

// A row of the settings before or after the change.
class version {
public:
  version(HeapTuple row, Relation table) : row(row), table(table) {}

  explicit operator bool() const { return row; }
  // The number differs from partition to partition.
  Datum value(const std::string &column, bool &is_null) const {
    const AttrNumber number = pg::require_column(table, column, "enable_metrics");
    return call([&] { return heap_getattr(row, number, RelationGetDescr(table), &is_null); });
  }
  bool differs(const version &other, const std::string &column) const {
    bool null = false, other_null = false;
    const Datum ours = value(column, null), theirs = other.value(column, other_null);
    if (null || other_null)
      return null != other_null;
    const AttrNumber number = pg::require_column(table, column, "enable_metrics");
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), number - 1);
    return !call([&] { return datum_image_eq(ours, theirs, attribute.attbyval, attribute.attlen); });
  }

private:
  HeapTuple row;
  Relation table;
};

struct change {
  version before, after;

  // Whether other writers may have looked for a row that comes or goes.
  bool comes_or_goes(const settings_source &source) const {
    return !before || !after || before.differs(after, source.key.name) ||
           (source.from.number && before.differs(after, source.from.name));
  }
  bool concerns(const settings_source &source) const {
    return comes_or_goes(source) ||
           std::any_of(source.columns.begin(), source.columns.end(),
                       [&](const number_column &column) { return before.differs(after, column.name); });
  }
  // The tenants concerned: one, or two where the key changed.
  std::vector<Datum> keys(const settings_source &source) const {
    std::vector<Datum> found;
    for (const version *each : {&before, &after})
      if (*each && (found.empty() || before.differs(after, source.key.name))) {
        bool is_null = false;
        const Datum key = each->value(source.key.name, is_null);
        if (!is_null)
          found.push_back(key);
      }
    return found;
  }
};

void lock_keys(const settings_source &source, const std::vector<Datum> &keys) {
  std::set<int> buckets;
  for (const Datum key : keys)
    buckets.insert(call([&] { return pg::tenant_bucket(source.key.type, source.key.collation, key); }));
  for (const int bucket : buckets)
    call([&] { pg::lock_tenant(source.root, bucket, ExclusiveLock); });
}

void follow_row(const TriggerData &trigger, const cascades &all) {
  Relation settings = trigger.tg_relation;
  const bool inserts = TRIGGER_FIRED_BY_INSERT(trigger.tg_event), updates = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  const change made{{inserts ? nullptr : trigger.tg_trigtuple, settings},
                    {updates   ? trigger.tg_newtuple
                     : inserts ? trigger.tg_trigtuple
                               : nullptr,
                     settings}};
  for (const auto &each : all.all) {
    const metrics_plan &plan = *each->to.plan;
    const settings_source &source = *plan.settings;
    if (!made.concerns(source))
      continue;
    const std::vector<Datum> keys = made.keys(source);
    if (made.comes_or_goes(source))
      lock_keys(source, keys);
    if (plan.options.on_settings_change == settings_change::recalculate)
      for (const Datum &key : keys)
        each->run(std::span(&key, 1), settings->rd_rel->relowner);
  }
}

// After a TRUNCATE it is Citus that has the shards write their rows, and those cannot know why.
void require_plain_stamps(const cascade &of, Relation settings) {
  if (!of.to.plan->options.touches_updated_at && pg::has_shards(RelationGetRelid(settings)))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("cannot truncate \"{}\": \"{}\" is recalculated with touch_updated_at => false",
                                       pg::table_name(settings), pg::table_name(of.to.table)),
                .hint = fmt::format("DELETE FROM {};", pg::qualified(RelationGetRelid(settings)))};
}

void follow_change(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, metrics_settings_feature);
  const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  if (!TRIGGER_FIRED_AFTER(trigger.tg_event) || TRIGGER_FIRED_FOR_ROW(trigger.tg_event) == truncates)
    pg::misused_trigger(trigger, metrics_settings_feature, right_trigger);
  ++settings_generation;
  if (pg::is_paused(pg::pausable::metrics))
    return;
  pg::with_spi([&] {
    const cascades &all = cascades_of(fcinfo, trigger.tg_relation);
    if (!truncates)
      return follow_row(trigger, all);
    for (const auto &each : all.all)
      if (each->to.plan->options.on_settings_change == settings_change::recalculate) {
        require_plain_stamps(*each, trigger.tg_relation);
        each->run({}, trigger.tg_relation->rd_rel->relowner);
      }
  });
}

} // namespace

} // namespace upkeep::metrics

// upkeep.metrics_settings() RETURNS trigger: AFTER INSERT OR UPDATE OR DELETE, FOR EACH ROW, and AFTER TRUNCATE, FOR
// EACH STATEMENT, on the table of the settings. Errors: 39P01 a wrong trigger, 40001 under a repeatable snapshot, 42501
// where the settings' owner may not write to a table to be recalculated, and what computing its rows raises.
UPKEEP_FUNCTION(upkeep_metrics_settings) {
  return upkeep::pg::entry([=] {
    upkeep::metrics::follow_change(fcinfo);
    return Datum(0);
  });
}
