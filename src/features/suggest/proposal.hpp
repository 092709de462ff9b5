// One call of an upkeep.enable_… function as it is proposed, and why it may not work.
#pragma once

#include "core/options/feature_rule.hpp"
#include "core/options/option_list.hpp"
#include "features/suggest/schema_table.hpp"

#include <functional>
#include <set>

namespace upkeep::suggest {

class proposal {
public:
  // The tables stand first in the call, in this order.
  proposal(const feature_rule &feature, std::vector<const schema_table *> tables);

  // An option's argument, left out where it says what the default does.
  proposal &text(const char *option, const std::string &value);
  proposal &list(const char *option, const std::vector<std::string> &values);
  proposal &list(const char *option, const std::vector<std::string> &values, const std::vector<std::string> &usual);
  // Another table, which the trigger names too.
  proposal &table(const char *option, const schema_table &other);
  proposal &formulas(const std::vector<std::string> &formulas);
  // An argument that is not an option of a trigger.
  proposal &argument(const char *name, const std::string &literal);
  // Comes after the tables, unnamed.
  proposal &second(const std::string &literal);

  // What must be done first: the call becomes a comment after it.
  proposal &needs(const std::string &statement, const std::string &note);
  // Why it cannot work at all: the call becomes a comment.
  proposal &blocked(const std::string &note);
  proposal &remark(const std::string &note);

  // Asks what enabling would ask. What it finds blocks the call.
  proposal &check(const schema_table &table, std::vector<std::string> more,
                  const std::function<void(const option_list &, Relation)> &resolve);

  // Nothing stands in the way so far.
  bool is_open() const { return first.empty() && !is_blocked; }
  std::string feature() const { return std::string(of.name); }
  // Adds to `asked` what must be done first. A column that was asked for before is added only if it is not there, so
  // that all comments can be run in their order, and each alone.
  std::string statement(std::set<std::string> &asked) const;
  std::string note() const;

private:
  const feature_rule &of;
  std::vector<std::string> arguments;
  std::vector<std::string> options; // as the trigger would have them
  std::vector<std::string> first;   // statements
  std::vector<std::string> notes;
  bool is_blocked = false;
};

} // namespace upkeep::suggest
