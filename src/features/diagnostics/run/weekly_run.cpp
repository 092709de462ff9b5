// upkeep.run_weekly_diagnostics: diagnoses a week of every shop, batch by batch.
#include "core/diagnostics/document/wordings.hpp"
#include "core/text/json.hpp"
#include "features/diagnostics/calendar.hpp"
#include "features/diagnostics/run/run_on_shards.hpp"
#include "features/diagnostics/run/statements.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/clock.hpp"
#include "postgres/executor/procedure.hpp"
#include "postgres/executor/progress.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/tenant_lock.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

constexpr int usual_batch = 5000;
// From the first day of its week to the last.
constexpr int days_after = 6;

struct weekly_run : run_wish {
  std::string wordings, titles; // JSON
  pg::progress_counts counts{};
  std::int64_t invalid = 0, in_future = 0;
  std::string first_invalid; // with the reason
};

// The shops of a batch that are to be diagnosed, an array each; the first and the last day of all their weeks. It is
// cut short where the locks of a transaction do not suffice for more.
struct shop_batch {
  ArrayBuildState *shops = nullptr, *weeks = nullptr, *todays = nullptr, *settings = nullptr, *busy = nullptr;
  day_number first_day = INT32_MAX, last_day = INT32_MIN;
  bool is_cut = false;
};

struct shop_week {
  day_number start;
  std::optional<day_number> today; // nullopt where the shop's time zone does not exist, which the diagnosis then says
  bool is_future;
};

void append(ArrayBuildState *&array, Oid type, Datum value, bool is_null = false) {
  array = call([=] { return accumArrayResult(array, value, is_null, type, CurrentMemoryContext); });
}

pg::parameter array_parameter(ArrayBuildState *array, Oid element) {
  return {call([=] { return get_array_type(element); }),
          call([=] { return makeArrayResult(array, CurrentMemoryContext); })};
}

pg::parameter jsonb_parameter(const std::string &text) {
  if (text.empty())
    return {JSONBOID, Datum(0), true};
  return {JSONBOID, call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); })};
}

pg::rows execute(const char *name, const pg::fragment &sql, std::span<const pg::parameter> parameters = {}) {
  pg::show_statement(name, sql, parameters);
  return pg::execute(sql, parameters);
}

// Settings that make no sense are the diagnosis' to report.
shop_week week_of(const weekly_run &work, Jsonb *settings) {
  const std::optional<std::string> weekday = setting_text(settings, "week_start_day");
  const int first = weekday ? weekday_from(*weekday).value_or(1) : 1;
  shop_week week{};
  week.today = work.today ? work.today : pg::date_in_zone(setting_text(settings, "timezone").value_or(""));
  const day_number today = week.today ? *week.today : *pg::date_in_zone({});
  week.start = work.day ? week_start_of(*work.day, first) : week_start_of(today, first) - days_per_week;
  week.is_future = week.start > today;
  return week;
}

// Whether a record of the shop may be being written: a session that writes one holds this lock until the end of its
// transaction, and one that comes now waits for ours.
pg::tenant_attempt try_lock(const run_tables &tables, Datum shop) {
  if (!tables.diagnostics.has("stale"))
    return pg::tenant_attempt::locked;
  return call([&] {
    const int bucket = pg::tenant_bucket(tables.shop_type, get_typcollation(tables.shop_type), shop);
    return pg::try_lock_tenant(tables.diagnostics.oid, bucket, ShareLock);
  });
}

// Reads the next shops; `last` becomes the key of the last. Returns how many there were.
std::int64_t read_batch(weekly_run &work, const run_tables &tables, shop_range range, std::string &last,
                        shop_batch &batch) {
  const pg::parameter parameters[] = {pg::parameter::text(last), {INT8OID, Int64GetDatum(work.batch_size)}};
  const pg::rows found = execute("next_shops", next_shops_sql(tables, range), parameters);
  std::uint64_t row = 0;
  for (; row < found.count(); ++row) {
    bool is_null = false;
    const Datum shop = found.value(row, 1, is_null), settings = found.value(row, 3, is_null);
    const shop_week week = week_of(work, call([=] { return DatumGetJsonbP(settings); }));
    if (week.is_future) {
      ++work.in_future;
      continue;
    }
    const pg::tenant_attempt attempt = try_lock(tables, shop);
    batch.is_cut = attempt == pg::tenant_attempt::too_many;
    if (batch.is_cut)
      break;
    append(batch.shops, tables.shop_type, shop);
    append(batch.weeks, DATEOID, DateADTGetDatum(week.start));
    append(batch.todays, DATEOID, DateADTGetDatum(week.today.value_or(0)), !week.today);
    append(batch.settings, JSONBOID, settings);
    append(batch.busy, BOOLOID, BoolGetDatum(attempt == pg::tenant_attempt::busy));
    batch.first_day = std::min(batch.first_day, week.start - days_before);
    batch.last_day = std::max(batch.last_day, week.start + days_after);
  }
  if (row > 0) {
    const std::string reached = found.text(row - 1, 2).value();
    if (range == shop_range::after && reached == last)
      throw fault{.sqlstate = sqlstate::internal_error,
                  .message = fmt::format("the weekly run does not get beyond shop \"{}\"", last)};
    last = reached;
  }
  return static_cast<std::int64_t>(row);
}

