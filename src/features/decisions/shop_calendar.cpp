#include "features/decisions/shop_calendar.hpp"

#include "features/diagnostics/run/run_tables.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::decisions {

using pg::call;

namespace {

using diagnostics::run_table;

std::optional<run_table> readable_beside(const run_table &records, const char *name) {
  std::optional<run_table> found = diagnostics::table_beside(records.oid, name);
  if (!found || !found->has("shop_id") || !pg::have_common_equality(found->type("shop_id"), records.type("shop_id")))
    return std::nullopt;
  const Oid table = found->oid;
  const bool is_readable = call([=] { return pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK; });
  return is_readable ? std::move(found) : std::nullopt;
}

// The condition that a row t of the table is of the shop $1, a text, by what the key is in the records.
pg::fragment of_shop(const run_table &table, const run_table &records) {
  const pg::key_equality equality = pg::equality_of(table.type("shop_id"), records.type("shop_id"));
  return pg::sql("t.shop_id {equals} CAST($1 AS {type}){cast}", "equals"_is = equality.equals,
                 "type"_is = pg::type_as_sql(records.type("shop_id")), "cast"_is = equality.cast);
}

// What a column has, as text, or NULL where the table has no such column.
pg::fragment text_of(const run_table &table, const char *column) {
  return table.has(column) ? pg::sql("{column}::pg_catalog.text", "column"_is = pg::columns_of("t", {column}))
                           : pg::sql("NULL::pg_catalog.text");
}

[[noreturn]] void no_weekdays(const run_table &settings, const char *column, const std::string &value) {
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("column \"{}\" of table {} has no days of the week, but {}", column,
                                     settings.name(), value),
              .hint = "Monday is 1, Sunday 7; NULL leaves it to upkeep."};
}

// Of the text of an array: "{6,7}".
std::optional<weekday_set> weekdays_from(std::string_view list) {
  weekday_set days = 0;
  constexpr std::string_view around = "{}[], \"";
  for (std::size_t at = 0; (at = list.find_first_not_of(around, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(list.find_first_of(around, at), list.size());
    if (end - at != 1 || list[at] < '1' || list[at] > '0' + days_per_week)
      return std::nullopt;
    days |= 1u << (list[at] - '1');
    at = end;
  }
  return days;
}

void read_settings(const run_table &settings, const run_table &records, const std::string &shop, shop_calendar &into) {
  const pg::parameter parameters[] = {pg::parameter::text(shop)};
  const pg::rows found = pg::read(
      pg::sql("SELECT {closed}, {first} FROM {settings} t WHERE {of_shop}",
              "closed"_is = text_of(settings, "closed_weekdays"), "first"_is = text_of(settings, "week_start_day"),
              "settings"_is = pg::table{settings.oid}, "of_shop"_is = of_shop(settings, records)),
      parameters);
  if (found.count() > 1)
    throw fault{.sqlstate = sqlstate::cardinality_violation,
                .message = fmt::format("table {} has more than one row of shop \"{}\"", settings.name(), shop),
                .hint = "Keep one of them, and make (shop_id) unique."};
  if (found.count() == 0)
    return;
  if (const std::optional<std::string> closed = found.text(0, 1)) {
    into.closed_weekdays = weekdays_from(*closed);
    if (!into.closed_weekdays)
      no_weekdays(settings, "closed_weekdays", *closed);
  }
  if (const std::optional<std::string> first = found.text(0, 2)) {
    const std::optional<int> weekday = weekday_from(*first);
    if (!weekday)
      no_weekdays(settings, "week_start_day", *first);
    into.first_weekday = *weekday;
  }
}

void read_events(const run_table &events, const run_table &records, const std::string &shop, shop_calendar &into) {
  const pg::parameter parameters[] = {pg::parameter::text(shop)};
  const pg::rows found = pg::read(pg::sql(R"sql(
    SELECT t.starts_on, COALESCE(t.ends_on, t.starts_on), t.kind::pg_catalog.text [=] 'outage'
    FROM {events} t
    WHERE (t.shop_id IS NULL OR {of_shop}) AND t.kind::pg_catalog.text [=] ANY ('{closed,outage}')
      AND t.starts_on IS NOT NULL
  )sql",
                                          "events"_is = pg::table{events.oid}, "of_shop"_is = of_shop(events, records)),
                                  parameters);
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    bool is_null = false;
    into.events.push_back({DatumGetDateADT(found.value(row, 1, is_null)), DatumGetDateADT(found.value(row, 2, is_null)),
                           DatumGetBool(found.value(row, 3, is_null))});
  }
}

} // namespace

shop_calendar read_shop_calendar(const run_table &records, const std::string &shop) {
  shop_calendar calendar;
  if (const std::optional<run_table> settings = readable_beside(records, "shop_settings"))
    read_settings(*settings, records, shop, calendar);
  const std::optional<run_table> events = readable_beside(records, "shop_events");
  if (events && events->has("kind") && events->has("starts_on") && events->has("ends_on") &&
      events->type("starts_on") == DATEOID && events->type("ends_on") == DATEOID)
    read_events(*events, records, shop, calendar);
  return calendar;
}

} // namespace upkeep::decisions
