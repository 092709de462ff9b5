#include "features/enabling.hpp"

#include "features/catalogue.hpp"
#include "features/column_keepers.hpp"
#include "features/orders/lock/open_columns.hpp"
#include "features/registry.hpp"
#include "features/rollups/enable/cycles.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/column_info.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/text.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

// A call of an enable function.
struct enable_call {
  const feature_rule &feature;
  const pg::arguments &given;
};

// Whether the argument of an option was passed that column. What NULL stands for is never missed.
bool names(const enable_call &made, const option_rule &rule, const std::string &column) {
  if (!rule.names_columns() || rule.argument.position < 0 || rule.argument.position >= made.given.count() ||
      made.given.is_null(rule.argument.position))
    return false;
  const std::string name(rule.argument_name());
  if (rule.kind == option_kind::column)
    return made.given.name(rule.argument.position, name.c_str()) == column;
  return std::ranges::count(*made.given.optional_names(rule.argument.position, name.c_str()), column) > 0;
}

std::string folded(std::string_view name) {
  std::string result;
  for (const char letter : name)
    if (letter != '_')
      result += static_cast<char>(pg_ascii_tolower(static_cast<unsigned char>(letter)));
  return result;
}

// The one column whose name differs in capitals and underscores only.
std::string similar_column(Oid table, const std::string &name) {
  std::string similar;
  for (const std::string &column : pg::column_names(table))
    if (folded(column) == folded(name)) {
      if (!similar.empty())
        return "";
      similar = column;
    }
  return similar;
}

// What the table of an argument is called in a sentence; those whose rows refer to the others' are not `is_parent`.
struct table_role {
  std::string_view argument, words;
  bool is_parent;
};
constexpr table_role roles[] = {{"order_items", "lines", false}, {"refunds", "refunds", false},
                                {"child", "the child", false},   {"orders", "orders", true},
                                {"products", "products", true},  {"parent", "the parent", true}};

struct passed_table {
  const table_role *role;
  int position;
  Oid table;
};

// Those that have a role, as they stand in the call.
std::vector<passed_table> tables_of(const enable_call &made) {
  std::vector<passed_table> tables;
  const auto add = [&](std::string_view argument, int position) {
    const table_role *role = std::ranges::find(roles, argument, &table_role::argument);
    const std::optional<Oid> table = role == std::end(roles) ? std::nullopt : made.given.optional_table(position);
    if (table)
      tables.push_back({role, position, *table});
  };
  add(made.feature.target, 0);
  for (const option_rule &rule : made.feature.options)
    if (rule.kind == option_kind::table && rule.argument.position >= 0)
      add(rule.argument_name(), rule.argument.position);
  std::ranges::sort(tables, {}, &passed_table::position);
  return tables;
}

bool refers_to(Oid child, Oid parent) {
  const pg::parameter parameters[] = {pg::parameter::oid(child), pg::parameter::oid(parent)};
  return pg::execute(pg::sql(R"sql(
    SELECT FROM pg_catalog.pg_constraint c WHERE c.contype [=] 'f' AND c.conrelid [=] $1 AND c.confrelid [=] $2
  )sql"),
                     parameters)
             .count() > 0;
}

// "upkeep.enable_order_totals takes orders first, then lines.", where two tables may have been passed the other way
// round;
// "" else. A foreign key makes it certain.
struct order_advice {
  std::string text;
  bool is_certain = false;
};
order_advice swapped_tables(const enable_call &made, const pg::missing_column &said) {
  const std::vector<passed_table> tables = tables_of(made);
  for (std::size_t i = 0; i + 1 < tables.size(); ++i) {
    const passed_table &first = tables[i], &second = tables[i + 1];
    if (first.role->is_parent == second.role->is_parent)
      continue;
    const Oid parent = (first.role->is_parent ? first : second).table;
    const Oid child = (first.role->is_parent ? second : first).table;
    const Oid other = said.table == child ? parent : child;
    const bool is_there = (said.table == child || said.table == parent) &&
                          call([&] { return get_attnum(other, said.columns.front().c_str()) != InvalidAttrNumber; });
    const bool is_certain = refers_to(parent, child);
    if (refers_to(child, parent) || (!is_certain && !is_there))
      continue;
    return {fmt::format("upkeep.{} takes {} first, then {}.", enable_function(made.feature), first.role->words,
                        second.role->words),
            is_certain};
  }
  return {};
}

// "product_column => 'productId'", with what the table has in place of the column where that is known; "" where no
// argument names the column.
std::string argument_for(const enable_call &made, const std::string &column, const std::string &similar) {
  const auto found =
      std::ranges::find_if(made.feature.options, [&](const option_rule &rule) { return names(made, rule, column); });
  if (found == made.feature.options.end())
    return "";
  const std::string name = similar.empty() ? "its_name" : similar;
  return fmt::format("{} => {}", found->argument_name(),
                     pg::literals({found->is_list() ? "{" + pg::quoted(name) + "}" : name}));
}

std::string hint_for_one(const enable_call &made, const std::string &table, Oid oid, const std::string &column) {
  const std::string similar = similar_column(oid, column), argument = argument_for(made, column, similar);
  if (!argument.empty())
    return similar.empty()
               ? fmt::format("If the column of \"{}\" has another name, pass {}; otherwise add it.", table, argument)
               : fmt::format("\"{}\" has a column \"{}\": pass {}.", table, similar, argument);
  if (std::ranges::count(made.feature.options, option_kind::expressions, &option_rule::kind) > 0)
    return similar.empty() ? fmt::format("Name a column that \"{}\" has, or add it.", table)
                           : fmt::format("\"{}\" has a column \"{}\": name that.", table, similar);
  if (std::ranges::count(made.feature.options, option_kind::formulas, &option_rule::kind) > 0)
    return fmt::format("Pass formulas => ARRAY[...] that name the columns \"{}\" has, or add the column.", table);
  return similar.empty()
             ? fmt::format("Add the column to \"{}\".", table)
             : fmt::format("Add the column to \"{}\", or rename \"{}\": the name is fixed.", table, similar);
}

