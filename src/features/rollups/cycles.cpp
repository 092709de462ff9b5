// Whether a figure would be computed from itself.
#include "core/fault.hpp"
#include "core/metrics/formula.hpp"
#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "features/guard/renames/column_options.hpp"
#include "features/registry.hpp"
#include "features/rollups/requirements.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace upkeep::rollups {

using pg::call;

namespace {

// A column of a table, or of its partitions.
using place = std::pair<Oid, std::string>;
// What is computed from a column.
using computed_columns = std::map<place, std::set<place>>;

// Of a trigger on a source, from its texts alone: they may be anybody's.
void add_rollup(const managed_trigger &trigger, const option_list &options, computed_columns &into) {
  const std::string *name = find_option(options, "target");
  const std::optional<Oid> target = name ? pg::find_sibling(*name, trigger.table) : std::nullopt;
  if (!target)
    return;
  const Oid from = pg::topmost(trigger.table), to = pg::topmost(*target);
  std::set<std::string> of_all;
  const auto add_columns = [](const std::string &expression, std::set<std::string> &columns) {
    for (const std::string &column : pg::columns_in_expression(expression))
      columns.insert(column);
  };
  for (const std::string &key : find_options(options, "keys"))
    if (const std::optional<assignment> split = parse_assignment(key))
      add_columns(split->expression, of_all);
  if (const std::string *filter = find_option(options, "filter"))
    add_columns(*filter, of_all);
  for (const std::string &text : find_options(options, "columns"))
    if (const std::optional<assignment> split = parse_assignment(text)) {
      std::set<std::string> read = of_all;
      add_columns(split->expression, read);
      for (const std::string &column : read)
        into[{from, column}].insert({to, split->column});
    }
}

void add_metrics(const managed_trigger &trigger, const option_list &options, computed_columns &into) {
  const Oid table = pg::topmost(trigger.table);
  for (const std::string &text : guard::formulas_before(options, trigger.table, {})) {
    const metrics::formula parsed = metrics::parse_formula(text);
    for (const metrics::reference &each : parsed.references)
      if (!each.of_settings)
        into[{table, each.name}].insert({table, parsed.target});
  }
}

void add_generated(Oid table, computed_columns &into) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT b.attname::pg_catalog.text, g.attname::pg_catalog.text
    FROM pg_catalog.pg_attrdef e
    JOIN pg_catalog.pg_attribute g ON g.attrelid [=] e.adrelid AND g.attnum [=] e.adnum AND g.attgenerated [<>] ''
    JOIN pg_catalog.pg_depend d ON d.classid [=] 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid [=] e.oid
      AND d.refclassid [=] 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid [=] e.adrelid
    JOIN pg_catalog.pg_attribute b ON b.attrelid [=] e.adrelid AND b.attnum [=] d.refobjsubid
    WHERE e.adrelid [=] $1 AND b.attnum [<>] g.attnum
  )sql"),
                                     parameters);
  for (std::uint64_t row = 0; row < found.count(); ++row)
    into[{table, found.text(row, 1).value()}].insert({table, found.text(row, 2).value()});
}

// By the triggers of the database and the generated columns of the tables that they stand on.
computed_columns what_is_computed() {
  computed_columns columns;
  std::set<Oid> tables;
  for (const managed_trigger &trigger : managed_triggers())
    try {
      if (trigger.feature != &rollup_feature && trigger.feature != &metrics_feature)
        continue;
      tables.insert(pg::topmost(trigger.table));
      const option_list options = parse_options(*trigger.feature, trigger.arguments);
      if (trigger.feature == &metrics_feature)
        add_metrics(trigger, options, columns);
      else
        add_rollup(trigger, options, columns);
    } catch (const fault &) {
      // Anyone may make such a trigger, and it must not stop the others.
    }
  for (const Oid table : tables)
    add_generated(table, columns);
  return columns;
}

std::string text_of(const place &column) { return fmt::format("{}.{}", pg::table_name(column.first), column.second); }

[[noreturn]] void refuse_cycle(const place &figure, const place &last, const std::map<place, place> &came_from) {
  std::vector<std::string> way{text_of(figure)};
  for (place at = last; at != figure; at = came_from.at(at))
    way.insert(way.begin() + 1, text_of(at));
  way.push_back(text_of(figure));
  throw fault{.sqlstate = sqlstate::invalid_object_definition,
              .message = fmt::format("figure \"{}\" of table \"{}\" would be computed from itself", figure.second,
                                     pg::table_name(figure.first)),
              .detail = fmt::format("A change would go round: {}.", joined(way, " -> ")),
              .hint = "Compute it from other columns, or disable another rollup of the cycle."};
}

void require_no_way_back(const place &figure, const computed_columns &columns) {
  std::map<place, place> came_from;
  std::deque<place> next{figure};
  for (; !next.empty(); next.pop_front()) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    const auto found = columns.find(next.front());
    if (found == columns.end())
      continue;
    for (const place &each : found->second) {
      if (each == figure)
        refuse_cycle(figure, next.front(), came_from);
      if (came_from.emplace(each, next.front()).second)
        next.push_back(each);
    }
  }
}

} // namespace

void require_no_cycle(const rollup &of) {
  const computed_columns columns = what_is_computed();
  for (const figure &each : of.figures)
    require_no_way_back({of.target, each.column.name}, columns);
}

} // namespace upkeep::rollups
