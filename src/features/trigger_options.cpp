#include "features/trigger_options.hpp"

namespace upkeep {

std::string text_option(const std::vector<option> &options, std::string_view name, const char *usual) {
  const std::string *given = find_option(options, name);
  return given ? *given : usual;
}

AttrNumber column_option(Relation table, const std::vector<option> &options, std::string_view name, const char *usual,
                         const char *enable) {
  const std::string *given = find_option(options, name);
  if (!given)
    return pg::find_column(RelationGetDescr(table), usual);
  return given->empty() ? InvalidAttrNumber : pg::require_column(table, *given, enable);
}

std::vector<std::string> with_names(Relation table, std::vector<std::string> arguments, const feature_rule &feature,
                                    std::span<const optional_column> columns) {
  const std::vector<option> options = parse_options(feature, arguments);
  for (const optional_column &each : columns)
    if (!find_option(options, each.option) && pg::find_column(RelationGetDescr(table), each.usual))
      arguments.push_back(fmt::format("{}={}", each.option, each.usual));
  return arguments;
}

AttrNumber required_column_option(Relation table, const std::vector<option> &options, std::string_view name,
                                  const char *usual, const char *enable) {
  return pg::require_column(table, text_option(options, name, usual), enable);
}

std::optional<std::string> column_name_option(Relation table, const std::vector<option> &options, std::string_view name,
                                              const char *usual, const char *enable) {
  if (column_option(table, options, name, usual, enable) == InvalidAttrNumber)
    return std::nullopt;
  return text_option(options, name, usual);
}

std::optional<std::vector<std::string>> given_list(std::optional<std::vector<std::string>> given, const char *name) {
  // Names in a trigger's arguments are cut like those of columns.
  for (const std::string &each : given.value_or(std::vector<std::string>{}))
    if (each.size() >= NAMEDATALEN)
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("{}: \"{}\" is longer than {} bytes", name, each, NAMEDATALEN - 1),
                  .hint = "Use a shorter one."};
  return given;
}

Oid other_table(const std::vector<option> &options, std::string_view name, Relation beside, const feature_rule &feature,
                LOCKMODE lock) {
  const std::string *given = find_option(options, name);
  if (!given)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("a trigger of {} on table \"{}\" has no option \"{}\"", feature.name,
                                       RelationGetRelationName(beside), name),
                .hint = fmt::format("Call upkeep.enable_{}(), or write '{}=schema.table' into the trigger's arguments.",
                                    feature.enable_name(), name)};
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
