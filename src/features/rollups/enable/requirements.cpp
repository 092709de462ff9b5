#include "features/rollups/enable/requirements.hpp"

#include "core/fault.hpp"
#include "features/catalogue.hpp"
#include "features/column_keepers.hpp"
#include "features/registry.hpp"
#include "features/rollups/enable/one_node.hpp"
#include "features/rollups/key_index.hpp"
#include "features/rollups/target_rules.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

[[noreturn]] void refuse_argument(std::string message, std::string hint) {
  throw fault{.sqlstate = sqlstate::invalid_parameter_value, .message = std::move(message), .hint = std::move(hint)};
}

[[noreturn]] void refuse_figure(const pg::column_info &column, std::string_view why, std::string hint) {
  refuse_argument(
      fmt::format("column \"{}\" of table \"{}\" cannot hold a figure: it is {}", column.name, column.table, why),
      std::move(hint));
}

template <class Parts> void require_each_once(const Parts &parts, const char *what) {
  for (auto each = parts.begin(); each != parts.end(); ++each)
    if (std::any_of(parts.begin(), each, [&](const auto &other) { return other.column.number == each->column.number; }))
      throw fault{.sqlstate = sqlstate::duplicate_column,
                  .message = fmt::format("column \"{}\" is given twice as a {}", each->column.name, what),
                  .hint = fmt::format("Give each column one {}.", what)};
}

bool is_key(const rollup &of, AttrNumber column) {
  return std::ranges::any_of(of.keys, [&](const group_key &key) { return key.column.number == column; });
}

bool is_figure(const rollup &of, AttrNumber column) {
  return std::ranges::any_of(of.figures, [&](const figure &each) { return each.column.number == column; });
}

// The unique index by whose columns foreign keys may refer to rows: FOR NO KEY UPDATE does not do for a change of them.
std::optional<std::string> unique_index_of(Oid table, AttrNumber column) {
  const pg::parameter parameters[] = {pg::parameter::oid(table), {INT2OID, Int16GetDatum(column)}};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.relname::pg_catalog.text
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid [=] i.indexrelid
    WHERE i.indrelid [=] $1 AND i.indisunique AND i.indexprs IS NULL AND i.indpred IS NULL
      AND EXISTS (SELECT FROM pg_catalog.generate_series(0, i.indnkeyatts [-] 1) n WHERE i.indkey[n] [=] $2)
    ORDER BY 1
    LIMIT 1
  )sql"),
                                     parameters);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

std::optional<std::string> foreign_key_of(Oid table, AttrNumber column) {
  const pg::parameter parameters[] = {pg::parameter::oid(table), {INT2OID, Int16GetDatum(column)}};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.conname::pg_catalog.text
    FROM pg_catalog.pg_constraint c
    WHERE c.conrelid [=] $1 AND c.contype [=] 'f' AND $2 [=] ANY (c.conkey)
    ORDER BY 1
    LIMIT 1
  )sql"),
                                     parameters);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

// Whether the type is a domain that is NOT NULL, or is over one.
bool refuses_null(Oid type) {
  for (;;) {
    HeapTuple row = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
    if (!HeapTupleIsValid(row))
      return false;
    const FormData_pg_type &form = *reinterpret_cast<Form_pg_type>(GETSTRUCT(row));
    const bool refuses = form.typnotnull, is_domain = form.typtype == TYPTYPE_DOMAIN;
    type = form.typbasetype;
    ReleaseSysCache(row);
    if (refuses || !is_domain)
      return refuses;
  }
}

// Without rows these are NULL.
void require_null_fits(const figure &of, Relation target) {
  const bool is_not_null = TupleDescAttr(RelationGetDescr(target), of.column.number - 1)->attnotnull;
  if (is_additive(of.function) || (!is_not_null && !call([&] { return refuses_null(of.column.declared); })))
    return;
  throw fault{.sqlstate = sqlstate::not_null_violation,
              .message = fmt::format("column \"{}\" of table \"{}\" is NOT NULL, and its figure is null without rows",
                                     of.column.name, of.column.table),
              .hint = is_not_null ? fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;",
                                                pg::qualified(RelationGetRelid(target)), pg::quoted(of.column.name))
                                  : "Give it a type that may be null."};
}

