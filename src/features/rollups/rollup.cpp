// What the options of a rollup mean.
#include "features/rollups/rollup.hpp"

#include "core/fault.hpp"
#include "core/keyed_table.hpp"
#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "features/rollups/error_context.hpp"
#include "features/rollups/key_index.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/missing_column.hpp"
#include "postgres/values/number.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

constexpr keyed_name<aggregate> aggregate_names[] = {
    {aggregate::count, "count"}, {aggregate::sum, "sum"},         {aggregate::min, "min"},
    {aggregate::max, "max"},     {aggregate::bool_or, "bool_or"}, {aggregate::bool_and, "bool_and"},
};
static_assert(is_keyed(aggregate_names, aggregate::bool_and));

constexpr const char *figure_hint =
    "A figure is one bare count, sum, min, max, bool_or or bool_and, with or without FILTER, as in "
    "'spent = sum(total_amount) filter (where status = ''paid'')'.";

[[noreturn]] void no_figure(const std::string &column, std::string_view why) {
  throw fault{.sqlstate = sqlstate::feature_not_supported,
              .message = fmt::format("figure \"{}\" {}", column, why),
              .hint = figure_hint};
}

assignment split(const std::string &text, const char *what, const char *example) {
  if (std::optional<assignment> found = parse_assignment(text)) {
    if (!has_matching_parentheses(found->expression))
      throw fault{
          .sqlstate = sqlstate::syntax_error,
          .message = fmt::format("parentheses of {} \"{}\" do not match", what, found->column),
          .detail = fmt::format("It is: {}.", found->expression),
          .hint = "Close each of them. A comma ends an element of '{...}': write ARRAY['...'], or put the element in "
                  "double quotes, as in '{\"n = sum(coalesce(id, 0))\"}'."};
    return *found;
  }
  throw fault{.sqlstate = sqlstate::syntax_error,
              .message = fmt::format("{} \"{}\" is not written as column = expression", what, text),
              .hint = fmt::format("Write it as in '{}'.", example)};
}

pg::column_info target_column(Relation target, const std::string &name) {
  return {target, pg::require_column(target, name, enable_rollup_name)};
}

// A column that is not there is the table's, and not, as the parser has it, of a statement that nobody wrote.
void require_columns_in(const std::string &expression, Relation source) {
  for (const std::string &name : pg::columns_in_expression(expression)) {
    const bool is_other = name == RelationGetRelationName(source) || SystemAttributeByName(name.c_str());
    if (!is_other)
      pg::require_column(source, name, enable_rollup_name);
  }
}

// The name of a function that is not qualified, or by pg_catalog; else nullptr.
const char *plain_name(const FuncCall &call) {
  const List *names = call.funcname;
  if (list_length(names) == 2 && std::strcmp(strVal(linitial(names)), "pg_catalog") != 0)
    return nullptr;
  return list_length(names) <= 2 ? strVal(llast(names)) : nullptr;
}

aggregate function_of(const FuncCall &call, const std::string &column) {
  const char *name = plain_name(call);
  for (const auto &each : aggregate_names)
    if (name && each.name == name)
      return each.key;
  no_figure(column, "is not one of the aggregates that are kept");
}

const FuncCall &aggregate_call(Node *raw, const std::string &column) {
  if (!IsA(raw, FuncCall))
    no_figure(column, "is not a bare aggregate");
  const auto &call = *reinterpret_cast<FuncCall *>(raw);
  if (call.agg_distinct)
    no_figure(column, "has DISTINCT, which rows that come and go cannot be counted by");
  if (call.agg_order || call.agg_within_group || call.over || call.func_variadic)
    no_figure(column, "is more than an aggregate with FILTER");
  return call;
}

