// Which stored rows a run renews, and with what: a fresh diagnosis, or answers alone.
#include "features/diagnostics/run/diagnose_parts.hpp"

#include "core/calendar.hpp"

namespace upkeep::diagnostics {

namespace {

using pg::fragment;
using pg::sql;

// A strip of so many weeks, the one of the diagnosis among them.
constexpr int weeks_of_history = 12, days_of_history = (weeks_of_history - 1) * days_per_week;

// A column of the row w or p as jsonb, NULL where the table has none.
fragment stored_json(const run_tables &tables, const char *alias, const char *column) {
  return tables.diagnostics.has(column)
             ? sql("{alias}.{column}::pg_catalog.jsonb", "alias"_is = fragment(alias), "column"_is = fragment(column))
             : sql("NULL");
}

fragment merged_issues(const run_tables &tables, bool is_stored) {
  return sql("upkeep.merge_issues(f.document, {issues}, {answers}, {issues_before}, {answers_before}, $6)",
             "issues"_is = is_stored ? stored_json(tables, "w", "issues") : sql("NULL"),
             "answers"_is = is_stored ? stored_json(tables, "w", "user_responses") : sql("NULL"),
             "issues_before"_is = stored_json(tables, "p", "issues"),
             "answers_before"_is = stored_json(tables, "p", "user_responses"));
}

// Where no facts are kept, the day of this run tells which snoozes are over. Only that day is passed: facts are long.
fragment answered_issues(const run_tables &tables) {
  return sql(R"sql(
    upkeep.answered_issues(w.issues::pg_catalog.jsonb, w.user_responses::pg_catalog.jsonb,
                           pg_catalog.jsonb_build_object('today', {facts} [->] 'today'),
                           p.issues::pg_catalog.jsonb, p.user_responses::pg_catalog.jsonb)
  )sql",
             "facts"_is =
                 tables.diagnostics.has("facts") ? stored_json(tables, "w", "facts") : sql("f.document [->] 'facts'"));
}

// Whether w is a closed week that the rules of an older version have evaluated, and its figures are what they were: it
// keeps what it was told.
fragment is_kept(const run_tables &tables) {
  if (!tables.diagnostics.has("facts") || !tables.diagnostics.has("state"))
    return sql("false");
  return sql(R"sql(
    (w.state::pg_catalog.text [=] 'closed' AND (f.document [->>] 'state') [=] 'closed'
     AND (w.facts::pg_catalog.jsonb [->] 'version') [<] (f.document [->] 'facts' [->] 'version')
     AND (w.facts::pg_catalog.jsonb [->] 'days') [=] (f.document [->] 'facts' [->] 'days')
     AND (w.facts::pg_catalog.jsonb [->] 'weeks') [=] (f.document [->] 'facts' [->] 'weeks')
     AND (w.facts::pg_catalog.jsonb [->] 'cogs_ratio') [=] (f.document [->] 'facts' [->] 'cogs_ratio')) IS TRUE
  )sql");
}

// Whether the stored row w is not what the fresh document f says.
fragment differs(const run_tables &tables) {
  const fragment condition =
      tables.diagnostics.has("input_digest")
          ? sql("(w.input_digest [=] (f.document [->>] 'input_digest')) IS NOT TRUE")
          : sql("(w.issues::pg_catalog.jsonb [=] {issues}) IS NOT TRUE", "issues"_is = merged_issues(tables, true));
  const fragment differs =
      sql("({condition} AND NOT {is_kept})", "condition"_is = condition, "is_kept"_is = is_kept(tables));
  return tables.diagnostics.can_write("stale") ? sql("({differs} OR w.stale IS TRUE)", "differs"_is = differs)
                                               : differs;
}

// Whether answers were given, changed or taken back since w was written. Of rows without any, nothing is computed.
fragment has_new_answers(const run_tables &tables) {
  return sql(R"sql(
    CASE WHEN w.user_responses::pg_catalog.jsonb [<>] '{}'
           OR w.issues::pg_catalog.jsonb [@>] '[{"response": {"week": "this"}}]'
         THEN (w.issues::pg_catalog.jsonb [<>] {answered_issues}) IS TRUE ELSE false END
  )sql",
             "answered_issues"_is = answered_issues(tables));
}

