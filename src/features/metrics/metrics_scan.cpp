#include "features/metrics/metrics_scan.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::metrics {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr std::size_t max_metrics_on_stack = 32;

// s.a
fragment column_of(const char *alias, const std::string &name) { return pg::columns_of(alias, {name}); }

// The settings in force, s, beside each row t.
fragment joined_settings(const settings_source &source) {
  std::vector<fragment> list;
  for (const number_column &column : source.columns)
    list.push_back(column_of("s", column.name));
  const pg::key_equality equality = pg::equality_of(source.key.type, source.row_key.type);
  const fragment collate = source.key.collation == source.row_key.collation
                               ? fragment()
                               : sql("COLLATE {name}", "name"_is = fragment(pg::collation_name(source.key.collation)));
  const fragment latest = source.from.number ? sql("AND {from} [<=] {date} ORDER BY {from} DESC",
                                                   "from"_is = column_of("s", source.from.name),
                                                   "date"_is = column_of("t", source.row_date.name))
                                             : fragment();
  return sql(R"sql(
    LEFT JOIN LATERAL (
      SELECT {list}
      FROM {settings} s
      WHERE {key} {equals} {row_key}{cast} {collate}
      {latest}
      FETCH FIRST 1 ROW ONLY
    ) s ON true
  )sql",
             "list"_is = pg::joined(list), "settings"_is = pg::own_rows_of(source.table),
             "key"_is = column_of("s", source.key.name), "equals"_is = equality.equals,
             "row_key"_is = column_of("t", source.row_key.name), "cast"_is = equality.cast, "collate"_is = collate,
             "latest"_is = latest);
}

fragment scan_query(const metrics_plan &plan, Oid table, const fragment &key, const fragment &condition) {
  std::vector<fragment> list{key};
  for (const number_column &column : plan.columns)
    list.push_back(column_of("t", column.name));
  if (plan.settings)
    for (const number_column &column : plan.settings->columns)
      list.push_back(column_of("s", column.name));
  for (const metric_set::metric &metric : plan.set.metrics())
    list.push_back(column_of("t", metric.expression.target));
  return sql(R"sql(
    SELECT {list}
    FROM ONLY {table} t
    {settings}
    {condition}
  )sql",
             "list"_is = pg::joined(list), "table"_is = pg::table{table},
             "settings"_is = plan.settings ? joined_settings(*plan.settings) : fragment(), "condition"_is = condition);
}

} // namespace

std::shared_ptr<const metrics_plan> plan_of_table(Oid table) {
  std::shared_ptr<const metrics_plan> plan;
  pg::with_relation(table, [&](Relation relation) {
    const Trigger *own = trigger_of(relation, metrics_feature);
    if (!own)
      throw fault{.sqlstate = sqlstate::undefined_object,
                  .message = fmt::format("metrics are not enabled on \"{}\"", pg::table_name(relation)),
                  .hint = "Call upkeep.enable_metrics() first."};
    plan = plan_of_trigger(*own, relation);
  });
  return plan;
}

