// The statement that diagnoses a batch of shops and writes what is new.
#include "features/diagnostics/run/statements.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::diagnostics {

namespace {

// The weeks that a diagnosis reads before its own, in days.
constexpr int days_before = 56;

// The goals of the month that the week ends in.
std::string goals_join(const run_tables &tables) {
  const run_table &goals = *tables.goals;
  const char *month =
      goals.type("month") == DATEOID || goals.type("month") == TIMESTAMPOID
          ? "g.month [>=] pg_catalog.date_trunc('month', (k.week_start [+] 6)::pg_catalog.timestamp)"
            " AND g.month [<] (pg_catalog.date_trunc('month', (k.week_start [+] 6)::pg_catalog.timestamp)"
            " [+] '1 month'::pg_catalog.interval)"
          : "g.month::pg_catalog.text [=] pg_catalog.to_char(k.week_start [+] 6, 'YYYY-MM')";
  return statement(" LEFT JOIN {} g ON {} AND ", goals.name(), tables.of_shop(goals, "g", "k.shop")) +
         with_operators(month);
}

std::string goals_object(const run_tables &tables) {
  std::string members;
  for (const char *goal : {"revenue_target", "profit_target"})
    if (tables.goals->has(goal))
      members += fmt::format("{0}'{1}', g.{1}", members.empty() ? "" : ", ", goal);
  return fmt::format("pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object({}))", members);
}

bool keeps_ratios(const run_tables &tables) {
  return tables.diagnostics.has("facts") && tables.diagnostics.has("state");
}

// LEFT JOIN: the row c of a week that was evaluated when it had closed. It keeps the cost of goods that it had then.
std::string closed_join(const run_tables &tables) {
  return statement(" LEFT JOIN {} c ON {} AND c.week_start [=] k.week_start AND c.state::pg_catalog.text [=] 'closed'"
                   " AND pg_catalog.jsonb_typeof(c.facts::pg_catalog.jsonb [->] 'cogs_ratio') [=] 'number'"
                   " AND (c.facts::pg_catalog.jsonb [->>] 'invalid') IS NULL",
                   tables.diagnostics.name(), tables.of_shop(tables.diagnostics, "c", "k.shop"));
}

// The cost of goods of the week itself.
std::string own_ratio(const run_tables &tables) {
  return with_operators(keeps_ratios(tables)
                            ? "COALESCE(c.facts::pg_catalog.jsonb [->] 'cogs_ratio', k.settings [->] 'cogs_ratio')"
                            : "(k.settings [->] 'cogs_ratio')");
}

// The cost of goods in the weeks before, where it was another.
std::string earlier_ratios(const run_tables &tables) {
  return statement("COALESCE((SELECT pg_catalog.jsonb_build_object('cogs_ratios',"
                   " pg_catalog.jsonb_object_agg(w.week_start, w.facts::pg_catalog.jsonb [->] 'cogs_ratio'))"
                   " FROM {} w WHERE {} AND w.week_start [>=] (k.week_start [-] {}) AND w.week_start [<] k.week_start"
                   " AND pg_catalog.jsonb_typeof(w.facts::pg_catalog.jsonb [->] 'cogs_ratio') [=] 'number'"
                   " AND ((w.facts::pg_catalog.jsonb [->] 'cogs_ratio') [=] {}) IS NOT TRUE"
                   " HAVING pg_catalog.count(*) [>] 0), '{{}}')",
                   tables.diagnostics.name(), tables.of_shop(tables.diagnostics, "w", "k.shop"), days_before,
                   own_ratio(tables));
}

// shop: each with all of its settings, computed once.
std::string shop_cte(const run_tables &tables) {
  const bool has_goals = tables.goals && (tables.goals->has("revenue_target") || tables.goals->has("profit_target"));
  std::string settings = "k.settings";
  if (has_goals)
    settings += statement(" [||] COALESCE({}, '{{}}')", goals_object(tables));
  if (keeps_ratios(tables))
    settings += with_operators(" [||] CASE WHEN c.shop_id IS NULL THEN '{}' ELSE pg_catalog.jsonb_build_object("
                               "'cogs_ratio', c.facts::pg_catalog.jsonb [->] 'cogs_ratio') END");
  if (tables.diagnostics.has("facts"))
    settings += statement(" [||] {}", earlier_ratios(tables));
  return fmt::format(
      "WITH shop AS MATERIALIZED (SELECT DISTINCT ON (k.shop) k.shop, k.week_start, k.today, {} AS settings, k.is_busy"
      " FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2), pg_catalog.unnest($3), pg_catalog.unnest($4),"
      " pg_catalog.unnest($5)) AS k(shop, week_start, today, settings, is_busy){}{} ORDER BY k.shop)",
      settings, keeps_ratios(tables) ? closed_join(tables) : "", has_goals ? goals_join(tables) : "");
}

// The arguments of upkeep.diagnose for a record d, by which its form is chosen.
std::string figures(const run_tables &tables) {
  // What does not fit is out of range in any case.
  const auto count = [&](const char *column) {
    if (!tables.are_amounts_minor)
      return fmt::format("d.{}::pg_catalog.int8", column);
    return tables.records.type(column) == INT8OID
               ? fmt::format("CASE WHEN d.{0} IS NOT NULL THEN LEAST(GREATEST(d.{0}, -2147483648), "
                             "2147483647)::pg_catalog.int4 END",
                             column)
               : fmt::format("d.{}::pg_catalog.int4", column);
  };
  const char *amount = tables.are_amounts_minor ? "pg_catalog.int8" : "pg_catalog.numeric";
  return fmt::format("d.record_date, {0}, d.revenue::{2}, d.ad_spend::{2}, {1}", count("orders"), count("leads"),
                     amount);
}

// The documents. From an index shop by shop, so that nothing is sorted, hashed or kept.
std::string documents_cte(const run_tables &tables, const char *name) {
  const std::string join = statement(
      "LEFT JOIN {} d ON {} AND d.record_date [>=] (k.week_start [-] {}) AND d.record_date [<=] (k.week_start [+] 6)"
      " AND d.record_date [>=] $7 AND d.record_date [<=] $8",
      tables.records.name(), tables.of_shop(tables.records, "d", "k.shop"), days_before);
  const std::string document = fmt::format("upkeep.diagnose({}, k.week_start, k.settings, k.today)", figures(tables));
  return tables.are_records_indexed
             ? fmt::format(", {} AS MATERIALIZED (SELECT k.shop, k.week_start, k.is_busy,"
                           " (SELECT {} FROM (SELECT) one {}) AS document FROM shop k)",
                           name, document, join)
             : fmt::format(", {} AS MATERIALIZED (SELECT k.shop, k.week_start, k.is_busy, {} AS document FROM shop k {}"
                           " GROUP BY k.shop, k.week_start, k.is_busy)",
                           name, document, join);
}

bool is_moment(Oid type) { return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID; }

// The evidence of the ad a as JSON that can be read; nullptr where it has none. A json may hold escapes and numbers
// that jsonb refuses: it is read as json, and of one with an escape nothing is told.
const char *evidence_of(const run_table &ads) {
  if (!ads.has("evidence"))
    return nullptr;
  if (ads.type("evidence") == JSONBOID)
    return "a.evidence::pg_catalog.jsonb";
  return ads.type("evidence") == JSONOID ? "CASE WHEN pg_catalog.strpos(a.evidence::pg_catalog.text, E'\\\\u') [=] 0"
                                           " THEN a.evidence::pg_catalog.json END"
                                         : nullptr;
}

// What is told of the ad a: keys and values of a JSON object.
std::string members_of_ad(const run_table &ads) {
  std::string members = "'campaign', a.campaign::pg_catalog.text, 'decided_on', a.decided_on,"
                        " 'decision', a.decision::pg_catalog.text";
  for (const char *column : {"spend", "orders"})
    if (ads.has(column) && pg::is_number(ads.type(column)))
      members += fmt::format(", '{0}', a.{0}::pg_catalog.numeric::pg_catalog.text", column);
  constexpr std::pair<const char *, const char *> of_evidence[] = {
      {"reason", "reason"}, {"rule", "decision"}, {"cpa", "cpa"}, {"break_even_cpa", "break_even_cpa"}};
  if (const char *evidence = evidence_of(ads))
    for (const auto &[name, key] : of_evidence)
      members += statement(", '{}', ({} [->>] '{}')", name, with_operators(evidence), key);
  return members;
}

// Of two on one day, the one made later; where that is not kept, the one with more spend; at last, always the same.
std::string latest_first(const run_table &ads) {
  std::string order = "a.decided_on DESC";
  if (ads.has("created_at") && is_moment(ads.type("created_at")))
    order += ", a.created_at DESC NULLS LAST";
  if (ads.has("spend") && pg::is_number(ads.type("spend")))
    order += ", a.spend DESC NULLS LAST";
  return order + ", ad";
}

// decided: of each shop that decided on ads in the week, the latest decision on each campaign, as the report shows it.
std::string decided_cte(const run_tables &tables) {
  const run_table &ads = *tables.ads;
  return statement(
      ", decided AS MATERIALIZED (SELECT a.shop, pg_catalog.jsonb_agg(a.ad ORDER BY a.campaign) AS ads FROM"
      " (SELECT DISTINCT ON (k.shop, campaign) k.shop, a.campaign::pg_catalog.text COLLATE pg_catalog.\"C\" AS "
      "campaign,"
      " pg_catalog.jsonb_build_object({}) AS ad FROM shop k JOIN {} a ON {} AND a.decided_on [>=] k.week_start"
      " AND a.decided_on [<=] (k.week_start [+] 6) WHERE a.decision IS NOT NULL ORDER BY k.shop, campaign, {}) a"
      " GROUP BY a.shop)",
      members_of_ad(ads), ads.name(), tables.of_shop(ads, "a", "k.shop"), latest_first(ads));
}

// fresh: the documents, with the ads where shops decide on any; they are among what a diagnosis was made from.
std::string fresh_ctes(const run_tables &tables) {
  if (!tables.ads)
    return documents_cte(tables, "fresh");
  const pg::key_equality equality = pg::equality_of(tables.shop_type, tables.shop_type);
  return documents_cte(tables, "diagnosed") + decided_cte(tables) +
         statement(
             ", fresh AS MATERIALIZED (SELECT f.shop, f.week_start, f.is_busy, CASE WHEN d.ads IS NULL THEN f.document"
             " ELSE pg_catalog.jsonb_set(pg_catalog.jsonb_set(f.document, '{{facts,ads}}', d.ads), '{{input_digest}}',"
             " pg_catalog.to_jsonb(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to("
             "(f.document [->>] 'input_digest') [||] d.ads::pg_catalog.text, 'UTF8')), 'hex'))) END AS document"
             " FROM diagnosed f LEFT JOIN decided d ON d.shop {} f.shop{})",
             equality.equals, equality.cast);
}

// Of the fresh document f, with what the row w says, where it is there, and the row of the week before, p.
std::string merged_issues(const run_tables &tables, bool is_stored) {
  const auto column = [&](const char *alias, const char *name) {
    return tables.diagnostics.has(name) ? fmt::format("{}.{}::pg_catalog.jsonb", alias, name) : "NULL";
  };
  return fmt::format("upkeep.merge_issues(f.document, {}, {}, {}, {}, $6)", is_stored ? column("w", "issues") : "NULL",
                     is_stored ? column("w", "user_responses") : "NULL", column("p", "issues"),
                     column("p", "user_responses"));
}

// Whether the stored row w is not what the fresh document f says.
std::string differs(const run_tables &tables) {
  std::string condition =
      tables.diagnostics.has("input_digest")
          ? with_operators("(w.input_digest [=] (f.document [->>] 'input_digest')) IS NOT TRUE")
          : statement("(w.issues::pg_catalog.jsonb [=] {}) IS NOT TRUE", merged_issues(tables, true));
  if (tables.diagnostics.can_write("stale"))
    condition += " OR w.stale";
  return condition;
}

// JOIN of the row of the same week, w, and LEFT JOIN of that of the week before, p.
std::string stored_joins(const run_tables &tables, const char *join) {
  const std::string &name = tables.diagnostics.name();
  return statement(
      " {} {} w ON {} AND w.week_start [=] f.week_start LEFT JOIN {} p ON {} AND p.week_start [=] (f.week_start [-] 7)",
      join, name, tables.of_shop(tables.diagnostics, "w", "f.shop"), name,
      tables.of_shop(tables.diagnostics, "p", "f.shop"));
}

// due: what is to be written. held: the rows that are there already, locked by shop, as they are then: an answer that
// was given meanwhile is among them. While a record is being written, its writer may hold the row and wait for this
// run.
std::string due_ctes(const run_tables &tables) {
  const auto held = [&](const char *name, const char *condition, const char *locking) {
    return fmt::format(
        ", {} AS MATERIALIZED (SELECT f.shop, f.week_start, f.is_busy, f.document, {} AS issues, true AS is_stored"
        " FROM due f{} WHERE f.is_stored AND {} AND ({}) ORDER BY w.shop_id FOR NO KEY UPDATE OF w{})",
        name, merged_issues(tables, true), stored_joins(tables, "JOIN"), condition, differs(tables), locking);
  };
  return fmt::format(", due AS MATERIALIZED (SELECT f.*, w.shop_id IS NOT NULL AS is_stored FROM fresh f{} WHERE "
                     "w.shop_id IS NULL OR {})",
                     stored_joins(tables, "LEFT JOIN"), differs(tables)) +
         held("held", "NOT f.is_busy", "") + held("held_if_free", "f.is_busy", " SKIP LOCKED") +
         fmt::format(
             ", merged AS MATERIALIZED (SELECT * FROM held UNION ALL SELECT * FROM held_if_free UNION ALL"
             " SELECT f.shop, f.week_start, f.is_busy, f.document, {}, false FROM due f LEFT JOIN {} p ON {} AND {}"
             " WHERE NOT f.is_stored)",
             merged_issues(tables, false), tables.diagnostics.name(), tables.of_shop(tables.diagnostics, "p", "f.shop"),
             with_operators("p.week_start [=] (f.week_start [-] 7)"));
}

// The columns that a diagnosis has, where the table has them, each as an expression over a merged row m.
struct written_column {
  const char *name, *value;
};
constexpr written_column written_columns[] = {{"week_label", "m.document [->>] 'week_label'"},
                                              {"state", "m.document [->>] 'state'"},
                                              {"rules", "m.document [->] 'rules'"},
                                              {"facts", "m.document [->] 'facts'"},
                                              {"input_digest", "m.document [->>] 'input_digest'"},
                                              {"stale", "m.is_busy"}};

std::string write_ctes(const run_tables &tables) {
  std::string sets = "issues = m.issues", names = "shop_id, week_start, issues",
              values = "m.shop, m.week_start, m.issues";
  for (const written_column &each : written_columns)
    if (tables.diagnostics.can_write(each.name)) {
      sets += fmt::format(", {} = {}", each.name, with_operators(each.value));
      names += fmt::format(", {}", each.name);
      values += fmt::format(", {}", with_operators(each.value));
    }
  const std::string &name = tables.diagnostics.name();
  // A row that another run has added meanwhile stays.
  return statement(
             ", written AS (UPDATE {} w SET {} FROM merged m WHERE m.is_stored AND {} AND w.week_start [=] m.week_start"
             " RETURNING m.shop, m.week_start)",
             name, sets, tables.of_shop(tables.diagnostics, "w", "m.shop")) +
         statement(
             ", added AS (INSERT INTO {0} AS w ({1}) SELECT {2} FROM merged m WHERE NOT m.is_stored ORDER BY m.shop"
             " ON CONFLICT (shop_id, week_start) DO NOTHING RETURNING w.shop_id::{3} AS shop, w.week_start)",
             name, names, values, tables.shop_type_name);
}

} // namespace

std::string diagnose_sql(const run_tables &tables) {
  return shop_cte(tables) + fresh_ctes(tables) + due_ctes(tables) + write_ctes(tables) +
         with_operators(
             ", invalid AS MATERIALIZED (SELECT f.shop::pg_catalog.text AS shop,"
             " f.document [->] 'facts' [->>] 'invalid' AS reason FROM fresh f"
             " WHERE (f.document [->] 'facts' [->>] 'invalid') IS NOT NULL ORDER BY f.shop)"
             " SELECT pg_catalog.array_agg(x.shop ORDER BY x.shop), pg_catalog.array_agg(x.week_start ORDER BY x.shop),"
             " (SELECT pg_catalog.count(*) FROM invalid), (SELECT i.shop FROM invalid i LIMIT 1),"
             " (SELECT i.reason FROM invalid i LIMIT 1) FROM (SELECT * FROM written UNION ALL SELECT * FROM added) x");
}

} // namespace upkeep::diagnostics
