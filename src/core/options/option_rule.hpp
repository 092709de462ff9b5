// What may stand in a trigger's arguments: one option, its kind and default, and the argument of enable_… it comes
// from.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace upkeep {

enum class option_kind : std::uint8_t {
  text,
  number,
  json,
  choice,     // one of a few words
  flag,       // true or false
  list,       // texts, written as PostgreSQL writes identifiers
  table,      // the name of a table
  role,       // the name of a role
  column,     // "" for none, where there need not be one
  columns,    // a list of columns
  formula,    // an expression over columns
  formulas,   // a formula with its target; may be given more than once
  expression, // of SQL, over columns of one table
  expressions // a column and the expression that it gets; may be given more than once
};

// Whose columns an option names: those of one table, or one name for several. It is the trigger's own table, or one
// that another option names.
namespace column_of {
enum owner : unsigned {
  own = 1,
  settings = 2,
  parent = 4,
  products = 8,
  orders = 16,
  lines = 32,
  diagnostics = 64,
  refunds = 128,
  records = 256,
  target = 512,
  source = 1024
};
inline constexpr owner all[] = {own,         settings, parent,  products, orders, lines,
                                diagnostics, refunds,  records, target,   source};
} // namespace column_of

// The option that names that table. Of orders, lines and refunds a trigger stands on one and names the others.
constexpr std::string_view option_naming(column_of::owner owner) {
  switch (owner) {
  case column_of::own:
    break;
  case column_of::settings:
    return "settings";
  case column_of::parent:
    return "parent";
  case column_of::products:
    return "products";
  case column_of::orders:
    return "orders";
  case column_of::lines:
    return "order_items";
  case column_of::diagnostics:
    return "weekly_diagnostics";
  case column_of::refunds:
    return "refunds";
  case column_of::records:
    return "daily_records";
  case column_of::target:
    return "target";
  case column_of::source:
    return "source";
  }
  return "";
}

// The argument of upkeep.enable_… that an option comes from.
struct sql_argument {
  int position = -1;          // from 0; -1 where no argument gives the option
  std::string_view name = {}; // where it is not the option's
  bool must_be_given = false; // it has no default
};

struct option_rule {
  std::string_view name;
  option_kind kind;
  unsigned owners = 0;                            // of the columns that it names
  const char *default_value = nullptr;            // what a trigger without the option means; nullptr: nothing
  std::span<const std::string_view> choices = {}; // the first is the default
  const char *default_when_enabled = nullptr;     // what leaving out the argument means, where that is something else
  bool may_be_absent = false;                     // by default it names a column that the table need not have
  bool is_always_written = false;                 // by enable_…, even if it says what the default does
  sql_argument argument = {};
  std::string_view companion = {}; // the option without which it says nothing

  // The same rule, and what is special about it.
  constexpr option_rule from(int position, std::string_view argument_name = {}) const {
    option_rule rule = *this;
    rule.argument = {position, argument_name};
    return rule;
  }
  constexpr option_rule must_be_given() const {
    option_rule rule = *this;
    rule.argument.must_be_given = true;
    return rule;
  }
  constexpr option_rule unless_absent() const {
    option_rule rule = *this;
    rule.may_be_absent = true;
    return rule;
  }
  constexpr option_rule always_written() const {
    option_rule rule = *this;
    rule.is_always_written = true;
    return rule;
  }
  constexpr option_rule only_with(std::string_view other) const {
    option_rule rule = *this;
    rule.companion = other;
    return rule;
  }
  constexpr option_rule when_enabled(const char *value) const {
    option_rule rule = *this;
    rule.default_when_enabled = value;
    return rule;
  }

  constexpr std::string_view argument_name() const { return argument.name.empty() ? name : argument.name; }
  constexpr bool is_list() const { return kind == option_kind::list || kind == option_kind::columns; }
  constexpr bool is_choice() const { return kind == option_kind::choice || kind == option_kind::flag; }
  constexpr bool names_columns() const { return kind == option_kind::column || kind == option_kind::columns; }
  constexpr bool is_expression() const { return kind == option_kind::expression || kind == option_kind::expressions; }
  constexpr bool computes() const {
    return kind == option_kind::formula || kind == option_kind::formulas || is_expression();
  }
  constexpr bool may_repeat() const { return kind == option_kind::formulas || kind == option_kind::expressions; }

  // What a trigger without the option means, or nullptr.
  constexpr const char *usual() const { return choices.empty() ? default_value : choices.front().data(); }
  // What a caller who leaves out the argument means, or nullptr.
  constexpr const char *usual_argument() const { return default_when_enabled ? default_when_enabled : usual(); }
  // Whether NULL is allowed for the argument: it is the default. A single value that has one refuses NULL, which
  // nobody means.
  constexpr bool takes_null() const { return !argument.must_be_given && (is_list() || may_repeat() || !usual()); }
};

// The kinds of rules. One that names columns says whose they are.
constexpr option_rule text_rule(std::string_view name, const char *usual) {
  return {name, option_kind::text, 0, usual};
}
constexpr option_rule number_rule(std::string_view name, const char *usual) {
  return {name, option_kind::number, 0, usual};
}
constexpr option_rule json_rule(std::string_view name) { return {name, option_kind::json}; }
constexpr option_rule choice_rule(std::string_view name, std::span<const std::string_view> choices) {
  return {name, option_kind::choice, 0, nullptr, choices};
}
constexpr option_rule flag_rule(std::string_view name, std::span<const std::string_view> choices) {
  return {name, option_kind::flag, 0, nullptr, choices};
}
constexpr option_rule list_rule(std::string_view name, const char *usual = nullptr) {
  return {name, option_kind::list, 0, usual};
}
constexpr option_rule table_rule(std::string_view name) { return {name, option_kind::table}; }
constexpr option_rule role_rule(std::string_view name) { return {name, option_kind::role}; }
constexpr option_rule column_rule(std::string_view name, unsigned owners, const char *usual = nullptr) {
  return {name, option_kind::column, owners, usual};
}
constexpr option_rule columns_rule(std::string_view name, unsigned owners, const char *usual = nullptr) {
  return {name, option_kind::columns, owners, usual};
}
constexpr option_rule formula_rule(std::string_view name, unsigned owners) {
  return {name, option_kind::formula, owners};
}
constexpr option_rule formulas_rule(std::string_view name, unsigned owners) {
  return {name, option_kind::formulas, owners};
}

constexpr option_rule expression_rule(std::string_view name, unsigned owners) {
  return {name, option_kind::expression, owners};
}
constexpr option_rule expressions_rule(std::string_view name, unsigned owners) {
  return {name, option_kind::expressions, owners};
}

} // namespace upkeep
