// The statement that diagnoses a batch of shops and writes what is new: diagnose_sql, at the end, with the parts of it
// that depend on the columns that the tables have.
#include "features/diagnostics/run/diagnose_parts.hpp"
#include "features/diagnostics/run/statements.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::diagnostics {

namespace {

using pg::fragment;
using pg::sql;

// A count of a record d for upkeep.diagnose, whose form is chosen by its type. What does not fit is out of range in any
// case.
fragment count_of(const run_tables &tables, const char *column) {
  const fragment value = sql("d.{column}", "column"_is = pg::identifier{column});
  if (!tables.are_amounts_minor)
    return sql("{value}::pg_catalog.int8", "value"_is = value);
  if (tables.records.type(column) != INT8OID)
    return sql("{value}::pg_catalog.int4", "value"_is = value);
  return sql(R"sql(
    CASE WHEN {value} IS NOT NULL THEN LEAST(GREATEST({value}, -2147483648), 2147483647)::pg_catalog.int4 END
  )sql",
             "value"_is = value);
}

// Each shop k with its document. From an index shop by shop, where there is one, so that nothing is sorted, hashed or
// kept.
fragment documents(const run_tables &tables) {
  const fragment amount = fragment(tables.are_amounts_minor ? "pg_catalog.int8" : "pg_catalog.numeric");
  const fragment document =
      sql(R"sql(
    upkeep.diagnose(d.record_date, {orders}, d.revenue::{amount}, d.ad_spend::{amount}, {leads},
                    k.week_start, k.settings, k.today)
  )sql",
          "orders"_is = count_of(tables, "orders"), "leads"_is = count_of(tables, "leads"), "amount"_is = amount);
  const fragment join =
      sql(R"sql(
    LEFT JOIN {records} d ON {of_shop}
      AND d.record_date [>=] (k.week_start [-] {days_before}) AND d.record_date [<=] (k.week_start [+] 6)
      AND d.record_date [>=] $7 AND d.record_date [<=] $8
  )sql",
          "records"_is = pg::table{tables.records.oid}, "of_shop"_is = tables.of_shop(tables.records, "d", "k.shop"),
          "days_before"_is = days_before);
  if (tables.are_records_indexed)
    return sql(R"sql(
      SELECT k.shop, k.week_start, k.is_busy, (SELECT {document} FROM (SELECT) one {join}) AS document
      FROM shop k
    )sql",
               "document"_is = document, "join"_is = join);
  return sql(R"sql(
    SELECT k.shop, k.week_start, k.is_busy, {document} AS document
    FROM shop k {join}
    GROUP BY k.shop, k.week_start, k.is_busy
  )sql",
             "document"_is = document, "join"_is = join);
}

bool is_moment(Oid type) { return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID; }

// The evidence of the ad a as JSON that can be read; "" where it has none. A json may hold escapes and numbers that
// jsonb refuses: it is read as json, and of one with an escape nothing is told.
fragment evidence_of(const run_table &ads) {
  if (!ads.has("evidence"))
    return {};
  if (ads.type("evidence") == JSONBOID)
    return sql("a.evidence::pg_catalog.jsonb");
  if (ads.type("evidence") != JSONOID)
    return {};
  return sql(R"sql(
    CASE WHEN pg_catalog.strpos(a.evidence::pg_catalog.text, E'\\u') [=] 0 THEN a.evidence::pg_catalog.json END
  )sql");
}

// What is told of the ad a.
fragment members_of_ad(const run_table &ads) {
  std::vector<fragment> members{member("campaign", sql("a.campaign::pg_catalog.text")),
                                member("decided_on", sql("a.decided_on")),
                                member("decision", sql("a.decision::pg_catalog.text"))};
  for (const char *column : {"spend", "orders"})
    if (ads.has(column) && pg::is_number(ads.type(column)))
      members.push_back(
          member(column, sql("a.{column}::pg_catalog.numeric::pg_catalog.text", "column"_is = pg::identifier{column})));
  constexpr std::pair<const char *, const char *> of_evidence[] = {
      {"reason", "reason"}, {"rule", "decision"}, {"cpa", "cpa"}, {"break_even_cpa", "break_even_cpa"}};
  if (const fragment evidence = evidence_of(ads); !evidence.empty())
    for (const auto &[name, key] : of_evidence)
      members.push_back(
          member(name, sql("({evidence} [->>] {key})", "evidence"_is = evidence, "key"_is = pg::literal{key})));
  return pg::joined(members);
}

