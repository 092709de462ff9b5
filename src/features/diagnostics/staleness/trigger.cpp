// The trigger function upkeep.weekly_diagnostics(): on the daily records, it marks the diagnoses that a statement makes
// stale.
#include "features/diagnostics/staleness/staleness.hpp"

#include "core/diagnostics/facts/day_runs.hpp"
#include "features/catalogue.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/citus/told_shards.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/rows/collect_keys.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/tenant_lock.hpp"
#include "postgres/trigger.hpp"

#include <set>
#include <unordered_map>

namespace upkeep::diagnostics {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *right_trigger =
    "AFTER INSERT, UPDATE or DELETE with transition tables, or AFTER TRUNCATE, FOR EACH STATEMENT";

// A diagnosis reads its week and eight before: a day is read by those whose week begins so many days before and after
// it.
constexpr int days_ahead = 6, days_behind = 56, days_read = days_ahead + days_behind + 1;

// The days that were edited, by shop.
class edited_days {
public:
  edited_days(Relation records, const staleness &of)
      : shop_column(*TupleDescAttr(RelationGetDescr(records), of.shop - 1)), plan(of) {}

  // A record without a shop or a day is in no diagnosis.
  void add(const pg::transition &rows) {
    bool is_null[2];
    const Datum shop = call([&] { return slot_getattr(rows.row(), plan.shop, &is_null[0]); });
    const Datum date = call([&] { return slot_getattr(rows.row(), plan.date, &is_null[1]); });
    const DateADT day = DatumGetDateADT(date);
    if (is_null[0] || is_null[1] || DATE_NOT_FINITE(day))
      return;
    image.clear();
    pg::append_image(shop_column, shop, image);
    const auto [at, is_new] = places.try_emplace(image, shops.size());
    if (is_new)
      shops.push_back(
          {call([&] { return datumCopy(shop, shop_column.attbyval, shop_column.attlen); }), day_runs(days_read)});
    shops[at->second].days.add(day);
  }

  bool empty() const { return shops.empty(); }

  // Until the end of the transaction: a run of the diagnostics that cannot see what is being written must know of it,
  // and what it writes now must be seen before it is marked.
  void lock() const {
    std::set<int> ascending;
    const Oid type = plan.shop_type;
    for (const edited_shop &each : shops)
      ascending.insert(call([&] { return pg::tenant_bucket(type, get_typcollation(type), each.shop); }));
    const std::vector<int> buckets(ascending.begin(), ascending.end());
    call([&] { pg::lock_tenants(plan.diagnostics, buckets, RowExclusiveLock); });
  }

  // Arrays of one length: shop, and the first and the last week_start that a run of its days is read by.
  std::vector<pg::parameter> parameters() const {
    ArrayBuildState *keys = nullptr, *first = nullptr, *last = nullptr;
    const auto append = [](ArrayBuildState *&array, Oid type, Datum value) {
      array = call([=] { return accumArrayResult(array, value, false, type, CurrentMemoryContext); });
    };
    for (const edited_shop &each : shops)
      for (const day_run &run : each.days.runs()) {
        append(keys, plan.shop_type, each.shop);
        append(first, DATEOID, DateADTGetDatum(run.first - days_ahead));
        append(last, DATEOID, DateADTGetDatum(run.last + days_behind));
      }
    const auto finished = [](ArrayBuildState *array) {
      return call([=] { return makeArrayResult(array, CurrentMemoryContext); });
    };
    return {{call([&] { return get_array_type(plan.shop_type); }), finished(keys)},
            {DATEARRAYOID, finished(first)},
            {DATEARRAYOID, finished(last)}};
  }

private:
  struct edited_shop {
    Datum shop;
    day_runs days;
  };