// What can be summed instead. Money has no immutable cast to numeric, other types have none at all.
std::string sum_hint(Oid type, const std::string &argument) {
  switch (type) {
  case MONEYOID:
    return "The value of money depends on lc_monetary: give the column the type numeric, by ALTER TABLE ... ALTER "
           "COLUMN ... TYPE numeric(12,2).";
  case INTERVALOID:
    return fmt::format("Sum integers or numeric: write sum(extract(epoch FROM ({}))).", argument);
  case BOOLOID:
    return fmt::format("Sum integers or numeric: write sum(({})::integer).", argument);
  default:
    return fmt::format("Sum integers or numeric: write sum(({})::numeric).", argument);
  }
}

void require_sum(const figure &of, const std::string &what) {
  const Oid type = call([&] { return getBaseType(of.argument.type()); });
  if (!pg::is_number(type))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("{} sums values of type {}, which are not exact", what,
                                       pg::string_from([=] { return format_type_be(type); })),
                .hint = sum_hint(type, of.argument.text())};
}

// Whether the column can hold what the aggregate yields.
void require_fit(const figure &of) {
  const Oid type = of.column.type;
  const bool fits = of.function == aggregate::sum || of.function == aggregate::count          ? pg::is_number(type)
                    : of.function == aggregate::bool_or || of.function == aggregate::bool_and ? type == BOOLOID
                                                                                              : true;
  if (!fits)
    of.column.refuse_type(fmt::format("cannot hold a {}", row_of(aggregate_names, of.function).name),
                          is_additive(of.function) ? "Give it smallint, integer, bigint or numeric."
                                                   : "Give it boolean.");
}

// What an argument is coerced to. A sum's values are rounded to the column's scale one by one.
pg::value_type type_for(const figure &of) {
  switch (of.function) {
  case aggregate::count:
  case aggregate::sum:
    return {};
  case aggregate::bool_or:
  case aggregate::bool_and:
    return {BOOLOID};
  default:
    return {of.column.type, of.column.modifier};
  }
}

bool has_order(Oid type) {
  const TypeCacheEntry *known = lookup_type_cache(type, TYPECACHE_CMP_PROC);
  return OidIsValid(known->cmp_proc);
}

// The text of a trigger's argument that is being read.
struct told_argument {
  const char *what;
  std::string text, target, source;
};

void tell_argument(void *argument) {
  const auto &[what, text, target, source] = *static_cast<const told_argument *>(argument);
  errcontext("rollup from \"%s\" to \"%s\", %s %s", source.c_str(), target.c_str(), what, text.c_str());
}

} // namespace

bool have_same_keys(std::span<const group_key> a, std::span<const group_key> b) {
  const auto column = [](const group_key &key) { return key.column.number; };
  return std::ranges::equal(a, b, {}, column, column);
}

std::vector<Oid> key_types(const rollup &of) {
  std::vector<Oid> types;
  for (const group_key &each : of.keys)
    types.push_back(each.column.type);
  return types;
}

figure_name name_of_figure(const std::string &text) {
  const assignment split_text = split(text, "figure", "orders_count = count(*)");
  const std::string what = fmt::format("figure \"{}\"", split_text.column);
  const FuncCall &call = aggregate_call(pg::parse_expression(split_text.expression, what), split_text.column);
  return {split_text.column, function_of(call, split_text.column)};
}

figure resolve_figure(const std::string &text, Relation target, Relation source) {
  const assignment split_text = split(text, "figure", "orders_count = count(*)");
  const std::string &name = split_text.column, what = fmt::format("figure \"{}\"", name);
  const FuncCall &call = aggregate_call(pg::parse_expression(split_text.expression, what), name);
  figure made{target_column(target, name), function_of(call, name), {}, {}};
  require_columns_in(split_text.expression, source);
  if (call.agg_star ? made.function != aggregate::count : list_length(call.args) != 1)
    no_figure(name, "needs exactly one argument");
  require_fit(made);
  if (call.agg_filter)
    made.filter = {call.agg_filter, source, {BOOLOID}, fmt::format("the filter of figure \"{}\"", name)};
  if (call.agg_star)
    return made;
  made.argument = {static_cast<Node *>(linitial(call.args)), source, type_for(made), what};
  if (made.function == aggregate::sum)
    require_sum(made, what);
  const bool is_extreme = made.function == aggregate::min || made.function == aggregate::max;
  if (is_extreme && !pg::call([&] { return has_order(made.column.type); }))
    made.column.refuse_type("has no order", "A least or greatest value needs a type that can be sorted.");
  return made;
}