void require_column(const figure &of, const rollup &whole) {
  const pg::column_info &column = of.column;
  if (is_key(whole, column.number))
    refuse_figure(column, "a key of the rollup", "Name another column.");
  if (column.generated)
    refuse_figure(column, "a generated column", "Name an ordinary column.");
  if (column.is_identity)
    refuse_figure(column, "an identity column", "Name an ordinary column.");
  if (const std::optional<std::string> index = unique_index_of(whole.target, column.number))
    refuse_figure(column, fmt::format("in unique index \"{}\"", *index),
                  "Its changes would wait for those who insert rows that refer to the table, and they for it: drop "
                  "that index, or name another column.");
  if (const std::optional<std::string> key = foreign_key_of(whole.target, column.number))
    refuse_figure(
        column, fmt::format("in foreign key \"{}\"", *key),
        "Its changes would lock rows of the other table, in any order: drop that foreign key, or name another "
        "column.");
}

bool is_additive_everywhere(const figure &of, const rollup &whole) {
  for (const managed_trigger &trigger : managed_triggers(whole.target)) {
    if (trigger.feature != &rollup_feature)
      continue;
    try {
      const option_list options = parse_options(rollup_feature, trigger.arguments);
      if (place_of(options) != column_of::target)
        continue;
      for (const std::string &text : find_options(options, "columns"))
        if (const figure_name other = name_of_figure(text);
            other.column == of.column.name && (!is_additive(of.function) || other.function != of.function))
          return false;
    } catch (const fault &) {
      // Anyone may make such a trigger, and it must not stop the others.
    }
  }
  return true;
}

void require_no_keeper(const figure &of, const rollup &whole, const std::vector<column_keeper> &keepers) {
  for (const column_keeper &each : keepers) {
    if (each.column != of.column.name)
      continue;
    if (each.feature != &rollup_feature)
      throw fault{
          .sqlstate = sqlstate::duplicate_object,
          .message = fmt::format("column \"{}\" of table \"{}\" is kept by {}", of.column.name, of.column.table,
                                 each.feature->name),
          .hint = fmt::format("Name another column, or call upkeep.disable_{} first.", each.feature->enable_name())};
    if (!is_additive_everywhere(of, whole))
      throw fault{.sqlstate = sqlstate::duplicate_object,
                  .message = fmt::format("column \"{}\" of table \"{}\" is the figure of another rollup",
                                         of.column.name, of.column.table),
                  .hint = "Several rollups can feed one column where all are counts, or all sums: name another column, "
                          "or call upkeep.disable_rollup first."};
  }
}

// A key that a row gets by itself cannot be chosen by the rollup that inserts it, nor seen before the row is written.
void require_key(const group_key &key, const rollup &of, Relation target) {
  const pg::column_info &column = key.column;
  const bool is_always =
      TupleDescAttr(RelationGetDescr(target), column.number - 1)->attidentity == ATTRIBUTE_IDENTITY_ALWAYS;
  if (column.generated || (of.inserts && is_always))
    refuse_argument(fmt::format("column \"{}\" of table \"{}\" cannot be a key: it is {} column", column.name,
                                column.table, column.generated ? "a generated" : "an identity"),
                    of.inserts ? "Key the rollup by ordinary columns, or pass missing => 'ignore'."
                               : "Key the rollup by ordinary columns.");
}

// What another column gets from nobody.
void require_defaults(const rollup &of, Relation target, const std::vector<column_keeper> &keepers) {
  for (AttrNumber number = 1; number <= RelationGetNumberOfAttributes(target); ++number) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(target), number - 1);
    if (attribute.attisdropped || attribute.attgenerated || attribute.attidentity || is_key(of, number) ||
        is_figure(of, number))
      continue;
    const std::string name = NameStr(attribute.attname);
    const bool is_kept = std::ranges::find(keepers, name, &column_keeper::column) != keepers.end();
    if ((attribute.attnotnull || call([&] { return refuses_null(attribute.atttypid); })) && !is_kept &&
        !pg::has_default(target, number))
      throw fault{.sqlstate = sqlstate::not_null_violation,
                  .message = fmt::format("column \"{}\" of table \"{}\" is NOT NULL and has no default", name,
                                         pg::table_name(target)),
                  .detail = "The rollup inserts rows, for groups without one.",
                  .hint = "Give it a default, or pass missing => 'ignore'."};
  }
}

