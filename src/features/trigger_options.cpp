#include "features/trigger_options.hpp"

#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep {

namespace {

bool has_column(Relation table, const std::string &name) {
  return pg::find_column(RelationGetDescr(table), name) != InvalidAttrNumber;
}

// Names in a trigger's arguments are cut like those of columns.
void require_length(std::string_view argument, const std::vector<std::string> &names) {
  for (const std::string &each : names)
    if (each.size() >= NAMEDATALEN)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{}: \"{}\" is longer than {} bytes", argument, each, NAMEDATALEN - 1),
                  .hint = "Use a shorter one."};
}

std::optional<std::string> read_list(const option_rule &rule, const pg::arguments &given) {
  const std::string name(rule.argument_name());
  const int position = rule.argument.position;
  const auto names = rule.kind == option_kind::columns ? given.optional_names(position, name.c_str())
                                                       : given.optional_strings(position, name.c_str());
  if (!names)
    return std::nullopt;
  require_length(name, *names);
  return pg::join_names(*names);
}

std::string_view option_of(std::string_view argument) { return argument.substr(0, argument.find('=')); }

// An argument as an option's text; nullopt for NULL.
std::optional<std::string> read_argument(const option_rule &rule, const pg::arguments &given) {
  const std::string name(rule.argument_name());
  const int position = rule.argument.position;
  if (rule.is_list())
    return read_list(rule, given);
  if (rule.takes_null() && given.is_null(position))
    return std::nullopt;
  switch (rule.kind) {
  case option_kind::number:
    return std::to_string(given.integer(position, name.c_str()));
  case option_kind::json:
    return given.json(position, name.c_str());
  case option_kind::flag:
    return given.boolean(position, name.c_str()) ? "true" : "false";
  case option_kind::role:
  case option_kind::column:
    return given.name(position, name.c_str());
  default:
    return given.string(position, name.c_str());
  }
}

} // namespace

std::string enable_function(const feature_rule &feature) { return fmt::format("enable_{}", feature.enable_name()); }

AttrNumber column_option(Relation table, const option_list &options, std::string_view name) {
  const option_rule &rule = rule_of(*options.feature, name);
  const std::string *given = find_option(options, name);
  if (!given && !rule.usual())
    return InvalidAttrNumber;
  const std::string column = given ? *given : rule.usual();
  if (rule.may_be_absent && (given ? column.empty() : !has_column(table, column)))
    return InvalidAttrNumber;
  return pg::require_column(table, column, enable_function(*options.feature).c_str());
}

std::optional<std::string> column_name_option(Relation table, const option_list &options, std::string_view name) {
  if (column_option(table, options, name) == InvalidAttrNumber)
    return std::nullopt;
  return text_option(options, name);
}

std::vector<std::string> columns_option(Relation table, const option_list &options, std::string_view name) {
  std::vector<std::string> columns = pg::list_option(options, name);
  if (find_option(options, name))
    for (const std::string &column : columns)
      pg::require_column(table, column, enable_function(*options.feature).c_str());
  else
    std::erase_if(columns, [&](const std::string &column) { return !has_column(table, column); });
  return columns;
}

std::vector<std::string> usual_list(const feature_rule &feature, std::string_view option) {
  return pg::split_names(rule_of(feature, option).usual_argument(), std::string(option));
}

Oid target_argument(const pg::arguments &given, const feature_rule &feature) {
  return given.table(0, std::string(feature.target).c_str());
}

Oid table_argument(const pg::arguments &given, const feature_rule &feature, std::string_view option) {
  const option_rule &rule = rule_of(feature, option);
  return given.table(rule.argument.position, std::string(rule.argument_name()).c_str());
}

std::optional<Oid> optional_table_argument(const pg::arguments &given, const feature_rule &feature,
                                           std::string_view option) {
  return given.optional_table(rule_of(feature, option).argument.position);
}

trigger_arguments::trigger_arguments(const feature_rule &of, const pg::arguments &given) : feature(&of) {
  for (const option_rule &rule : of.options) {
    if (rule.argument.position < 0 || rule.kind == option_kind::table || rule.may_repeat() || rule.is_expression())
      continue;
    // A function that an older version of the extension declares has fewer arguments.
    if (rule.argument.position >= given.count())
      continue;
    std::optional<std::string> value = read_argument(rule, given);
    if (!value && rule.default_when_enabled)
      value = rule.default_when_enabled;
    if (!value)
      continue;
    if (rule.is_choice())
      require_choice(of, rule, *value);
    if (rule.is_always_written || !rule.usual() || *value != rule.usual())
      append(rule.name, *value);
  }
}

void trigger_arguments::insert(std::string_view option, const std::string &value) {
  const option_rule *rule = &rule_of(*feature, option);
  const auto next = std::ranges::find_if(
      arguments, [&](const std::string &each) { return &rule_of(*feature, option_of(each)) > rule; });
  arguments.insert(next, fmt::format("{}={}", option, value));
}

trigger_arguments &trigger_arguments::set(std::string_view option, const std::string &value) {
  leave_out(option).insert(option, value);
  return *this;
}

trigger_arguments &trigger_arguments::set(std::string_view option, const std::vector<std::string> &values) {
  leave_out(option);
  for (const std::string &each : values)
    insert(option, each);
  return *this;
}

trigger_arguments &trigger_arguments::leave_out(std::string_view option) {
  std::erase_if(arguments, [&](const std::string &each) { return option_of(each) == option; });
  return *this;
}

trigger_arguments &trigger_arguments::append(std::string_view option, const std::string &value) {
  leave_out(option);
  arguments.push_back(fmt::format("{}={}", option, value));
  return *this;
}

trigger_arguments &trigger_arguments::append_usual_columns(Relation table, column_of::owner owner) {
  const option_list given = options();
  for (const option_rule &rule : feature->options) {
    if (!rule.may_be_absent || !rule.usual() || !(rule.owners & owner) || find_option(given, rule.name))
      continue;
    std::vector<std::string> names = pg::split_names(rule.usual(), std::string(rule.name));
    std::erase_if(names, [&](const std::string &name) { return !has_column(table, name); });
    if (rule.is_list() || !names.empty())
      append(rule.name, pg::join_names(names));
  }
  return *this;
}

Oid other_table(const option_list &options, std::string_view name, Relation beside, LOCKMODE lock) {
  const std::string *given = find_option(options, name);
  if (!given)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("a trigger of {} on table \"{}\" has no option \"{}\"", options.feature->name,
                                       pg::table_name(beside), name),
                .hint = fmt::format("Call upkeep.{}(), or write '{}=schema.table' into the trigger's arguments.",
                                    enable_function(*options.feature), name)};
  const Oid table = pg::resolve_and_lock(*given, beside, lock);
  // Otherwise anyone with a table could read and write any other.
  pg::require_role_of(beside->rd_rel->relowner, table, pg::owner_of(table));
  return table;
}

std::string type_of(Relation table, AttrNumber column) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), column - 1);
  return pg::string_from([&] { return format_type_with_typemod(attribute.atttypid, attribute.atttypmod); });
}

} // namespace upkeep