std::int64_t elements_of(Datum array) {
  return call([=] {
    const ArrayType *elements = DatumGetArrayTypeP(array);
    return ArrayGetNItems(ARR_NDIM(elements), ARR_DIMS(elements));
  });
}

void write_items(const weekly_run &work, const run_tables &tables, Datum shops, Datum weeks, Datum languages) {
  const pg::parameter parameters[] = {{call([&] { return get_array_type(tables.shop_type); }), shops},
                                      {DATEARRAYOID, weeks},
                                      jsonb_parameter(work.titles),
                                      {TEXTARRAYOID, languages}};
  execute("follow_items", follow_items_sql(tables), parameters);
  execute("settle_items", settle_items_sql(tables), parameters);
  execute("open_items", open_items_sql(tables), parameters);
}

void write_batch(weekly_run &work, const run_tables &tables, const shop_batch &batch) {
  const pg::parameter parameters[] = {
      array_parameter(batch.shops, tables.shop_type), array_parameter(batch.weeks, DATEOID),
      array_parameter(batch.todays, DATEOID),         array_parameter(batch.settings, JSONBOID),
      array_parameter(batch.busy, BOOLOID),           jsonb_parameter(work.wordings),
      {DATEOID, DateADTGetDatum(batch.first_day)},    {DATEOID, DateADTGetDatum(batch.last_day)}};
  const pg::rows result = execute("diagnose", diagnose_sql(tables), parameters);
  bool is_null = false;
  if (const std::int64_t invalid = DatumGetInt64(result.value(0, 3, is_null))) {
    if (work.invalid == 0)
      work.first_invalid = fmt::format("\"{}\": {}", result.text(0, 4).value_or(""), result.text(0, 5).value_or(""));
    work.invalid += invalid;
  }
  const Datum shops = result.value(0, 1, is_null);
  if (is_null)
    return;
  work.counts.rows_changed += elements_of(shops);
  const Datum weeks = result.value(0, 2, is_null), languages = result.value(0, 6, is_null);
  write_items(work, tables, shops, weeks, languages);
}

void report_batch(weekly_run &work) {
  ++work.counts.batches;
  pg::show_progress(work.request.diagnostics, work.counts);
  call([&] {
    ereport(NOTICE, errmsg("diagnosed " INT64_FORMAT " of " INT64_FORMAT " shops, " INT64_FORMAT " written",
                           work.counts.rows_done, work.counts.rows_total, work.counts.rows_changed));
  });
}

// What each action is called: by the users' wordings, or as is built in.
json titles_of(const json &own) {
  json titles = json::object();
  const auto name = [&](std::string_view in, std::string_view action, json title) {
    if (!titles.find(in))
      titles.set(in, json::object());
    titles.find(in)->set(action, std::move(title));
  };
  for (std::size_t each = 0; each < rule_count; ++each)
    for (const std::string_view action : actions_of(static_cast<rule>(each))) {
      for (const language built_in : languages)
        name(name_of(built_in), action, json::string(std::string(action_text(action, built_in))));
      for (const auto &[in, wording] : own[action].members())
        name(in, action, wording);
    }
  return titles;
}

void read_wordings(weekly_run &work) {
  const pg::rows found = execute("own_wordings", pg::sql(R"sql(
    SELECT pg_catalog.jsonb_object_agg(c.code, c.wordings)::pg_catalog.text
    FROM (
      SELECT w.code, pg_catalog.jsonb_object_agg(w.language, w.wording) AS wordings
      FROM upkeep.wordings w
      GROUP BY w.code
    ) c
  )sql"));
  work.wordings = found.text(0, 1).value_or("");
  work.titles = titles_of(work.wordings.empty() ? json() : parse_json(work.wordings)).dump();
}

void begin_run(weekly_run &work) {
  const run_tables tables(work.request);
  read_wordings(work);
  if (work.shop) {
    work.counts.rows_total = 1;
  } else {
    bool is_null = false;
    work.counts.rows_total = DatumGetInt64(execute("count_shops", count_shops_sql(tables)).value(0, 1, is_null));
  }
  pg::show_progress(work.request.diagnostics, work.counts);
}

[[noreturn]] void no_shop(const weekly_run &work, const run_tables &tables) {
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("there is no shop \"{}\"", *work.shop),
              .detail = fmt::format("Neither {} nor {} has it.", tables.settings.name(), tables.records.name()),
              .hint = "Pass the shop_id of a shop, or NULL for all."};
}

