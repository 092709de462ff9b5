#include "features/suggest/proposal.hpp"

#include "core/text/joined.hpp"
#include "features/check.hpp"
#include "features/trigger_options.hpp"

#include <algorithm>

namespace upkeep::suggest {

namespace {

// Each line of a statement as a comment.
std::string as_comment(std::string statement) {
  for (std::size_t at = statement.find('\n'); at != std::string::npos; at = statement.find('\n', at + 4))
    statement.replace(at, 1, "\n-- ");
  return "-- " + statement;
}

std::string if_missing(std::string statement) {
  constexpr std::string_view added = " ADD COLUMN ";
  if (const std::size_t at = statement.find(added); at != std::string::npos)
    statement.insert(at + added.size(), "IF NOT EXISTS ");
  return statement;
}

} // namespace

proposal::proposal(const feature_rule &feature, std::vector<const schema_table *> tables) : of(feature) {
  std::vector<std::string> owners;
  for (const schema_table *each : tables) {
    arguments.push_back(pg::literals({each->name}));
    if (!each->is_callers && std::find(owners.begin(), owners.end(), each->owner) == owners.end())
      owners.push_back(each->owner);
  }
  if (!owners.empty())
    remark(fmt::format("to be run by the owner of {}: {}", tables.size() > 1 ? "the tables" : "the table",
                       joined(owners, ", ")));
}

proposal &proposal::text(const char *option, const std::string &value) {
  const option_rule &rule = rule_of(of, option);
  if (rule.usual_argument() && value == rule.usual_argument())
    return *this;
  arguments.push_back(fmt::format("{} => {}", rule.argument_name(), pg::literals({value})));
  options.push_back(fmt::format("{}={}", option, value));
  return *this;
}

proposal &proposal::list(const char *option, const std::vector<std::string> &values) {
  return list(option, values, usual_list(of, option));
}

proposal &proposal::list(const char *option, const std::vector<std::string> &values,
                         const std::vector<std::string> &usual) {
  if (values == usual)
    return *this;
  arguments.push_back(fmt::format("{} => {}", rule_of(of, option).argument_name(), pg::array_literal(values)));
  options.push_back(fmt::format("{}={}", option, pg::join_names(values)));
  return *this;
}

proposal &proposal::table(const char *option, const schema_table &other) {
  arguments.push_back(fmt::format("{} => {}", rule_of(of, option).argument_name(), pg::literals({other.name})));
  options.push_back(fmt::format("{}={}", option, other.name));
  return *this;
}

proposal &proposal::formulas(const std::vector<std::string> &formulas) {
  arguments.push_back(fmt::format("ARRAY[{}]", pg::literals(formulas)));
  for (const std::string &formula : formulas)
    options.push_back("formula=" + formula);
  return *this;
}

proposal &proposal::argument(const char *name, const std::string &literal) {
  arguments.push_back(fmt::format("{} => {}", name, literal));
  return *this;
}

proposal &proposal::second(const std::string &literal) {
  arguments.push_back(literal);
  return *this;
}

proposal &proposal::needs(const std::string &statement, const std::string &note) {
  first.push_back(statement);
  return remark(note);
}

proposal &proposal::blocked(const std::string &note) {
  is_blocked = true;
  return remark(note);
}

proposal &proposal::remark(const std::string &note) {
  if (!note.empty())
    notes.push_back(note);
  return *this;
}

proposal &proposal::check(const schema_table &table, std::vector<std::string> more,
                          const std::function<void(const option_list &, Relation)> &resolve) {
  if (!is_open())
    return *this;
  more.insert(more.end(), options.begin(), options.end());
  const std::optional<fault> problem =
      problem_of(table.oid, [&](Relation relation) { resolve(parse_options(of, more), relation); });
  return problem ? blocked(problem->hint.empty() ? problem->message : problem->message + ". " + problem->hint) : *this;
}

std::string proposal::statement(std::set<std::string> &asked) const {
  const std::string call = fmt::format("SELECT upkeep.{}({});", enable_function(of), joined(arguments, ", "));
  if (is_open())
    return call;
  std::string all;
  for (const std::string &each : first)
    all += as_comment(asked.insert(each).second ? each : if_missing(each)) + "\n";
  return all + as_comment(call);
}

std::string proposal::note() const { return joined(notes, "; "); }

} // namespace upkeep::suggest