// What decisions of older versions do not have, and whose digests are to stay: where it is there.
fragment later_member_of_ad(const run_table &ads) {
  const fragment evidence = evidence_of(ads);
  if (evidence.empty())
    return {};
  return sql(R"sql(
    [||] CASE WHEN ({evidence} [->>] 'aov_source') IS NULL THEN '{}'
              ELSE pg_catalog.jsonb_build_object('aov_source', {evidence} [->>] 'aov_source') END
  )sql",
             "evidence"_is = evidence);
}

// Of two on one day, the one made later; where that is not kept, the one with more spend; at last, always the same.
fragment latest_first(const run_table &ads) {
  std::vector<fragment> order{sql("a.decided_on DESC")};
  if (ads.has("created_at") && is_moment(ads.type("created_at")))
    order.push_back(sql("a.created_at DESC NULLS LAST"));
  if (ads.has("spend") && pg::is_number(ads.type("spend")))
    order.push_back(sql("a.spend DESC NULLS LAST"));
  order.push_back(sql("ad"));
  return pg::joined(order);
}

// Where shops decide on ads, the decisions are among what a diagnosis was made from.
fragment documents_with_ads(const run_tables &tables) {
  if (!tables.ads)
    return {};
  const pg::key_equality equality = pg::equality_of(tables.shop_type, tables.shop_type);
  return sql(R"sql(
    -- Of each shop that decided on ads in the week, the latest decision on each campaign, as the report shows it.
    decided AS MATERIALIZED (
      SELECT a.shop, pg_catalog.jsonb_agg(a.ad ORDER BY a.campaign) AS ads
      FROM (
        SELECT DISTINCT ON (k.shop, campaign) k.shop,
          a.campaign::pg_catalog.text COLLATE pg_catalog."C" AS campaign,
          pg_catalog.jsonb_build_object({members}) {later_member} AS ad
        FROM shop k
        JOIN {ads} a ON {of_shop} AND a.decided_on [>=] k.week_start AND a.decided_on [<=] (k.week_start [+] 6)
        WHERE a.decision IS NOT NULL
        ORDER BY k.shop, campaign, {latest_first}
      ) a
      GROUP BY a.shop
    ),
    fresh AS MATERIALIZED (
      SELECT f.shop, f.week_start, f.is_busy,
        CASE WHEN d.ads IS NULL THEN f.document
             ELSE pg_catalog.jsonb_set(pg_catalog.jsonb_set(f.document, '{facts,ads}', d.ads), '{input_digest}',
               pg_catalog.to_jsonb(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                 (f.document [->>] 'input_digest') [||] d.ads::pg_catalog.text, 'UTF8')), 'hex'))) END AS document
      FROM diagnosed f
      LEFT JOIN decided d ON d.shop {equals} f.shop{cast}
    ),
  )sql",
             "members"_is = members_of_ad(*tables.ads), "later_member"_is = later_member_of_ad(*tables.ads),
             "ads"_is = pg::table{tables.ads->oid}, "of_shop"_is = tables.of_shop(*tables.ads, "a", "k.shop"),
             "latest_first"_is = latest_first(*tables.ads), "equals"_is = equality.equals, "cast"_is = equality.cast);
}

} // namespace