void run_shards(weekly_run &work) {
  const run_tables tables(work.request);
  const run_on_shards_result result = run_on_shards(work, tables);
  if (result.shops == 0 && work.shop)
    no_shop(work, tables);
  work.counts.rows_total = work.counts.rows_done = result.shops;
  work.in_future = result.in_future;
  work.invalid = result.invalid;
  work.first_invalid = result.first_invalid;
}

// A transaction. Returns whether there may be more shops, which `range` then says.
bool run_batch(weekly_run &work, shop_range &range, std::string &last) {
  const run_tables tables(work.request);
  shop_batch batch;
  const std::int64_t count = read_batch(work, tables, range, last, batch);
  // A shop lies in one shard of many.
  if (count == 0 && range == shop_range::only && !pg::is_shard(work.request.records))
    no_shop(work, tables);
  if (batch.shops)
    write_batch(work, tables, batch);
  work.counts.rows_done += count;
  const bool has_more = (count == work.batch_size || batch.is_cut) && range != shop_range::only;
  if (count > 0)
    range = shop_range::after;
  return has_more;
}

// What a transaction takes is given back with its SPI connection, however many there are.
template <class F> bool in_transaction(F &&body) {
  call([] { SPI_connect_ext(SPI_OPT_NONATOMIC); });
  const bool result = body();
  call([] {
    SPI_commit();
    SPI_finish();
  });
  return result;
}

void report_end(const weekly_run &work) {
  if (work.in_future > 0 && work.in_future == work.counts.rows_done && !pg::is_shard(work.request.records))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("the week of {} is in the future", date_text(*work.day)),
                .hint = "Pass a day of a week that has begun, or NULL for the last closed one."};
  call([&] {
    if (work.in_future > 0)
      ereport(NOTICE, errmsg("left out " INT64_FORMAT " shops, where that week has not begun", work.in_future));
    if (work.invalid > 0)
      ereport(
          WARNING,
          errmsg(INT64_FORMAT " of " INT64_FORMAT " shops could not be evaluated", work.invalid, work.counts.rows_done),
          errdetail("The first is %s.", work.first_invalid.c_str()),
          errhint("facts ->> 'invalid' says why; correct settings or records, and run it again."));
  });
}

void report_shards(const weekly_run &work) {
  const std::string name = pg::table_name(work.request.records);
  call([&] {
    ereport(NOTICE,
            errmsg("diagnosed " INT64_FORMAT " shops in the shards of \"%s\"", work.counts.rows_done, name.c_str()));
  });
}

void run(weekly_run &work) {
  bool on_shards = false;
  std::string last = work.shop.value_or("");
  shop_range range = work.shop ? shop_range::only : shop_range::all;
  for (bool is_first = true, has_more = true; has_more; is_first = false) {
    has_more = in_transaction([&] {
      if (is_first) {
        find_tables(work.request);
        on_shards = pg::has_shards(work.request.records);
      }
      if (on_shards) {
        run_shards(work);
        return false;
      }
      if (is_first)
        begin_run(work);
      return run_batch(work, range, last);
    });
    on_shards ? report_shards(work) : report_batch(work);
  }
  report_end(work);
}

std::optional<day_number> optional_day(const pg::arguments &given, int index) {
  const std::optional<Datum> value = given.optional_value(index);
  return value ? std::optional(require_day(DatumGetDateADT(*value))) : std::nullopt;
}

weekly_run read_request(const pg::arguments &given) {
  weekly_run work{};
  work.day = optional_day(given, 0);
  work.shop = given.optional_string(1);
  work.today = optional_day(given, 2);
  const auto table = [&](int index) { return given.optional_table(index).value_or(InvalidOid); };
  work.request = {table(3), table(4), table(5), table(6)};
  work.batch_size = given.integer(7, "batch_size");
  pg::require_batch_size(work.batch_size, usual_batch);
  return work;
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// CALL upkeep.run_weekly_diagnostics(week_start, shop, today, daily_records, shop_settings, weekly_diagnostics,
// action_items, batch_size): as the caller; a transaction a batch. Errors: 22004, 22008, 22023, 2D000, 42703, 42804,
// 42P01, 42P10.
UPKEEP_FUNCTION(upkeep_run_weekly_diagnostics) {
  return pg::entry([=] {
    weekly_run work = read_request(pg::arguments(fcinfo));
    pg::require_no_transaction_block(fcinfo, "upkeep.run_weekly_diagnostics");
    pg::with_progress([&] { run(work); });
    return Datum(0);
  });
}
