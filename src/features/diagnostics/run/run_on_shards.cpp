#include "features/diagnostics/run/run_on_shards.hpp"

#include "postgres/citus/colocation.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/clock.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::diagnostics {

namespace {

bool has_rows(const run_table &table) {
  return pg::execute(pg::sql("SELECT 1 FROM {table} LIMIT 1", "table"_is = pg::table{table.oid})).count() > 0;
}

void require_on_one_node(const run_tables &tables) {
  const Oid records = tables.records.oid;
  for (const run_table *each : {&tables.records, &tables.diagnostics, &tables.items})
    pg::require_no_replicas(each->oid, "run the weekly diagnostics");
  for (const run_table *each : {&tables.settings, &tables.diagnostics, &tables.items})
    if (!pg::lies_beside(each->oid, records))
      pg::refuse_apart(each->oid, records);
  // The shards would do without these.
  for (const std::optional<run_table> *each : {&tables.goals, &tables.events, &tables.ads, &tables.shops})
    if (*each && !pg::lies_beside((*each)->oid, records) && has_rows(**each))
      pg::refuse_apart((*each)->oid, records);
}

// A shard is diagnosed with the wordings of its own node.
void require_common_wordings() {
  const pg::fragment digest = pg::sql(R"sql(
    SELECT pg_catalog.md5(pg_catalog.string_agg(w.word, ',' ORDER BY w.word COLLATE pg_catalog."C"))
    FROM (SELECT pg_catalog.concat_ws(';', code, language, wording) AS word FROM upkeep.wordings) w
  )sql");
  std::int64_t count = 0;
  pg::with_pinned_settings([&] {
    const pg::rows found =
        pg::execute(pg::sql("SELECT count(DISTINCT c.result) FROM pg_catalog.run_command_on_all_nodes({digest}) c",
                            "digest"_is = pg::literal{digest.text()}));
    bool is_null = false;
    count = DatumGetInt64(found.value(0, 1, is_null));
  });
  if (count > 1)
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = "upkeep.wordings is not the same on every node",
                .hint = "Write on all of them what one has: SELECT run_command_on_all_nodes($$INSERT INTO "
                        "upkeep.wordings ...$$);"};
}

// The shops that the run is for.
std::int64_t count_shops(const run_wish &wish, const run_tables &tables) {
  const auto shops_of = [&](const run_table &table) {
    const pg::fragment given = pg::sql("CAST($1 AS {shop_type})", "shop_type"_is = tables.shop_type_name);
    return pg::sql("SELECT t.shop_id::{shop_type} AS shop FROM {table} t WHERE {condition}",
                   "shop_type"_is = tables.shop_type_name, "table"_is = pg::table{table.oid},
                   "condition"_is = wish.shop ? tables.of_shop(table, "t", given) : pg::sql("$1 IS NULL"));
  };
  const pg::parameter parameters[] = {wish.shop ? pg::parameter::text(*wish.shop) : pg::parameter{TEXTOID, 0, true}};
  const pg::rows found =
      pg::execute(pg::sql("SELECT pg_catalog.count(DISTINCT s.shop) FROM ({settings} UNION {records}) s",
                          "settings"_is = shops_of(tables.settings), "records"_is = shops_of(tables.records)),
                  parameters);
  bool is_null = false;
  return DatumGetInt64(found.value(0, 1, is_null));
}

// The shops of the weeks that were run whose diagnosis says why there is none.
void find_invalid(const run_wish &wish, const run_tables &tables, day_number today, run_on_shards_result &result) {
  if (!tables.diagnostics.has("facts"))
    return;
  const day_number first = wish.day ? *wish.day - 6 : today - 13, last = wish.day ? *wish.day : today - 7;
  const pg::parameter parameters[] = {{DATEOID, DateADTGetDatum(first)}, {DATEOID, DateADTGetDatum(last)}};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT w.shop_id::pg_catalog.text, w.facts [->>] 'invalid'
    FROM {diagnostics} w
    WHERE w.week_start [>=] $1 AND w.week_start [<=] $2 AND w.facts [->>] 'invalid' IS NOT NULL
    ORDER BY w.shop_id
  )sql",
                                             "diagnostics"_is = pg::table{tables.diagnostics.oid}),
                                     parameters);
  for (std::uint64_t row = 0; row < found.count(); ++row)
    if (const std::string shop = found.text(row, 1).value_or(""); !wish.shop || shop == *wish.shop) {
      if (result.invalid == 0)
        result.first_invalid = fmt::format("\"{}\": {}", shop, found.text(row, 2).value_or(""));
      ++result.invalid;
    }
}

std::optional<std::string> text_of(const std::optional<day_number> &day) {
  return day ? std::optional(date_text(*day)) : std::nullopt;
}

void call_each(const run_wish &wish, const run_tables &tables) {
  const auto name = [](const run_table &table) { return pg::in_command(table.name()); };
  pg::run_on_shards(
      tables.records.oid, std::nullopt,
      pg::sql("CALL upkeep.run_weekly_diagnostics({day}, {shop}, {today}, %L, {settings}, {diagnostics}, {items}, "
              "{batch_size})",
              "day"_is = pg::in_command(text_of(wish.day)), "shop"_is = pg::in_command(wish.shop),
              "today"_is = pg::in_command(text_of(wish.today)), "settings"_is = name(tables.settings),
              "diagnostics"_is = name(tables.diagnostics), "items"_is = name(tables.items),
              "batch_size"_is = wish.batch_size));
}

} // namespace

run_on_shards_result run_on_shards(const run_wish &wish, const run_tables &tables) {
  require_on_one_node(tables);
  require_common_wordings();
  run_on_shards_result result;
  result.shops = count_shops(wish, tables);
  const day_number today = wish.today ? *wish.today : *pg::date_in_zone({});
  // Wherever the shops are, and whatever day their weeks begin with.
  if (wish.day && *wish.day - 6 > today + 1)
    result.in_future = result.shops;
  if (result.shops == 0 || result.in_future > 0)
    return result;
  call_each(wish, tables);
  find_invalid(wish, tables, today, result);
  return result;
}

} // namespace upkeep::diagnostics