pg::fragment diagnose_sql(const run_tables &tables) {
  const renewal renewed(tables);
  const written_columns written(tables);
  const auto is_of = [&](const char *alias, const char *shop) {
    return tables.of_shop(tables.diagnostics, alias, shop);
  };
  const pg::key_equality equality = pg::equality_of(tables.shop_type, tables.shop_type);
  return sql(R"sql(
    WITH
    {shop_ctes},
    -- Their documents.
    {diagnosed} AS MATERIALIZED (
      {documents}
    ),
    {documents_with_ads}
    -- What is to be written: w is the row of the same week, p that of the week before.
    due AS MATERIALIZED (
      SELECT f.*, w.shop_id IS NOT NULL AS is_stored
      FROM fresh f
      LEFT JOIN {diagnostics} w ON {w_is_of_f} AND w.week_start [=] f.week_start
      LEFT JOIN {diagnostics} p ON {p_is_of_f} AND p.week_start [=] (f.week_start [-] 7)
      WHERE w.shop_id IS NULL OR {is_to_be_written}
    ),
    -- The rows that are there already, locked by shop, as they are then: an answer given meanwhile is among them.
    held AS MATERIALIZED (
      SELECT f.shop, f.week_start, f.is_busy, f.document, {issues} AS issues, {is_due} AS is_due, true AS is_stored
      FROM due f
      JOIN {diagnostics} w ON {w_is_of_f} AND w.week_start [=] f.week_start
      LEFT JOIN {diagnostics} p ON {p_is_of_f} AND p.week_start [=] (f.week_start [-] 7)
      WHERE f.is_stored AND NOT f.is_busy AND {is_to_be_written}
      ORDER BY w.shop_id
      FOR NO KEY UPDATE OF w
    ),
    -- While a record is being written, its writer may hold the row and wait for this run.
    held_if_free AS MATERIALIZED (
      SELECT f.shop, f.week_start, f.is_busy, f.document, {issues} AS issues, {is_due} AS is_due, true AS is_stored
      FROM due f
      JOIN {diagnostics} w ON {w_is_of_f} AND w.week_start [=] f.week_start
      LEFT JOIN {diagnostics} p ON {p_is_of_f} AND p.week_start [=] (f.week_start [-] 7)
      WHERE f.is_stored AND f.is_busy AND {is_to_be_written}
      ORDER BY w.shop_id
      FOR NO KEY UPDATE OF w SKIP LOCKED
    ),
    merged AS MATERIALIZED (
      SELECT * FROM held
      UNION ALL
      SELECT * FROM held_if_free
      UNION ALL
      SELECT f.shop, f.week_start, f.is_busy, f.document, {new_issues}, true, false
      FROM due f
      LEFT JOIN {diagnostics} p ON {p_is_of_f} AND p.week_start [=] (f.week_start [-] 7)
      WHERE NOT f.is_stored
    ),
    written AS (
      UPDATE {diagnostics} w SET {sets}
      FROM merged m
      WHERE m.is_stored AND m.is_due AND {w_is_of_m} AND w.week_start [=] m.week_start
      RETURNING m.shop, m.week_start
    ),
    -- Answers alone.
    answered AS (
      UPDATE {diagnostics} w SET issues = m.issues
      FROM merged m
      WHERE m.is_stored AND NOT m.is_due AND {w_is_of_m} AND w.week_start [=] m.week_start
      RETURNING m.shop, m.week_start
    ),
    -- A row that another run has added meanwhile stays.
    added AS (
      INSERT INTO {diagnostics} AS w (shop_id, week_start, {names})
      SELECT m.shop, m.week_start, {values}
      FROM merged m
      WHERE NOT m.is_stored
      ORDER BY m.shop
      ON CONFLICT (shop_id, week_start) DO NOTHING
      RETURNING w.shop_id::{shop_type} AS shop, w.week_start
    ),
    invalid AS MATERIALIZED (
      SELECT f.shop::pg_catalog.text AS shop, f.document [->] 'facts' [->>] 'invalid' AS reason
      FROM fresh f
      WHERE (f.document [->] 'facts' [->>] 'invalid') IS NOT NULL
      ORDER BY f.shop
    )
    SELECT pg_catalog.array_agg(x.shop ORDER BY x.shop), pg_catalog.array_agg(x.week_start ORDER BY x.shop),
      (SELECT pg_catalog.count(*) FROM invalid), (SELECT i.shop FROM invalid i LIMIT 1),
      (SELECT i.reason FROM invalid i LIMIT 1), pg_catalog.array_agg(k.settings [->>] 'language' ORDER BY x.shop)
    FROM (SELECT * FROM written UNION ALL SELECT * FROM answered UNION ALL SELECT * FROM added) x
    JOIN shop k ON k.shop {equals} x.shop{cast}
  )sql",
             "shop_ctes"_is = shop_ctes(tables), "diagnosed"_is = fragment(tables.ads ? "diagnosed" : "fresh"),
             "documents"_is = documents(tables), "documents_with_ads"_is = documents_with_ads(tables),
             "diagnostics"_is = pg::table{tables.diagnostics.oid}, "w_is_of_f"_is = is_of("w", "f.shop"),
             "p_is_of_f"_is = is_of("p", "f.shop"), "w_is_of_m"_is = is_of("w", "m.shop"),
             "is_to_be_written"_is = renewed.is_to_be_written, "is_due"_is = renewed.is_due,
             "issues"_is = renewed.issues, "new_issues"_is = renewed.new_issues, "sets"_is = pg::joined(written.sets),
             "names"_is = pg::joined(written.names), "values"_is = pg::joined(written.values),
             "shop_type"_is = tables.shop_type_name, "equals"_is = equality.equals, "cast"_is = equality.cast);
}

} // namespace upkeep::diagnostics