// What a week was: the worst that fires; unknown where no rule could be evaluated but the one about a setting.
fragment state_of(const fragment &issues, const fragment &rules) {
  return sql(R"sql(
    CASE WHEN pg_catalog.jsonb_path_exists({issues},
                '$[*] ? (@.severity == "critical" && !(@.baseline_state == "absent"))') THEN 'critical'
         WHEN pg_catalog.jsonb_path_exists({issues},
                '$[*] ? (@.severity == "warning" && !(@.baseline_state == "absent"))') THEN 'warning'
         WHEN pg_catalog.jsonb_path_exists({rules},
                '$.keyvalue() ? (@.key != "COGS_UNSET" && @.value.status == "PASSED")', '{}', true) THEN 'clear'
         ELSE 'unknown' END
  )sql",
             "issues"_is = issues, "rules"_is = rules);
}

// Of the week of a merged row m and of those before it that were diagnosed. A row says itself what its week was; one
// that older rules have written is asked for its issues.
fragment history(const run_tables &tables) {
  const fragment rules =
      tables.diagnostics.has("rules") ? sql("h.rules::pg_catalog.jsonb") : sql("NULL::pg_catalog.jsonb");
  return sql(R"sql(
    (COALESCE((
       SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('week_start', h.week_start, 'state', h.state)
                                   ORDER BY h.week_start)
       FROM (
         SELECT h.week_start, COALESCE(h.facts::pg_catalog.jsonb [#>>] '{history,-1,state}', {state_before}) AS state
         FROM {diagnostics} h
         WHERE {of_shop} AND h.week_start [>=] (m.week_start [-] {days}) AND h.week_start [<] m.week_start
         ORDER BY h.week_start DESC
         LIMIT {weeks}
       ) h), '[]')
     [||] pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('week_start', m.week_start, 'state', {state})))
  )sql",
             "state_before"_is = state_of(sql("h.issues::pg_catalog.jsonb"), rules),
             "diagnostics"_is = pg::table{tables.diagnostics.oid},
             "of_shop"_is = tables.of_shop(tables.diagnostics, "h", "m.shop"), "days"_is = days_of_history,
             "weeks"_is = weeks_of_history - 1,
             "state"_is = state_of(sql("m.document [->] 'issues'"), sql("m.document [->] 'rules'")));
}

} // namespace

renewal::renewal(const run_tables &tables)
    : is_due(differs(tables)), is_to_be_written(is_due), issues(merged_issues(tables, true)),
      new_issues(merged_issues(tables, false)) {
  if (!tables.follows_answers)
    return;
  is_to_be_written =
      sql("({is_due} OR {has_new_answers})", "is_due"_is = is_due, "has_new_answers"_is = has_new_answers(tables));
  issues = sql("CASE WHEN {is_due} THEN {merged} ELSE {answered} END", "is_due"_is = is_due, "merged"_is = issues,
               "answered"_is = answered_issues(tables));
}

written_columns::written_columns(const run_tables &tables)
    : sets{sql("issues = m.issues")}, names{sql("issues")}, values{sql("m.issues")} {
  const auto add = [&](const char *name, const fragment &value) {
    if (!tables.diagnostics.can_write(name))
      return;
    sets.push_back(sql("{name} = {value}", "name"_is = fragment(name), "value"_is = value));
    names.push_back(fragment(name));
    values.push_back(value);
  };
  add("week_label", sql("m.document [->>] 'week_label'"));
  add("state", sql("m.document [->>] 'state'"));
  add("rules", sql("m.document [->] 'rules'"));
  if (tables.diagnostics.can_write("facts"))
    add("facts", sql("(m.document [->] 'facts') [||] pg_catalog.jsonb_build_object('history', {history})",
                     "history"_is = history(tables)));
  add("input_digest", sql("m.document [->>] 'input_digest'"));
  add("stale", sql("m.is_busy"));
}

} // namespace upkeep::diagnostics
