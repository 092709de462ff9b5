#include "features/diagnostics/run/run_tables.hpp"

#include "core/text/joined.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::diagnostics {

using pg::call;

namespace {

// What tables lack, for one answer.
struct missing_in_run {
  std::string text; // column "a" of table t
  int count = 0;

  void look(const run_table &table, std::initializer_list<const char *> columns) {
    std::string list;
    for (const char *column : columns)
      if (!table.has(column)) {
        list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", column);
        ++count;
      }
    if (!list.empty())
      text += fmt::format("{}{} of table {}", text.empty() ? "" : ", ", list, table.name());
  }
  void require_none() const {
    if (count > 0)
      throw fault{.sqlstate = sqlstate::undefined_column,
                  .message =
                      fmt::format("column{} {} do{} not exist", count == 1 ? "" : "s", text, count == 1 ? "es" : ""),
                  .hint = "upkeep.create_analytics makes tables with all columns that are known."};
  }
};

void require_all_columns(const run_tables &tables) {
  missing_in_run missing;
  missing.look(tables.records, {"shop_id", "record_date", "orders", "revenue", "ad_spend", "leads"});
  missing.look(tables.diagnostics, {"shop_id", "week_start", "issues"});
  missing.look(tables.items, {"shop_id", "fingerprint", "code", "action", "params", "title", "severity", "impact",
                              "status", "first_week", "last_week"});
  missing.require_none();
}

[[noreturn]] void wrong_type(const run_table &table, const char *column, const char *needed) {
  const Oid type = table.type(column);
  throw fault{.sqlstate = sqlstate::type_mismatch,
              .message = fmt::format("column \"{}\" of table {} has type {}", column, table.name(),
                                     pg::string_from([=] { return format_type_be(type); })),
              .hint = fmt::format("It must be {}.", needed)};
}

bool is_amount(Oid type) { return pg::is_number(type) || type == FLOAT4OID || type == FLOAT8OID; }

// Throws unless the records have what a diagnosis needs.
void require_records(const run_table &records) {
  if (records.type("record_date") != DATEOID)
    wrong_type(records, "record_date", "a date: the shop's own");
  for (const char *column : {"orders", "leads"})
    if (!pg::is_integer(records.type(column)))
      wrong_type(records, column, "an integer");
  for (const char *column : {"revenue", "ad_spend"})
    if (!is_amount(records.type(column)))
      wrong_type(records, column, "a number");
}

void require_dates(const run_table &table, std::initializer_list<const char *> columns) {
  for (const char *column : columns)
    if (table.type(column) != DATEOID)
      wrong_type(table, column, "a date");
}

// Throws unless shops come in one order from both tables: a run goes through them from key to key.
void require_common_order(const run_table &records, const run_table &settings) {
  const Oid ours = records.type("shop_id"), theirs = settings.type("shop_id");
  const auto family = [](Oid type) {
    return call([=] { return lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf; });
  };
  if (ours == theirs || (pg::is_number(ours) && pg::is_number(theirs)))
    return;
  if (const Oid order = family(ours); !OidIsValid(order) || order != family(theirs))
    wrong_type(records, "shop_id",
               fmt::format("of the type that shop_id of {} has, {}, or of one that sorts alike", settings.name(),
                           pg::string_from([=] { return format_type_be(theirs); }))
                   .c_str());
}

bool has_unique_index(const run_table &table, const std::vector<std::string> &columns) {
  const pg::parameter parameters[] = {pg::parameter::oid(table.oid), pg::parameter::text(pg::join_names(columns))};
  return pg::execute(pg::sql(R"sql(
    SELECT FROM pg_catalog.pg_index i
    WHERE i.indrelid [=] $1 AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indpred IS NULL
      AND $2 [=] (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ','
                                               ORDER BY a.attname COLLATE pg_catalog."C")
                  FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY k(number, place)
                  JOIN pg_catalog.pg_attribute a ON a.attrelid [=] i.indrelid AND a.attnum [=] k.number
                  WHERE k.place [<=] i.indnkeyatts)
  )sql"),
                     parameters)
             .count() > 0;
}

// `columns`: by name.
void require_unique_index(const run_table &table, std::vector<std::string> columns) {
  if (has_unique_index(table, columns))
    return;
  const std::string list = joined(columns, ", ");
  throw fault{.sqlstate = sqlstate::invalid_column_reference,
              .message = fmt::format("table {} has no unique index on ({})", table.name(), list),
              .hint = fmt::format("CREATE UNIQUE INDEX ON {} ({});", table.name(), list)};
}