  const FormData_pg_attribute &shop_column;
  const staleness &plan;
  std::unordered_map<std::string, std::size_t> places;
  std::vector<edited_shop> shops;
  std::string image;
};

std::shared_ptr<const staleness> plan_of(const TriggerData &trigger) {
  return pg::session_plan<staleness>(*trigger.tg_trigger, [&] {
    Relation records = trigger.tg_relation;
    const option_list options = pg::trigger_options(*trigger.tg_trigger, weekly_diagnostics_feature);
    const Oid diagnostics = other_table(options, "weekly_diagnostics", records, RowExclusiveLock);
    return pg::resolved_plan<staleness>{
        std::make_shared<const staleness>(resolve_staleness(options, records, diagnostics)),
        {{RelationGetRelid(records)}, {diagnostics, RowExclusiveLock}}};
  });
}

// A layout in which the columns count that a diagnosis reads.
std::vector<char> counted_columns(Relation records, const staleness &plan) {
  const TupleDesc descriptor = RelationGetDescr(records);
  std::vector<char> memory(pg::layout::size(descriptor->natts));
  auto &table = *new (memory.data()) pg::layout;
  pg::describe(descriptor, table);
  for (int i = 0; i < descriptor->natts; ++i)
    table.columns[i].role = pg::column_role::passive;
  for (const AttrNumber column : plan.read)
    table.columns[column - 1].role = pg::column_role::counted;
  return memory;
}

// The diagnoses w that are not marked, of the edited shops k, in the weeks that were diagnosed from the edited days.
struct unmarked {
  fragment windows = sql(R"sql(
    ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3)) AS k(shop, first, last)
  )sql");
  fragment condition;

  explicit unmarked(const staleness &plan)
      : condition(sql("{of_shop} AND w.week_start [>=] k.first AND w.week_start [<=] k.last AND w.stale IS NOT TRUE",
                      "of_shop"_is = plan.of_shop)) {}
};

// A transaction with one snapshot does not see a diagnosis that was made after it: what is still to be marked by the
// latest snapshot ends it.
void require_all_marked(const staleness &plan, const unmarked &which, const std::vector<pg::parameter> &parameters) {
  if (!call([] { return IsolationUsesXactSnapshot(); }))
    return;
  call([] { CommandCounterIncrement(); });
  const pg::rows left =
      pg::execute(sql("SELECT FROM {diagnostics} w JOIN {windows} ON {condition} LIMIT 1", "diagnostics"_is = plan.name,
                      "windows"_is = which.windows, "condition"_is = which.condition),
                  parameters, pg::snapshot::latest);
  if (left.count() > 0)
    throw fault{.sqlstate = sqlstate::serialization_failure,
                .message = "a diagnosis was made from days that this transaction has edited since",
                .detail = "It is not visible to this transaction, and cannot be marked as stale.",
                .hint = "Repeat the transaction."};
}

// Locked in the order of their keys, so that two statements with the same diagnoses wait for each other.
void mark(const staleness &plan, const edited_days &edited) {
  const std::vector<pg::parameter> parameters = edited.parameters();
  const unmarked which(plan);
  const pg::rows held =
      pg::execute(sql(R"sql(
    SELECT FROM {diagnostics} w
    JOIN {windows} ON {condition}
    ORDER BY w.shop_id, w.week_start
    FOR NO KEY UPDATE OF w
  )sql",
                      "diagnostics"_is = plan.name, "windows"_is = which.windows, "condition"_is = which.condition),
                  parameters);
  if (held.count() > 0) {
    const pg::marked_statement marked(pg::own_statement::derived);
    pg::execute(sql("UPDATE {diagnostics} w SET stale = true FROM {windows} WHERE {condition}",
                    "diagnostics"_is = plan.name, "windows"_is = which.windows, "condition"_is = which.condition),
                parameters);
  }
  require_all_marked(plan, which, parameters);
}

void mark_all(const staleness &plan) {
  const pg::marked_statement marked(pg::own_statement::derived);
  pg::execute(sql("UPDATE {diagnostics} w SET stale = true WHERE w.stale IS NOT TRUE", "diagnostics"_is = plan.name));
}