// What the feature keeps cannot be the figure of a rollup too.
void require_no_figure(Oid table, const feature_rule &feature) {
  const auto is_rollup = [](const managed_trigger &each) { return each.feature == &rollup_feature; };
  if (&feature == &rollup_feature || std::ranges::none_of(managed_triggers(table), is_rollup))
    return;
  const std::vector<column_keeper> keepers = column_keepers(table);
  for (const column_keeper &each : keepers) {
    const auto is_figure_too = [&](const column_keeper &other) {
      return other.feature == &rollup_feature && other.column == each.column;
    };
    if (each.feature == &feature && std::ranges::any_of(keepers, is_figure_too))
      throw fault{.sqlstate = sqlstate::duplicate_object,
                  .message = fmt::format("column \"{}\" of table \"{}\" is the figure of a rollup", each.column,
                                         pg::table_name(table)),
                  .hint = "Name another column, or call upkeep.disable_rollup first."};
  }
}

// Those that look for rows of another table by keys, which a shard answers by its own rows.
constexpr const feature_rule *looking_up[] = {&touch_feature,      &order_snapshots_feature, &order_totals_feature,
                                              &order_lock_feature, &order_refunds_feature,   &stock_feature};

bool names_column(const option_list &options, const std::string &column) {
  return std::ranges::any_of(options.feature->options, [&](const option_rule &rule) {
    if (!rule.names_columns())
      return false;
    if (rule.is_list())
      return std::ranges::count(pg::list_option(options, rule.name), column) > 0;
    const std::string *given = find_option(options, rule.name);
    return given ? *given == column : rule.usual() && rule.usual() == column;
  });
}

// Without the column of the distribution, a shard that has rows of several tenants would give one those of another.
void require_tenant(Oid table, const option_list &options) {
  const std::optional<std::string> column = pg::distribution_column(table);
  if (!column || std::ranges::count(looking_up, options.feature) == 0 || names_column(options, *column))
    return;
  throw fault{.sqlstate = sqlstate::feature_not_supported,
              .message = fmt::format("{} does not look for rows by \"{}\", by which \"{}\" is distributed",
                                     options.feature->name, *column, pg::table_name(table)),
              .hint = options.feature == &touch_feature
                          ? std::string("Name it among the columns of both tables.")
                          : fmt::format("Pass tenant_column => {}.", pg::literals({*column}))};
}

// A table whose rows are read or written for each of another's lies on the same nodes. Rows of a reference table may be
// read, but a write to one replica would be lost on the others.
void require_colocated(Oid table, const feature_rule &feature) {
  for (const managed_trigger &each : managed_triggers(table)) {
    if (each.feature != &feature)
      continue;
    const option_list options = parse_options(feature, each.arguments);
    for (const option_rule &rule : feature.options) {
      const std::string *name = rule.kind == option_kind::table ? find_option(options, rule.name) : nullptr;
      const std::optional<Oid> other = name ? pg::find_sibling(*name, table) : std::nullopt;
      if (other && !pg::lies_beside(*other, table))
        pg::refuse_apart(*other, table);
      if (other && pg::citus_kind_of(*other) == pg::citus_kind::distributed)
        require_tenant(table, options);
      if (other && &feature != &order_snapshots_feature)
        pg::require_no_replicas(*other, fmt::format("enable {}", feature.enable_name()).c_str());
    }
  }
}

std::string hint_for_several(const enable_call &made, const std::string &table, const pg::missing_column &said) {
  std::string list;
  for (const std::string &column : said.columns)
    if (const std::string argument = argument_for(made, column, similar_column(said.table, column)); !argument.empty())
      list += (list.empty() ? "" : ", ") + argument;
  return fmt::format(
      "{} to \"{}\"; upkeep.create_analytics makes tables with all of them.",
      list.empty() ? "Add them" : fmt::format("If columns have other names, pass {}. Add the others", list), table);
}

} // namespace

void require_sound_tables(FunctionCallInfo fcinfo, const feature_rule &feature) {
  const pg::arguments given(fcinfo);
  const auto require = [&](int position) {
    if (const std::optional<Oid> table = given.optional_table(position)) {
      orders::require_open_columns_of(*table);
      require_no_figure(*table, feature);
      if (pg::has_citus())
        require_colocated(*table, feature);
    }
  };
  if (!feature.target.empty())
    require(0);
  if (&feature == &metrics_feature || &feature == &updated_at_feature || &feature == &touch_feature)
    if (const std::optional<Oid> table = given.optional_table(0))
      rollups::require_no_cycle_through(*table);
  for (const option_rule &rule : feature.options)
    if (rule.kind == option_kind::table && rule.argument.position >= 0)
      require(rule.argument.position);
}

std::string hint_for_caller(FunctionCallInfo fcinfo, const feature_rule &feature, const pg::missing_column &said) {
  std::string hint;
  const pg::arguments given(fcinfo);
  const enable_call made{feature, given};
  pg::with_spi([&] {
    const std::string table = pg::table_name(said.table);
    const order_advice order = swapped_tables(made, said);
    if (!order.is_certain)
      hint = said.columns.size() == 1 ? hint_for_one(made, table, said.table, said.columns.front())
                                      : hint_for_several(made, table, said);
    if (!order.text.empty())
      hint += (hint.empty() ? "" : " ") + order.text;
  });
  return hint;
}

} // namespace upkeep