bool has_shop_index(const run_table &table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table.oid)};
  return pg::execute(pg::sql(R"sql(
    SELECT FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_attribute a ON a.attrelid [=] i.indrelid AND a.attnum [=] i.indkey[0]
    WHERE i.indrelid [=] $1 AND a.attname [=] 'shop_id' AND i.indisvalid AND i.indpred IS NULL
  )sql"),
                     parameters)
             .count() > 0;
}

// The table that `find` returns, locked, or nullopt for InvalidOid.
template <class Find> std::optional<Oid> lock_named(Find &&find) {
  return pg::lock_found(AccessShareLock, [&] {
    const Oid found = call(find);
    return OidIsValid(found) ? std::optional(found) : std::nullopt;
  });
}

std::optional<run_table> goals_beside(Oid records) {
  std::optional<run_table> goals = table_beside(records, "monthly_goals");
  return goals && goals->has("shop_id") && goals->has("month") ? std::move(goals) : std::nullopt;
}

bool has_answered_issues() {
  return pg::execute(pg::sql(R"sql(
    SELECT FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid [=] p.pronamespace
    WHERE n.nspname [=] 'upkeep' AND p.proname [=] 'answered_issues'
  )sql"))
             .count() > 0;
}

// Whether values read the same in every session, unlike dates and floats: what is diagnosed must not change with
// settings.
bool reads_alike(Oid type) {
  const char category = pg::category_of(type);
  return category == TYPCATEGORY_STRING || category == TYPCATEGORY_ENUM || pg::is_number(type) || type == UUIDOID ||
         type == BOOLOID;
}

bool is_readable(Oid table) {
  return call([=] { return pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK; });
}

// A run can do without them: a table that the caller may not read, or whose shops are others, is not used.
std::optional<run_table> ads_beside(Oid records, Oid shop_type) {
  std::optional<run_table> ads = table_beside(records, "ad_decisions");
  if (!ads || !ads->has("shop_id") || !ads->has("campaign") || !ads->has("decision") || !ads->has("decided_on"))
    return std::nullopt;
  const Oid table = ads->oid, type = ads->type("shop_id");
  const bool are_alike = type == shop_type || (pg::is_integer(type) && pg::is_integer(shop_type));
  const bool is_seen = is_readable(table) && (!pg::is_filtered(table) || pg::is_filtered(records));
  return are_alike && is_seen && ads->type("decided_on") == DATEOID && reads_alike(ads->type("campaign")) &&
                 reads_alike(ads->type("decision"))
             ? std::move(ads)
             : std::nullopt;
}

std::optional<run_table> shops_beside(Oid settings, Oid shop_type) {
  std::optional<run_table> shops = table_beside(settings, "shops");
  return shops && shops->has("id") && shops->type("id") == shop_type ? std::move(shops) : std::nullopt;
}

// All that a run writes, where the table has it.
constexpr std::string_view diagnostics_written[] = {"shop_id", "week_start", "issues",       "week_label", "state",
                                                    "rules",   "facts",      "input_digest", "stale"};
constexpr std::string_view items_written[] = {"shop_id", "fingerprint", "code",      "action",
                                              "params",  "title",       "severity",  "impact",
                                              "status",  "first_week",  "last_week", "diagnostic_id"};

void warn_of_unfilled(Oid table, std::span<const std::string_view> written) {
  std::string columns;
  pg::with_relation(table, [&](Relation relation) {
    for (int i = 0; i < RelationGetDescr(relation)->natts; ++i) {
      const FormData_pg_attribute &column = *TupleDescAttr(RelationGetDescr(relation), i);
      const std::string_view name = NameStr(column.attname);
      if (!column.attisdropped && !column.attgenerated && !column.attidentity && column.attnotnull &&
          std::find(written.begin(), written.end(), name) == written.end() && !pg::has_default(relation, column.attnum))
        columns += fmt::format("{}\"{}\"", columns.empty() ? "" : ", ", name);
    }
  });
  if (columns.empty())
    return;
  const std::string name = pg::qualified(table);
  call([&] {
    ereport(WARNING,
            errmsg("table %s has columns that are NOT NULL without a default and that a run does not fill: %s",
                   name.c_str(), columns.c_str()),
            errhint("Drop NOT NULL, give them a default, or fill them by a trigger BEFORE INSERT; else "
                    "upkeep.run_weekly_diagnostics fails."));
  });
}

} // namespace

std::optional<run_table> events_beside(Oid records) {
  std::optional<run_table> events = table_beside(records, "shop_events");
  return events && (events->has("starts_on") || events->has("ends_on")) && is_readable(events->oid) ? std::move(events)
                                                                                                    : std::nullopt;
}