metrics_scan::metrics_scan(Oid table, std::shared_ptr<const metrics_plan> of, const scan_filter &filter,
                           const fragment &key, bool outlives)
    : plan(std::move(of)),
      scratch(
          call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rows", ALLOCSET_DEFAULT_SIZES); })),
      domain_memory(
          call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep domains", ALLOCSET_SMALL_SIZES); })),
      domains(*plan, domain_memory), inputs(plan->set.inputs().size()) {
  const scan_condition condition = condition_of(*plan, table, filter);
  const std::string query = scan_query(*plan, table, key, condition.sql);
  std::vector<Oid> types;
  std::vector<Datum> values;
  for (const pg::parameter &each : condition.parameters) {
    types.push_back(each.type);
    values.push_back(each.value);
  }
  cursor = call([&] {
    return SPI_cursor_open_with_args(nullptr, query.c_str(), static_cast<int>(types.size()), types.data(),
                                     values.data(), nullptr, false, CURSOR_OPT_NO_SCROLL);
  });
  if (outlives)
    call([this] { PinPortal(cursor); });
}

bool metrics_scan::fetch(std::int64_t most) {
  batch.free();
  MemoryContextReset(scratch);
  call([&] { SPI_cursor_fetch(cursor, true, most); });
  batch = pg::rows(SPI_tuptable);
  return batch.count() > 0;
}

void metrics_scan::close() {
  batch.free();
  MemoryContextDelete(scratch);
  MemoryContextDelete(domain_memory);
  call([this] {
    if (cursor->portalPinned)
      UnpinPortal(cursor);
    SPI_cursor_close(cursor);
  });
}

Datum metrics_scan::key(std::uint64_t row) const {
  bool is_null = false;
  return batch.value(row, 1, is_null);
}

int metrics_scan::number_type(std::size_t metric) const {
  return 2 + static_cast<int>(plan->set.inputs().size() + metric);
}

decimal metrics_scan::input(std::uint64_t row, std::size_t number) const {
  bool is_null = false;
  const Datum value = batch.value(row, 2 + static_cast<int>(number), is_null);
  const bool of_row = number < plan->columns.size();
  const number_column &column = of_row ? plan->columns[number] : plan->settings->columns[number - plan->columns.size()];
  if (is_null)
    return decimal::null();
  decimal read{};
  const pg::number_kind kind = call([&] { return pg::read_number(value, column.type, read); });
  if (kind != pg::number_kind::finite)
    pg::not_finite(kind, fmt::format("column \"{}\" {} \"{}\"", column.name, of_row ? "of table" : "of the settings of",
                                     plan->table));
  if (!of_row)
    require_fraction(*plan, number - plan->columns.size(), read);
  return read;
}

bool metrics_scan::matches(const metric_target &target, const outcome &expected, Datum stored, bool is_null) const {
  if (is_null || expected.kind != outcome_kind::value)
    return is_null == (expected.kind != outcome_kind::value);
  decimal number{};
  return call([&] { return pg::read_number(stored, target.type, number); }) == pg::number_kind::finite &&
         has_value(number, expected.digits, expected.scale);
}

const std::vector<metric_finding> &metrics_scan::findings(std::uint64_t row) {
  found.clear();
  const pg::within memory(scratch);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    inputs[i] = input(row, i);
  outcome results[max_metrics_on_stack];
  const std::size_t count = plan->targets.size();
  const figure_judge *judge = domains.judge();
  // What a domain calls wants a snapshot, which a commit takes away.
  bool all_match = count <= max_metrics_on_stack && call([&] {
                     if (judge)
                       EnsurePortalSnapshotExists();
                     return plan->set.compute(inputs, std::span(results, count), judge);
                   });
  for (std::size_t i = 0; all_match && i < count; ++i) {
    bool is_null = false;
    const Datum stored = batch.value(row, number_type(i), is_null);
    all_match = results[i].kind <= outcome_kind::null && matches(plan->targets[i], results[i], stored, is_null);
  }
  if (!all_match)
    compare_exactly(row);
  return found;
}

void metrics_scan::compare_exactly(std::uint64_t row) {
  std::vector<exact_outcome> results(plan->targets.size());
  plan->set.compute_exactly(inputs, results, pg::server_interrupt(), domains.exactly());
  for (std::size_t i = 0; i < results.size(); ++i) {
    metric_finding each{
        i, 0, false, "", results[i].kind == outcome_kind::too_large, results[i].kind == outcome_kind::refused, false};
    each.stored = batch.value(row, number_type(i), each.stored_is_null);
    const bool expects_null =
        results[i].kind == outcome_kind::null ||
        ((each.is_too_large || each.is_refused) && plan->options.on_overflow == overflow_rule::null);
    if (!expects_null)
      each.expected = results[i].text;
    const Oid type = plan->targets[i].type;
    each.differs =
        each.stored_is_null != expects_null || (!expects_null && !pg::equals_number(each.stored, type, each.expected));
    if (each.differs || each.is_too_large || each.is_refused)
      found.push_back(each);
  }
}

} // namespace upkeep::metrics
