// upkeep.goal_pace: how a month goes on towards its goal.
#include "core/decisions/shop_pace.hpp"

#include "features/decisions/figures.hpp"
#include "features/decisions/shop_calendar.hpp"
#include "features/diagnostics/calendar.hpp"
#include "features/diagnostics/run/statements.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/jsonb_sink.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

struct pace_arguments {
  std::string shop;
  day_number month, today;
  Oid records, goals;
};

struct pace_tables {
  explicit pace_tables(const pace_arguments &given)
      : records(diagnostics::found_table(given.records, "daily_records"), AccessShareLock),
        goals(diagnostics::found_table(given.goals, "monthly_goals"), AccessShareLock) {
    for (const diagnostics::run_table *table : {&records, &goals})
      table->type("shop_id");
    for (const auto &[table, column] : {std::pair{&records, "record_date"}, std::pair{&goals, "month"}})
      if (table->type(column) != DATEOID)
        throw fault{.sqlstate = sqlstate::type_mismatch,
                    .message = fmt::format("column \"{}\" of table {} has type {}", column, table->name(),
                                           pg::type_as_sql(table->type(column)).text()),
                    .hint = "It must be a date."};
  }

  diagnostics::run_table records, goals;
};

// The condition that a row of `alias` is of the shop $1, a text.
pg::fragment of_shop(const diagnostics::run_table &table, const char *alias) {
  const Oid type = table.type("shop_id");
  const pg::key_equality equality = pg::equality_of(type, type);
  return pg::sql("{alias}.shop_id {equals} CAST($1 AS {type}){cast}", "alias"_is = pg::fragment(alias),
                 "equals"_is = equality.equals, "type"_is = pg::type_as_sql(type), "cast"_is = equality.cast);
}

day_number require_argument(const pg::arguments &given, int index, const char *name) {
  const std::optional<Datum> value = given.optional_value(index);
  if (!value)
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = fmt::format("argument \"{}\" must not be null", name),
                .hint = "Pass a date; upkeep.shop_today gives that of a shop."};
  return diagnostics::require_day(DatumGetDateADT(*value));
}

pace_arguments read_pace_arguments(FunctionCallInfo fcinfo) {
  const pg::arguments given(fcinfo);
  return {given.string(0, "shop"), require_argument(given, 1, "month"), require_argument(given, 2, "today"),
          given.optional_table(3).value_or(InvalidOid), given.optional_table(4).value_or(InvalidOid)};
}

pg::parameter date_parameter(day_number day) { return {DATEOID, DateADTGetDatum(day)}; }

// What a column of the records has, as NULL where the table has no such column.
pg::fragment amount(const diagnostics::run_table &table, const char *alias, const char *column) {
  return table.has(column) ? pg::sql("{column}::pg_catalog.numeric", "column"_is = pg::columns_of(alias, {column}))
                           : pg::sql("NULL::pg_catalog.numeric");
}

struct shop_records {
  std::vector<recorded_day> revenue, profit;
};

// The days before today, of the month and of the weeks that the weights come from.
shop_records read_records(const pace_arguments &given, const pace_tables &tables, const month &calendar,
                          day_number first_week) {
  tables.records.type("revenue");
  const pg::parameter parameters[] = {pg::parameter::text(given.shop), date_parameter(calendar.first),
                                      date_parameter(calendar.first + calendar.days), date_parameter(first_week),
                                      date_parameter(given.today)};
  const pg::rows found =
      pg::read(pg::sql(R"sql(
    SELECT d.record_date, {revenue}, {profit}
    FROM {records} d
    WHERE {of_shop} AND d.record_date [<] $5
      AND ((d.record_date [>=] $2 AND d.record_date [<] $3) OR d.record_date [>=] $4)
  )sql",
                       "revenue"_is = amount(tables.records, "d", "revenue"),
                       "profit"_is = amount(tables.records, "d", "net_profit"),
                       "records"_is = pg::table{tables.records.oid}, "of_shop"_is = of_shop(tables.records, "d")),
               parameters);
  shop_records records;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    bool is_null = false;
    const day_number day = DatumGetDateADT(found.value(row, 1, is_null));
    for (const auto &[column, into] : {std::pair{2, &records.revenue}, std::pair{3, &records.profit}})
      if (const std::optional<std::string> text = found.text(row, column))
        into->push_back({day, numeric_input::of(*text)});
  }
  return records;
}

