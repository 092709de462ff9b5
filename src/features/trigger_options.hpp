// What features read from the arguments of their triggers, and write into them: columns that may be absent, other
// tables.
#pragma once

#include "core/options.hpp"
#include "postgres/relation.hpp"

#include <span>

namespace upkeep {

// The value of an option, or what stands for it where it is not given.
std::string text_option(const std::vector<option> &options, std::string_view name, const char *usual);

// The number of the column that an option names, 0 for the empty name. One that is not there is 42703, with the hint to
// call upkeep.`enable` again; one that only a default names is 0 then.
AttrNumber column_option(Relation table, const std::vector<option> &options, std::string_view name, const char *usual,
                         const char *enable);
// The same for a column that must be there in any case.
AttrNumber required_column_option(Relation table, const std::vector<option> &options, std::string_view name,
                                  const char *usual, const char *enable);

// The same as a name; nullopt for none.
std::optional<std::string> column_name_option(Relation table, const std::vector<option> &options, std::string_view name,
                                              const char *usual, const char *enable);

// The arguments that an enable function composes: what differs from the defaults, so that a default stays one.
class trigger_arguments {
public:
  trigger_arguments &add(const char *name, const std::string &value) {
    arguments.push_back(fmt::format("{}={}", name, value));
    return *this;
  }
  trigger_arguments &add(const char *name, const std::string &value, std::string_view usual) {
    return value == usual ? *this : add(name, value);
  }
  // Nothing where it is not given.
  trigger_arguments &add(const char *name, const std::optional<std::string> &value) {
    return value ? add(name, *value) : *this;
  }
  trigger_arguments &add_list(const char *name, const std::vector<std::string> &names,
                              const std::vector<std::string> &usual = {}) {
    return names == usual ? *this : add(name, pg::join_names(names));
  }
  trigger_arguments &add_list(const char *name, const std::optional<std::vector<std::string>> &names,
                              const std::vector<std::string> &usual = {}) {
    return names ? add_list(name, *names, usual) : *this;
  }
  const std::vector<std::string> &list() const { return arguments; }

private:
  std::vector<std::string> arguments;
};

// A column that an option names by default, and that a table need not have.
struct optional_column {
  const char *option;
  const char *usual;
};

// The arguments with the name of each such column that they leave to the default and the table has: one that is renamed
// later must not be forgotten silently.
std::vector<std::string> with_names(Relation table, std::vector<std::string> arguments, const feature_rule &feature,
                                    std::span<const optional_column> columns);

// A list argument, not given where it is NULL; 22023 for an element that is too long for a trigger's argument.
std::optional<std::vector<std::string>> given_list(std::optional<std::vector<std::string>> given, const char *name);

// The table that an argument of a trigger names, locked until the end of the transaction; 22023 where the argument is
// missing. The owner of the trigger's table must have the rights of its owner (42501).
Oid other_table(const std::vector<option> &options, std::string_view name, Relation beside, const feature_rule &feature,
                LOCKMODE lock);

// A column's type, as in "numeric(10,2)".
std::string type_of(Relation table, AttrNumber column);

} // namespace upkeep
