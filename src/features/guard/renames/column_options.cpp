#include "features/guard/renames/column_options.hpp"

#include "core/metrics/commerce_set.hpp"
#include "core/metrics/formula.hpp"
#include "core/metrics/formula_rename.hpp"
#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "features/guard/renames/fixed_columns.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/row_expression.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

namespace {

bool has_column(Oid table, const std::string &column) {
  return call([&] { return get_attnum(table, column.c_str()); }) > 0;
}

std::string rename_statement(Oid table, const std::string &from, const std::string &to) {
  return fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {};", pg::qualified(table), pg::quoted(from), pg::quoted(to));
}

// The table that an option names, if the trigger's table may use it: anyone can name any table.
std::optional<Oid> table_named(const option_list &options, std::string_view name, Oid beside) {
  const std::string *given = find_option(options, name);
  const std::optional<Oid> table = given ? pg::find_sibling(*given, beside) : std::nullopt;
  return table && pg::has_rights_of_owner(pg::owner_of(beside), *table) ? table : std::nullopt;
}

bool is_generated(Oid table, const std::string &column) {
  return call([&] { return get_attgenerated(table, get_attnum(table, column.c_str())); }) != '\0';
}

class follower {
public:
  follower(const managed_trigger &trigger, const column_rename &change)
      : trigger(trigger), change(change),
        options(parse_options(*trigger.feature, trigger.arguments)), result{trigger.arguments, {}} {}

  followed_options follow() {
    for (const option_rule &rule : trigger.feature->options)
      if (rule.kind == option_kind::formulas)
        follow_formulas();
      else if (rule.kind == option_kind::formula)
        follow_formula(rule);
      else if (rule.kind == option_kind::expressions)
        follow_assignments(rule);
      else if (rule.kind == option_kind::expression)
        follow_expression(rule);
      else if (rule.names_columns())
        follow(rule);
    for (const fixed_column &each : fixed_columns_of(*trigger.feature))
      follow(each);
    return std::move(result);
  }

private:
  std::optional<Oid> table_at(column_of::owner owner) const {
    if (owner == column_of::own || owner == place_of(options))
      return trigger.table;
    if (owner == column_of::parent)
      return parent_table();
    if (owner == column_of::settings && !uses_settings)
      return std::nullopt;
    return table_named(options, option_naming(owner), trigger.table);
  }

  // By its name, or, where the table was renamed since, by the foreign key.
  std::optional<Oid> parent_table() const {
    const std::string *name = find_option(options, "parent");
    if (!name || pg::find_sibling(*name, trigger.table))
      return table_named(options, "parent", trigger.table);
    std::vector<std::string> columns = pg::list_option(options, "columns");
    if (change.concerns(trigger.table))
      std::replace(columns.begin(), columns.end(), change.from, change.to);
    std::optional<Oid> found;
    call([&] { LockRelationOid(trigger.table, AccessShareLock); });
    if (call([&] { return get_rel_relkind(trigger.table); }) != '\0')
      pg::with_relation(trigger.table, [&](Relation child) { found = pg::referenced_table(child, columns); });
    return found;
  }

  std::vector<Oid> tables_at(unsigned owners) const {
    std::vector<Oid> tables;
    for (const column_of::owner each : column_of::all)
      if (owners & each)
        if (const std::optional<Oid> table = table_at(each))
          tables.push_back(*table);
    return tables;
  }

  void set(std::string_view option, const std::string &value) {
    const std::string start = fmt::format("{}=", option);
    const auto given = std::find_if(result.arguments.begin(), result.arguments.end(),
                                    [&](const std::string &each) { return each.starts_with(start); });
    if (given == result.arguments.end())
      result.arguments.push_back(start + value);
    else
      *given = start + value;
  }

  // Whether every table that the option speaks of has the new name now; what stands in the way is noted.
  bool may_follow(const option_rule &rule, const std::vector<Oid> &tables) {
    std::string others, statements;
    for (const Oid table : tables) {
      if (change.concerns(table) || (!has_column(table, change.from) && has_column(table, change.to)))
        continue;
      // A partition's columns are renamed with its root's.
      const Oid whole = pg::topmost(table);
      others += fmt::format("{}\"{}\"", others.empty() ? "" : " and ", pg::table_name(whole));
      statements += " " + rename_statement(whole, change.from, change.to);
    }
    if (others.empty())
      return true;
    const auto renamed = std::find_if(tables.begin(), tables.end(), [&](Oid table) { return change.concerns(table); });
    result.stuck.push_back({std::string(rule.name), *renamed,
                            fmt::format("Its option {} is the name of the column in {} too.", rule.name, others),
                            "Rename it there too:" + statements});
    return false;
  }

  void follow(const option_rule &rule) {
    const std::vector<Oid> tables = tables_at(rule.owners);
    if (is_idle(options, rule) ||
        std::none_of(tables.begin(), tables.end(), [&](Oid table) { return change.concerns(table); }))
      return;
    if (rule.is_list()) {
      std::vector<std::string> names = list_before(rule, tables.front());
      if (std::find(names.begin(), names.end(), change.from) == names.end() || !may_follow(rule, tables))
        return;
      std::replace(names.begin(), names.end(), change.from, change.to);
      set(rule.name, pg::join_names(names));
      return;
    }
    const std::string *given = find_option(options, rule.name);
    if ((given || rule.usual()) && (given ? *given : rule.usual()) == change.from && may_follow(rule, tables))
      set(rule.name, change.to);
  }

  // Of a default those that the table had.
  std::vector<std::string> list_before(const option_rule &rule, Oid table) const {
    std::vector<std::string> names = pg::list_option(options, rule.name);
    if (!find_option(options, rule.name))
      std::erase_if(names, [&](const std::string &name) {
        return !change.had(table, name) || (trigger.feature == &updated_at_feature && !is_protected(name));
      });
    return names;
  }