group_key resolve_key(const std::string &text, Relation target, Relation source) {
  const assignment split_text = split(text, "key", "shop_id = shop_id");
  pg::column_info column = target_column(target, split_text.column);
  const std::string what = fmt::format("key \"{}\"", column.name);
  const pg::value_type type{column.type, column.modifier};
  require_columns_in(split_text.expression, source);
  return {std::move(column), {pg::parse_expression(split_text.expression, what), source, type, what}};
}

pg::row_expression resolve_filter(const std::string &text, Relation source) {
  Node *raw = pg::parse_expression(text, "filter");
  require_columns_in(text, source);
  return {raw, source, {BOOLOID}, "filter"};
}

void refuse_null_key(const rollup &of, std::size_t number) {
  const group_key &key = of.keys[number];
  const std::string filter = of.filter ? fmt::format("{} AND ({} IS NOT NULL)", of.filter.text(), key.value.text())
                                       : fmt::format("{} IS NOT NULL", key.value.text());
  throw fault{.sqlstate = sqlstate::null_value_not_allowed,
              .message = fmt::format("key \"{}\" of \"{}\" is null for a row of \"{}\"", key.column.name,
                                     key.column.table, pg::table_name(of.source)),
              .hint = fmt::format("Leave such rows out, filter => {}, or make the unique index NULLS NOT DISTINCT.",
                                  pg::literals({filter}))};
}

std::string text_of(const figure &of) {
  const std::string argument = of.argument ? of.argument.text() : "*";
  const std::string filter = of.filter ? fmt::format(" FILTER (WHERE {})", of.filter.text()) : "";
  return fmt::format("{} = {}({}){}", pg::quoted(of.column.name), row_of(aggregate_names, of.function).name, argument,
                     filter);
}

std::string text_of(const group_key &of) { return fmt::format("{} = {}", pg::quoted(of.column.name), of.value.text()); }

rollup resolve_rollup(const option_list &options, Relation target, Relation source) {
  rollup made{.target = RelationGetRelid(target),
              .source = RelationGetRelid(source),
              .root = pg::topmost(RelationGetRelid(target)),
              .target_owner = target->rd_rel->relowner,
              .source_owner = source->rd_rel->relowner,
              .keys = {},
              .figures = {},
              .filter = {},
              .groups_nulls = false,
              .inserts = text_option(options, "missing") == "insert",
              .keeps_empty = text_option(options, "keep_empty") == "true"};
  // Names are found, and constant parts computed, as whoever's rights they will have, not the writer's.
  pg::as_restricted(made.source_owner, [&] {
    const auto telling = [=](const char *what, const std::string &text, auto &&resolve) {
      told_argument told{what, text, pg::table_name(target), pg::table_name(source)};
      with_error_context(tell_argument, &told, resolve);
    };
    pg::with_pinned_settings([&] {
      for (const std::string &text : find_options(options, "keys"))
        telling("key", text, [&] { made.keys.push_back(resolve_key(text, target, source)); });
      for (const std::string &text : find_options(options, "columns"))
        telling("figure", text, [&] { made.figures.push_back(resolve_figure(text, target, source)); });
      if (const std::string *text = find_option(options, "filter"))
        telling("filter", *text, [&] { made.filter = resolve_filter(*text, source); });
    });
  });
  std::sort(made.keys.begin(), made.keys.end(),
            [](const group_key &a, const group_key &b) { return a.column.number < b.column.number; });
  made.groups_nulls = has_group_of_nulls(target, made.keys);
  return made;
}

} // namespace upkeep::rollups
