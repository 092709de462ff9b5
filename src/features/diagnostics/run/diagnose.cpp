// The statement that diagnoses a batch of shops and writes what is new: diagnose_sql, at the end, with the parts of it
// that depend on the columns that the tables have.
#include "features/diagnostics/run/statements.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::diagnostics {

namespace {

using pg::fragment;
using pg::sql;

// What is told of a row, as keys and values of a JSON object: 'name', value.
fragment member(const char *name, const fragment &value) {
  return sql("{name}, {value}", "name"_is = pg::literal{name}, "value"_is = value);
}

bool has_targets(const run_tables &tables) {
  return tables.goals && (tables.goals->has("revenue_target") || tables.goals->has("profit_target"));
}

fragment of_month(Oid type) {
  if (type != DATEOID && type != TIMESTAMPOID)
    return sql("g.month::pg_catalog.text [=] pg_catalog.to_char(k.week_start [+] 6, 'YYYY-MM')");
  return sql(R"sql(
    g.month [>=] pg_catalog.date_trunc('month', (k.week_start [+] 6)::pg_catalog.timestamp)
    AND g.month [<] (pg_catalog.date_trunc('month', (k.week_start [+] 6)::pg_catalog.timestamp)
                     [+] '1 month'::pg_catalog.interval)
  )sql");
}

// The goals g of the month that the week ends in.
fragment goals_join(const run_tables &tables) {
  if (!has_targets(tables))
    return {};
  return sql("LEFT JOIN {goals} g ON {of_shop} AND {of_month}", "goals"_is = pg::table{tables.goals->oid},
             "of_shop"_is = tables.of_shop(*tables.goals, "g", "k.shop"),
             "of_month"_is = of_month(tables.goals->type("month")));
}

fragment goals_of_shop(const run_tables &tables) {
  if (!has_targets(tables))
    return {};
  std::vector<fragment> members;
  for (const char *goal : {"revenue_target", "profit_target"})
    if (tables.goals->has(goal))
      members.push_back(member(goal, sql("g.{goal}", "goal"_is = pg::identifier{goal})));
  return sql("[||] COALESCE(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object({members})), '{}')",
             "members"_is = pg::joined(members));
}

bool keeps_ratios(const run_tables &tables) {
  return tables.diagnostics.has("facts") && tables.diagnostics.has("state");
}

// The row c of a week that was evaluated when it had closed. It keeps the cost of goods that it had then.
fragment closed_join(const run_tables &tables) {
  if (!keeps_ratios(tables))
    return {};
  return sql(R"sql(
    LEFT JOIN {diagnostics} c
      ON {of_shop} AND c.week_start [=] k.week_start AND c.state::pg_catalog.text [=] 'closed'
      AND pg_catalog.jsonb_typeof(c.facts::pg_catalog.jsonb [->] 'cogs_ratio') [=] 'number'
      AND (c.facts::pg_catalog.jsonb [->>] 'invalid') IS NULL
  )sql",
             "diagnostics"_is = pg::table{tables.diagnostics.oid},
             "of_shop"_is = tables.of_shop(tables.diagnostics, "c", "k.shop"));
}

fragment closed_ratio(const run_tables &tables) {
  if (!keeps_ratios(tables))
    return {};
  return sql(R"sql(
    [||] CASE WHEN c.shop_id IS NULL THEN '{}'
              ELSE pg_catalog.jsonb_build_object('cogs_ratio', c.facts::pg_catalog.jsonb [->] 'cogs_ratio') END
  )sql");
}

// The cost of goods of the week itself.
fragment own_ratio(const run_tables &tables) {
  return keeps_ratios(tables)
             ? sql("COALESCE(c.facts::pg_catalog.jsonb [->] 'cogs_ratio', k.settings [->] 'cogs_ratio')")
             : sql("(k.settings [->] 'cogs_ratio')");
}

// The cost of goods in the weeks before, where it was another.
fragment earlier_ratios(const run_tables &tables) {
  if (!tables.diagnostics.has("facts"))
    return {};
  return sql(R"sql(
    [||] COALESCE((
      SELECT pg_catalog.jsonb_build_object('cogs_ratios',
        pg_catalog.jsonb_object_agg(w.week_start, w.facts::pg_catalog.jsonb [->] 'cogs_ratio'))
      FROM {diagnostics} w
      WHERE {of_shop} AND w.week_start [>=] (k.week_start [-] {days_before}) AND w.week_start [<] k.week_start
        AND pg_catalog.jsonb_typeof(w.facts::pg_catalog.jsonb [->] 'cogs_ratio') [=] 'number'
        AND ((w.facts::pg_catalog.jsonb [->] 'cogs_ratio') [=] {own_ratio}) IS NOT TRUE
      HAVING pg_catalog.count(*) [>] 0), '{}')
  )sql",
             "diagnostics"_is = pg::table{tables.diagnostics.oid},
             "of_shop"_is = tables.of_shop(tables.diagnostics, "w", "k.shop"), "days_before"_is = days_before,
             "own_ratio"_is = own_ratio(tables));
}

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

// Of the fresh document f, with what the row w says, where it is there, and the row of the week before, p.
fragment merged_issues(const run_tables &tables, bool is_stored) {
  const auto column = [&](bool is_there, const char *alias, const char *name) {
    return is_there && tables.diagnostics.has(name)
               ? sql("{alias}.{name}::pg_catalog.jsonb", "alias"_is = fragment(alias), "name"_is = fragment(name))
               : sql("NULL");
  };
  return sql("upkeep.merge_issues(f.document, {issues}, {answers}, {issues_before}, {answers_before}, $6)",
             "issues"_is = column(is_stored, "w", "issues"), "answers"_is = column(is_stored, "w", "user_responses"),
             "issues_before"_is = column(true, "p", "issues"),
             "answers_before"_is = column(true, "p", "user_responses"));
}