  // Whether an updated_at trigger without the option protects a column: not its stamp nor its version, nor what is
  // generated.
  bool is_protected(const std::string &column) const {
    const std::string *version = find_option(options, "version");
    return column != text_option(options, "column") && !(version && *version == column) &&
           !is_generated(trigger.table, column == change.from ? change.to : column);
  }

  void follow_formulas() {
    const std::vector<std::string> before = formulas_before(options, trigger.table, change);
    for (const std::string &text : before)
      for (const metrics::reference &name : metrics::parse_formula(text).references)
        uses_settings |= name.of_settings;
    const std::optional<Oid> of_settings = table_at(column_of::settings);
    std::vector<std::string> after = before;
    for (std::string &text : after) {
      if (change.concerns(trigger.table))
        text = metrics::rename_in_formula(text, change.from, change.to, false);
      if (of_settings && change.concerns(*of_settings))
        text = metrics::rename_in_formula(text, change.from, change.to, true);
      if (text.size() > metrics::max_formula_bytes) {
        result.stuck.push_back(
            {"formula", change.tables.front(),
             fmt::format("With that name a formula would be longer than {} bytes.", metrics::max_formula_bytes),
             "Call upkeep.enable_metrics again with a shorter one, or rename it back."});
        return;
      }
    }
    if (after == before)
      return;
    std::erase_if(result.arguments, [](const std::string &each) { return each.starts_with("formula="); });
    for (std::size_t i = 0; i < after.size(); ++i)
      result.arguments.insert(result.arguments.begin() + static_cast<std::ptrdiff_t>(i), "formula=" + after[i]);
  }

  // An expression over columns of one table. In total_formula "lines" is no column.
  void follow_formula(const option_rule &rule) {
    const std::string *given = find_option(options, rule.name);
    const std::vector<Oid> tables = tables_at(rule.owners);
    const auto is_sum = [&](const std::string &name) { return rule.name == "total_formula" && name == "lines"; };
    if (!given || is_sum(change.from) ||
        std::none_of(tables.begin(), tables.end(), [&](Oid table) { return change.concerns(table); }))
      return;
    const std::string after = metrics::rename_in_formula(*given, change.from, change.to, false);
    if (after == *given)
      return;
    if (is_sum(change.to) || after.size() > metrics::max_formula_bytes)
      result.stuck.push_back({std::string(rule.name), tables.front(),
                              is_sum(change.to) ? "There \"lines\" means the sum of the amounts of the lines."
                                                : "With that name it would be too long.",
                              rename_statement(tables.front(), change.to, change.from)});
    else
      set(rule.name, after);
  }

  bool has_new_name(column_of::owner owner) const {
    const std::optional<Oid> table = table_at(owner);
    return table && change.concerns(*table);
  }

  // A column of the target, and the expression over the source that it gets.
  void follow_assignments(const option_rule &rule) {
    const bool in_target = has_new_name(column_of::target), in_source = has_new_name(column_of::source);
    const std::string start = fmt::format("{}=", rule.name);
    for (std::string &argument : result.arguments) {
      if (!argument.starts_with(start))
        continue;
      const std::optional<rollups::assignment> before = rollups::parse_assignment(argument.substr(start.size()));
      if (!before)
        continue;
      rollups::assignment after = *before;
      if (in_target && after.column == change.from)
        after.column = change.to;
      if (in_source)
        after.expression = pg::rename_in_expression(after.expression, change.from, change.to);
      if (after.column != before->column || after.expression != before->expression)
        argument = fmt::format("{}{} = {}", start, pg::quoted(after.column), after.expression);
    }
  }

  void follow_expression(const option_rule &rule) {
    const std::string *given = find_option(options, rule.name);
    if (given && has_new_name(column_of::source))
      set(rule.name, pg::rename_in_expression(*given, change.from, change.to));
  }

  void follow(const fixed_column &column) {
    if (!column.option.empty() && !find_option(options, column.option))
      return;
    const std::optional<Oid> table = table_at(column.of);
    if (table && column.name == change.from && change.concerns(*table))
      result.stuck.push_back({std::string(column.name), *table, "It knows the column by that name alone.",
                              rename_statement(*table, change.to, change.from)});
  }

  const managed_trigger &trigger;
  const column_rename &change;
  const option_list options;
  followed_options result;
  bool uses_settings = trigger.feature != &metrics_feature; // metrics: where a formula does
};

} // namespace

followed_options follow_options(const managed_trigger &trigger, const column_rename &change) {
  try {
    return follower(trigger, change).follow();
  } catch (const fault &) {
    // Anyone may make such a trigger, and it must not stop the others.
    return {trigger.arguments, {}};
  }
}

std::vector<std::string> formulas_before(const option_list &options, Oid table, const column_rename &change) {
  std::vector<std::string> formulas = find_options(options, "formula");
  if (!formulas.empty())
    return formulas;
  const std::optional<Oid> of_settings = table_named(options, "settings", table);
  for (const metrics::commerce_metric &each : metrics::commerce_set()) {
    const metrics::formula parsed = metrics::parse_formula(each.formula);
    const bool fits =
        change.had(table, parsed.target) &&
        std::all_of(parsed.references.begin(), parsed.references.end(), [&](const metrics::reference &name) {
          return name.of_settings ? of_settings && change.had(*of_settings, name.name) : change.had(table, name.name);
        });
    if (fits)
      formulas.emplace_back(each.formula);
  }
  return formulas;
}

} // namespace upkeep::guard
