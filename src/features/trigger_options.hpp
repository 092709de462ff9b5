// What features read from the arguments of their triggers, and write into them, as the table of options says: columns
// that may be absent, other tables, what differs from the defaults.
#pragma once

#include "core/options/feature_rule.hpp"
#include "core/options/option_list.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"

namespace upkeep {

// The name of the function that enables a feature, "enable_metrics".
std::string enable_function(const feature_rule &feature);

// The number of the column that an option names; 0 where it names none, by "" or by a default that the table need not
// have. One that is not there is 42703, with the hint to call the enable function again.
AttrNumber column_option(Relation table, const option_list &options, std::string_view name);
// The same as a name; nullopt for none.
std::optional<std::string> column_name_option(Relation table, const option_list &options, std::string_view name);
// Those that a list names; of a default those that the table has.
std::vector<std::string> columns_option(Relation table, const option_list &options, std::string_view name);

// The names in a list that a caller of the enable function leaves to its default.
std::vector<std::string> usual_list(const feature_rule &feature, std::string_view option);

// The arguments of an enable function that are tables.
Oid target_argument(const pg::arguments &given, const feature_rule &feature);
Oid table_argument(const pg::arguments &given, const feature_rule &feature, std::string_view option);
std::optional<Oid> optional_table_argument(const pg::arguments &given, const feature_rule &feature,
                                           std::string_view option);

// The arguments that an enable function composes: what differs from the defaults, so that a default stays one. In the
// order of the feature's options.
class trigger_arguments {
public:
  explicit trigger_arguments(const feature_rule &of) : feature(&of) {}
  // What the caller passed, except tables, formulas and expressions, which need to be looked at first. Throws 22004 for
  // NULL where it is not the default, 22023 for a choice that is not among the choices and a list's element that is too
  // long for a trigger's argument.
  trigger_arguments(const feature_rule &of, const pg::arguments &given);

  // An option's value, whatever it was, and whatever is usual.
  trigger_arguments &set(std::string_view option, const std::string &value);
  trigger_arguments &set(std::string_view option, Oid table) { return set(option, pg::qualified(table)); }
  trigger_arguments &set(std::string_view option, const std::vector<std::string> &values);
  trigger_arguments &leave_out(std::string_view option);
  // The same, after all others.
  trigger_arguments &append(std::string_view option, const std::string &value);

  // Appends the names of the columns that they leave to a default which the table need not have, and has: one that is
  // renamed later must not be forgotten silently. `owner` says whose columns the table's are.
  trigger_arguments &append_usual_columns(Relation table, column_of::owner owner);

  // As a trigger on one of two tables has them, with the name of the other.
  trigger_arguments with(std::string_view option, Oid table) const {
    return trigger_arguments(*this).set(option, table);
  }

  const std::vector<std::string> &list() const { return arguments; }
  option_list options() const { return parse_options(*feature, arguments); }

private:
  void insert(std::string_view option, const std::string &value);

  const feature_rule *feature;
  std::vector<std::string> arguments;
};

// The table that an argument of a trigger names, locked until the end of the transaction; 22023 where the argument is
// missing. The owner of the trigger's table must have the rights of its owner (42501).
Oid other_table(const option_list &options, std::string_view name, Relation beside, LOCKMODE lock);

// A column's type, as in "numeric(10,2)".
std::string type_of(Relation table, AttrNumber column);

} // namespace upkeep