// The first table with a foreign key to that one.
std::optional<std::string> referring_table(Oid table) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.relname::pg_catalog.text
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid [=] k.conrelid
    WHERE k.contype [=] 'f' AND k.confrelid [=] $1
    ORDER BY k.oid
    LIMIT 1
  )sql"),
                                     parameters);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

void require_rows_may_go(const rollup &of) {
  const bool counts_all = std::ranges::any_of(of.figures, [](const figure &each) {
    return each.function == aggregate::count && !each.argument && !each.filter;
  });
  if (!counts_all)
    refuse_argument("keep_empty => false needs a figure count(*) without FILTER",
                    "It tells which rows are empty: add one to columns.");
  if (const std::optional<std::string> child = referring_table(of.target))
    refuse_argument(fmt::format("keep_empty => false cannot go with a foreign key from \"{}\" to \"{}\"", *child,
                                pg::table_name(of.target)),
                    "Rows that others may refer to must stay: leave keep_empty out.");
}

[[noreturn]] void refuse_table(Oid table, std::string_view why, const char *hint) {
  throw fault{.sqlstate = sqlstate::wrong_object_type,
              .message = fmt::format("cannot enable a rollup on \"{}\": it is {}", pg::table_name(table), why),
              .hint = hint};
}

} // namespace

void require_arguments(const rollup_request &wanted) {
  if (wanted.columns.empty())
    refuse_argument("a rollup needs at least one figure", "Pass columns, as in '{orders_count = count(*)}'.");
  if (wanted.keys && wanted.keys->empty())
    refuse_argument("keys must not be empty",
                    "Say which row of the target a row of the source belongs to, as in '{\"id = user_id\"}', or leave "
                    "keys out where there is a foreign key.");
  if (wanted.missing)
    require_choice(rollup_feature, rule_of(rollup_feature, "missing"), *wanted.missing);
  const bool inserts = wanted.missing ? *wanted.missing == "insert" : wanted.keys.has_value();
  if (inserts && !wanted.keys)
    refuse_argument("missing => 'insert' needs keys",
                    "A row that refers to another by a foreign key always finds it: leave missing out, or pass keys.");
  if (!wanted.keep_empty && !inserts)
    refuse_argument(
        "keep_empty => false needs missing => 'insert'",
        "A row that goes must come back with its group's next change: pass keys and missing => 'insert', or "
        "leave keep_empty out.");
}

void require_tables(Oid target, Oid source) {
  for (const Oid table : {target, source})
    if (call([=] { return get_rel_relispartition(table); }))
      refuse_table(table, "a partition", "Call this for the partitioned table.");
  if (call([=] { return has_superclass(source); }))
    refuse_table(source, "a child of another table, through which rows are written and its triggers are not told",
                 "Call this for the parent, or detach the table with ALTER TABLE ... NO INHERIT.");
  const auto is_temporary = [](Oid table) {
    return call([=] { return get_rel_persistence(table); }) == RELPERSISTENCE_TEMP;
  };
  if (is_temporary(target) != is_temporary(source))
    refuse_table(is_temporary(target) ? target : source, "temporary, and the other table is not",
                 "Triggers of a table that stays cannot name one that goes with its session: use two of a kind.");
}

void require_sound(const rollup &of, Relation target, Relation source) {
  require_each_once(of.keys, "key");
  require_each_once(of.figures, "figure");
  for (const group_key &each : of.keys)
    require_key(each, of, target);
  for (const figure &each : of.figures)
    require_column(each, of);
  require_one_node(of);
  require_key_index(target, of.keys);
  if (const std::optional<fault> problem = rule_in_the_way(of))
    throw *problem;
  require_zones(of);
  pg::require_role_of(source->rd_rel->relowner, of.target, target->rd_rel->relowner);
  const std::vector<column_keeper> keepers = column_keepers(of.target);
  for (const figure &each : of.figures) {
    require_no_keeper(each, of, keepers);
    require_null_fits(each, target);
  }
  if (!of.keeps_empty)
    require_rows_may_go(of);
  if (of.inserts)
    require_defaults(of, target, keepers);
}

} // namespace upkeep::rollups