// Whether the stored row w is not what the fresh document f says.
fragment differs(const run_tables &tables) {
  const fragment condition =
      tables.diagnostics.has("input_digest")
          ? sql("(w.input_digest [=] (f.document [->>] 'input_digest')) IS NOT TRUE")
          : sql("(w.issues::pg_catalog.jsonb [=] {issues}) IS NOT TRUE", "issues"_is = merged_issues(tables, true));
  return tables.diagnostics.can_write("stale") ? sql("{condition} OR w.stale", "condition"_is = condition) : condition;
}

// The columns beyond issues that a diagnosis has, where the table has them, each as an expression over a merged row m.
struct written_columns {
  std::vector<fragment> sets{sql("issues = m.issues")}, names{sql("issues")}, values{sql("m.issues")};

  explicit written_columns(const run_table &diagnostics) {
    const auto add = [&](const char *name, const fragment &value) {
      if (!diagnostics.can_write(name))
        return;
      sets.push_back(sql("{name} = {value}", "name"_is = fragment(name), "value"_is = value));
      names.push_back(fragment(name));
      values.push_back(value);
    };
    add("week_label", sql("m.document [->>] 'week_label'"));
    add("state", sql("m.document [->>] 'state'"));
    add("rules", sql("m.document [->] 'rules'"));
    add("facts", sql("m.document [->] 'facts'"));
    add("input_digest", sql("m.document [->>] 'input_digest'"));
    add("stale", sql("m.is_busy"));
  }
};

} // namespace

pg::fragment diagnose_sql(const run_tables &tables) {
  const written_columns written(tables.diagnostics);
  const auto is_of = [&](const char *alias, const char *shop) {
    return tables.of_shop(tables.diagnostics, alias, shop);
  };
  return sql(R"sql(
    WITH
    -- The shops, each with all of its settings, computed once.
    shop AS MATERIALIZED (
      SELECT DISTINCT ON (k.shop) k.shop, k.week_start, k.today,
        k.settings {goals} {closed_ratio} {earlier_ratios} AS settings, k.is_busy
      FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4),
                      pg_catalog.unnest($5)) AS k(shop, week_start, today, settings, is_busy)
      {closed_join}
      {goals_join}
      ORDER BY k.shop
    ),
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
      WHERE w.shop_id IS NULL OR {differs}
    ),
    -- The rows that are there already, locked by shop, as they are then: an answer given meanwhile is among them.
    held AS MATERIALIZED (
      SELECT f.shop, f.week_start, f.is_busy, f.document, {merged_issues} AS issues, true AS is_stored
      FROM due f
      JOIN {diagnostics} w ON {w_is_of_f} AND w.week_start [=] f.week_start
      LEFT JOIN {diagnostics} p ON {p_is_of_f} AND p.week_start [=] (f.week_start [-] 7)
      WHERE f.is_stored AND NOT f.is_busy AND ({differs})
      ORDER BY w.shop_id
      FOR NO KEY UPDATE OF w
    ),
    -- While a record is being written, its writer may hold the row and wait for this run.
    held_if_free AS MATERIALIZED (
      SELECT f.shop, f.week_start, f.is_busy, f.document, {merged_issues} AS issues, true AS is_stored
      FROM due f
      JOIN {diagnostics} w ON {w_is_of_f} AND w.week_start [=] f.week_start
      LEFT JOIN {diagnostics} p ON {p_is_of_f} AND p.week_start [=] (f.week_start [-] 7)
      WHERE f.is_stored AND f.is_busy AND ({differs})
      ORDER BY w.shop_id
      FOR NO KEY UPDATE OF w SKIP LOCKED
    ),
    merged AS MATERIALIZED (
      SELECT * FROM held
      UNION ALL
      SELECT * FROM held_if_free
      UNION ALL
      SELECT f.shop, f.week_start, f.is_busy, f.document, {new_issues}, false
      FROM due f
      LEFT JOIN {diagnostics} p ON {p_is_of_f} AND p.week_start [=] (f.week_start [-] 7)
      WHERE NOT f.is_stored
    ),
    written AS (
      UPDATE {diagnostics} w SET {sets}
      FROM merged m
      WHERE m.is_stored AND {w_is_of_m} AND w.week_start [=] m.week_start
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
      (SELECT i.reason FROM invalid i LIMIT 1)
    FROM (SELECT * FROM written UNION ALL SELECT * FROM added) x
  )sql",
             "goals"_is = goals_of_shop(tables), "closed_ratio"_is = closed_ratio(tables),
             "earlier_ratios"_is = earlier_ratios(tables), "closed_join"_is = closed_join(tables),
             "goals_join"_is = goals_join(tables), "diagnosed"_is = fragment(tables.ads ? "diagnosed" : "fresh"),
             "documents"_is = documents(tables), "documents_with_ads"_is = documents_with_ads(tables),
             "diagnostics"_is = pg::table{tables.diagnostics.oid}, "w_is_of_f"_is = is_of("w", "f.shop"),
             "p_is_of_f"_is = is_of("p", "f.shop"), "w_is_of_m"_is = is_of("w", "m.shop"),
             "differs"_is = differs(tables), "merged_issues"_is = merged_issues(tables, true),
             "new_issues"_is = merged_issues(tables, false), "sets"_is = pg::joined(written.sets),
             "names"_is = pg::joined(written.names), "values"_is = pg::joined(written.values),
             "shop_type"_is = tables.shop_type_name);
}

} // namespace upkeep::diagnostics