void after_statement(const TriggerData &trigger) {
  const bool truncates = TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event);
  if (!TRIGGER_FIRED_AFTER(trigger.tg_event) || TRIGGER_FIRED_FOR_ROW(trigger.tg_event) ||
      (!truncates && !TRIGGER_FIRED_BY_INSERT(trigger.tg_event) && !trigger.tg_oldtable) ||
      (!truncates && !TRIGGER_FIRED_BY_DELETE(trigger.tg_event) && !trigger.tg_newtable))
    pg::misused_trigger(trigger, weekly_diagnostics_feature, right_trigger);
  if (pg::is_paused(pg::pausable::weekly_diagnostics) || pg::is_quiet())
    return;
  pg::with_spi([&] {
    const Oid records = RelationGetRelid(trigger.tg_relation);
    if (truncates && pg::has_shards(records))
      return pg::tell_shards(records);
    const std::shared_ptr<const staleness> plan = plan_of(trigger);
    const auto as_owner = [&](auto &&body) {
      pg::require_role_of(trigger.tg_relation->rd_rel->relowner, plan->diagnostics, plan->owner);
      pg::as_user(plan->owner, SECURITY_NOFORCE_RLS, body);
    };
    if (truncates) {
      as_owner([&] { mark_all(*plan); });
      return;
    }
    edited_days edited(trigger.tg_relation, *plan);
    const std::vector<char> counted = counted_columns(trigger.tg_relation, *plan);
    pg::collect_keys(trigger, edited, [&] {
      const auto &layout = *reinterpret_cast<const pg::layout *>(counted.data());
      return [rows = pg::row_comparer(layout, trigger.tg_relation)](
                 const pg::transition &before, const pg::transition &after) { return rows.changed(before, after); };
    });
    if (edited.empty()) {
      if (TRIGGER_FIRED_BY_DELETE(trigger.tg_event) && pg::is_shard(records) &&
          pg::is_emptied_here(trigger.tg_relation))
        as_owner([&] { mark_all(*plan); });
      return;
    }
    edited.lock();
    as_owner([&] { mark(*plan, edited); });
  });
}

Oid require_type(Relation table, const std::string &column, Oid needed) {
  const AttrNumber number = pg::require_column(table, column, enable_weekly_diagnostics_name);
  const Oid declared = TupleDescAttr(RelationGetDescr(table), number - 1)->atttypid;
  const Oid type = call([=] { return getBaseType(declared); });
  if (OidIsValid(needed) && type != needed)
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("column \"{}\" of table \"{}\" has type {}", column, pg::table_name(table),
                                       type_of(table, number)),
                .hint = fmt::format("It must be {}.", pg::string_from([=] { return format_type_be(needed); }))};
  return type;
}

} // namespace

staleness resolve_staleness(const option_list &options, Relation records, Oid diagnostics) {
  staleness plan{};
  plan.diagnostics = diagnostics;
  plan.owner = pg::owner_of(diagnostics);
  plan.name = pg::table{diagnostics};
  plan.shop_column = text_option(options, "shop_column");
  plan.date_column = text_option(options, "date_column");
  pg::require_both(
      [&] {
        pg::require_columns(records, {plan.shop_column, plan.date_column}, enable_weekly_diagnostics_name);
      },
      [&] {
        pg::with_relation(diagnostics, [](Relation table) {
          pg::require_columns(table, {"shop_id", "week_start", "stale"}, enable_weekly_diagnostics_name);
        });
      });
  plan.shop_type = require_type(records, plan.shop_column, InvalidOid);
  require_type(records, plan.date_column, DATEOID);
  const TupleDesc descriptor = RelationGetDescr(records);
  plan.shop = pg::find_column(descriptor, plan.shop_column);
  plan.date = pg::find_column(descriptor, plan.date_column);
  plan.read = {plan.shop, plan.date};
  for (const char *figure : {"orders", "revenue", "ad_spend", "leads", "returns", "refunds"})
    if (const AttrNumber column = pg::find_column(descriptor, figure))
      plan.read.push_back(column);
  pg::with_relation(diagnostics, [&](Relation table) {
    require_type(table, "week_start", DATEOID);
    require_type(table, "stale", BOOLOID);
    const pg::key_equality equality = pg::equality_of(require_type(table, "shop_id", InvalidOid), plan.shop_type);
    plan.of_shop = sql("w.shop_id {equals} k.shop{cast}", "equals"_is = equality.equals, "cast"_is = equality.cast);
  });
  return plan;
}

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.weekly_diagnostics() RETURNS trigger: AFTER, FOR EACH STATEMENT, on the daily records. Errors: 39P01 a wrong
// trigger; 22023, 42501, 42703, 42804 and 42P01 its arguments.
UPKEEP_FUNCTION(upkeep_weekly_diagnostics) {
  return pg::entry([=] {
    after_statement(pg::require_trigger(fcinfo, weekly_diagnostics_feature));
    return Datum(0);
  });
}