struct month_targets {
  optional_number revenue, profit;
};

optional_number read_target(const pg::rows &found, int column, const diagnostics::run_table &goals, const char *name) {
  const std::optional<std::string> text = found.text(0, column);
  if (!text)
    return std::nullopt;
  const numeric_input target = numeric_input::of(*text);
  if (!target.is_fit)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("column \"{}\" of table {} must be a number below 10^18, not {}", name,
                                       goals.name(), target.text),
                .hint = "Put the goal right, or make it NULL."};
  return target;
}

month_targets read_targets(const pace_arguments &given, const pace_tables &tables, const month &calendar) {
  const pg::parameter parameters[] = {pg::parameter::text(given.shop), date_parameter(calendar.first),
                                      date_parameter(calendar.first + calendar.days)};
  const pg::rows found =
      pg::read(pg::sql(R"sql(
    SELECT {revenue}, {profit} FROM {goals} g WHERE {of_shop} AND g.month [>=] $2 AND g.month [<] $3
  )sql",
                       "revenue"_is = amount(tables.goals, "g", "revenue_target"),
                       "profit"_is = amount(tables.goals, "g", "profit_target"),
                       "goals"_is = pg::table{tables.goals.oid}, "of_shop"_is = of_shop(tables.goals, "g")),
               parameters);
  if (found.count() > 1)
    throw fault{.sqlstate = sqlstate::cardinality_violation,
                .message = fmt::format("table {} has more than one goal of shop \"{}\" for {}", tables.goals.name(),
                                       given.shop, date_text(calendar.first).substr(0, 7)),
                .hint = "Keep one of them, and make (shop_id, month) unique."};
  month_targets targets;
  if (found.count() == 0)
    return targets;
  targets.revenue = read_target(found, 1, tables.goals, "revenue_target");
  targets.profit = read_target(found, 2, tables.goals, "profit_target");
  return targets;
}

void add(pg::result_set &into, const char *metric, const optional_number &target, const goal_pace &pace) {
  pg::jsonb_sink required;
  write_required(pace, required);
  into.add(std::string(metric), numeric_result(target ? pace.amount_text(target->exactly()) : std::nullopt),
           numeric_result(pace.amount_text(pace.so_far)), numeric_result(pace.amount_text(pace.projected)),
           numeric_result(pace.pace_text()), pg::result_set::ready{required.finish()}, pace.days_missing);
}

} // namespace

} // namespace upkeep::decisions

using namespace upkeep;
using namespace upkeep::decisions;

// upkeep.goal_pace(shop, month, today, daily_records, monthly_goals) RETURNS TABLE (metric, target, so_far, projected,
// pace, required, days_missing): a row revenue, and a row profit where the records have net_profit. Reads as the
// caller. Errors: 21000, 22003, 22004, 22008, 22023, 22P02, 42703, 42804, 42P01.
UPKEEP_FUNCTION(upkeep_goal_pace) {
  return pg::entry([=] {
    const pace_arguments given = read_pace_arguments(fcinfo);
    pg::result_set result(fcinfo);
    pg::with_spi([&] {
      const pace_tables tables(given);
      const month calendar = month_of(given.month);
      const shop_calendar days = read_shop_calendar(tables.records, given.shop);
      const shop_records records = read_records(given, tables, calendar, first_day_of_weights(given.today, days));
      const month_targets targets = read_targets(given, tables, calendar);
      const shop_pace pace(days, given.month, given.today, records.revenue);
      add(result, "revenue", targets.revenue, pace.towards(targets.revenue, records.revenue));
      if (tables.records.has("net_profit"))
        add(result, "profit", targets.profit, pace.towards(targets.profit, records.profit));
    });
    return Datum(0);
  });
}