std::optional<run_table> usable_events_beside(Oid records, Oid shop_type) {
  std::optional<run_table> events = events_beside(records);
  if (!events)
    return std::nullopt;
  for (const char *column : {"shop_id", "starts_on", "ends_on", "name", "kind"})
    if (!events->has(column))
      return std::nullopt;
  const Oid type = events->type("shop_id");
  const bool are_alike = type == shop_type || (pg::is_integer(type) && pg::is_integer(shop_type)),
             is_seen = !pg::is_filtered(events->oid) || pg::is_filtered(records);
  return are_alike && is_seen && events->type("starts_on") == DATEOID && events->type("ends_on") == DATEOID
             ? std::move(events)
             : std::nullopt;
}

void require_events(const run_table &events) {
  missing_in_run missing;
  missing.look(events, {"shop_id", "starts_on", "ends_on", "name", "kind"});
  missing.require_none();
  require_dates(events, {"starts_on", "ends_on"});
}

void warn_of_unfilled_diagnostics(Oid table) { warn_of_unfilled(table, diagnostics_written); }
void warn_of_unfilled_items(Oid table) { warn_of_unfilled(table, items_written); }

Oid found_table(Oid given, const char *name) {
  if (OidIsValid(given))
    return given;
  if (const std::optional<Oid> table = lock_named([=] { return RelnameGetRelid(name); }))
    return *table;
  throw fault{.sqlstate = sqlstate::undefined_table,
              .message = fmt::format("there is no table \"{}\" in the search_path", name),
              .hint = fmt::format(
                  "Pass {} => 'schema.table', or SET search_path; upkeep.create_analytics makes the tables.", name)};
}

std::optional<run_table> table_beside(Oid named, const char *name) {
  const std::optional<Oid> table = pg::lock_found(AccessShareLock, [=]() -> std::optional<Oid> {
    const Oid found = call([=] { return get_relname_relid(name, get_rel_namespace(named)); });
    return OidIsValid(found) ? pg::beside_shard(found, named) : std::nullopt;
  });
  if (!table)
    return std::nullopt;
  run_table found(*table, AccessShareLock);
  const char kind = call([=] { return get_rel_relkind(*table); });
  const bool is_table = kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE;
  return is_table && pg::owner_of(*table) == pg::owner_of(named) ? std::optional(std::move(found)) : std::nullopt;
}

void find_tables(run_request &request) {
  request.records = found_table(request.records, "daily_records");
  request.settings = found_table(request.settings, "shop_settings");
  request.diagnostics = found_table(request.diagnostics, "weekly_diagnostics");
  request.items = found_table(request.items, "action_items");
  for (Oid *each : {&request.settings, &request.diagnostics, &request.items}) {
    const std::optional<Oid> beside = pg::beside_shard(*each, request.records);
    if (!beside)
      pg::refuse_apart(*each, pg::logical_table(request.records));
    *each = *beside;
  }
}

run_tables::run_tables(const run_request &request)
    : records(request.records, AccessShareLock), settings(request.settings, AccessShareLock),
      diagnostics(request.diagnostics, RowExclusiveLock), items(request.items, RowExclusiveLock),
      goals(goals_beside(request.records)), shop_type(settings.type("shop_id")),
      shop_type_name(pg::type_as_sql(shop_type)), are_records_indexed(has_shop_index(records)) {
  require_all_columns(*this);
  events = usable_events_beside(request.records, shop_type);
  ads = ads_beside(request.records, shop_type);
  shops = shops_beside(request.settings, shop_type);
  require_records(records);
  require_common_order(records, settings);
  require_dates(diagnostics, {"week_start"});
  require_dates(items, {"first_week", "last_week"});
  for (const char *column : {"fingerprint", "code", "action", "title", "severity", "status"})
    if (const Oid type = items.type(column); type != TEXTOID && type != VARCHAROID)
      wrong_type(items, column, "text or varchar");
  require_unique_index(diagnostics, {"shop_id", "week_start"});
  require_unique_index(items, {"action", "fingerprint", "shop_id"});
  are_amounts_minor = pg::is_integer(records.type("revenue")) && pg::is_integer(records.type("ad_spend"));
  follows_answers = diagnostics.has("user_responses") && has_answered_issues();
}

std::vector<std::string> run_tables::refund_columns() const {
  std::vector<std::string> columns;
  for (const char *column : {"returns", "refunds"})
    if (records.has(column) && is_amount(records.type(column)))
      columns.emplace_back(column);
  return columns;
}

pg::fragment run_tables::of_shop(const run_table &table, const std::string &alias, const std::string &value) const {
  const pg::key_equality equality = pg::equality_of(table.type("shop_id"), shop_type);
  return pg::sql("{alias}.shop_id {equals} {value}{cast}", "alias"_is = pg::fragment(alias),
                 "equals"_is = equality.equals, "value"_is = pg::fragment(value), "cast"_is = equality.cast);
}

} // namespace upkeep::diagnostics
