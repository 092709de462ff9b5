// The table of options as rows for PostgreSQL's COPY: function, position from 1, argument, type, whether it has a
// default, the default, whether NULL stands for it. Compiled without PostgreSQL's headers.
#include "features/catalogue.hpp"

#include <cstdio>
#include <string>

using namespace upkeep;

namespace {

const char *type_of(option_kind kind) {
  switch (kind) {
  case option_kind::number:
    return "integer";
  case option_kind::json:
    return "jsonb";
  case option_kind::flag:
    return "boolean";
  case option_kind::list:
  case option_kind::formulas:
  case option_kind::expressions:
    return "text[]";
  case option_kind::table:
    return "regclass";
  case option_kind::role:
  case option_kind::column:
    return "name";
  case option_kind::columns:
    return "name[]";
  case option_kind::formula:
  case option_kind::expression:
  case option_kind::text:
  case option_kind::choice:
    break;
  }
  return "text";
}

void print(const feature_rule &feature, int position, std::string_view argument, const char *type, const char *rest) {
  std::printf("enable_%.*s\t%d\t%.*s\t%s\t%s\n", static_cast<int>(feature.name.size()), feature.name.data(),
              position + 1, static_cast<int>(argument.size()), argument.data(), type, rest);
}

void print(const feature_rule &feature, const option_rule &rule) {
  std::string rest = rule.argument.must_be_given ? "f" : "t";
  rest += std::string("\t") + (rule.usual_argument() ? rule.usual_argument() : "\\N") + "\t";
  print(feature, rule.argument.position, rule.argument_name(), type_of(rule.kind),
        (rest + (rule.takes_null() ? "t" : "f")).c_str());
}

} // namespace

int main() {
  for (const feature_rule *feature : trigger_features) {
    if (feature->options.empty())
      continue;
    if (!feature->target.empty())
      print(*feature, 0, feature->target, "regclass", "f\t\\N\tf");
    for (const option_rule &rule : feature->options)
      if (rule.argument.position >= 0)
        print(*feature, rule);
    for (const sql_argument &other : feature->other_arguments)
      print(*feature, other.position, other.name, "", "\\N\t\\N\t\\N");
  }
}
