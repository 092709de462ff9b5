#include "features/rollups/enable/computed_columns.hpp"

#include "core/fault.hpp"
#include "core/metrics/formula.hpp"
#include "core/rollups/assignment.hpp"
#include "features/catalogue.hpp"
#include "features/guard/renames/column_options.hpp"
#include "features/registry.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/column_info.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/row_expression.hpp"

#include <algorithm>

namespace upkeep::rollups {

namespace {

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
      into.figures.insert({to, split->column});
      for (const std::string &column : read)
        into.from[{from, column}].insert({to, split->column});
    }
}

void add_metrics(const managed_trigger &trigger, const option_list &options, computed_columns &into) {
  const Oid table = pg::topmost(trigger.table);
  for (const std::string &text : guard::formulas_before(options, trigger.table, {})) {
    const metrics::formula parsed = metrics::parse_formula(text);
    for (const metrics::reference &each : parsed.references)
      if (!each.of_settings)
        into.from[{table, each.name}].insert({table, parsed.target});
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
    into.from[{table, found.text(row, 1).value()}].insert({table, found.text(row, 2).value()});
}

// The stamps of the tables. A version is none of it: what is computed leaves it as it is.
using stamped_tables = std::map<Oid, updated_at::updated_at_settings>;

bool is_ignored(const updated_at::updated_at_settings &stamp, const std::string &column) {
  return std::ranges::find(stamp.ignore, column) != stamp.ignore.end();
}

// A change of any column of `table` that is not ignored stamps `stamped`.
void add_stamp(Oid table, Oid stamped, const stamped_tables &stamps, computed_columns &into) {
  const auto stamp = stamps.find(stamped), own = stamps.find(table);
  if (stamp == stamps.end())
    return;
  const place moved{stamped, stamp->second.column};
  for (const std::string &column : pg::column_names(table))
    if (place from{table, column}; from != moved && (own == stamps.end() || !is_ignored(own->second, column)))
      into.from[std::move(from)].insert(moved);
}

void add_touch(const managed_trigger &trigger, const option_list &options, const stamped_tables &stamps,
               computed_columns &into) {
  const std::string *name = find_option(options, "parent");
  const std::optional<Oid> parent = name ? pg::find_sibling(*name, trigger.table) : std::nullopt;
  // Each of a statement's triggers says the same.
  if (parent && TRIGGER_FOR_UPDATE(trigger.type))
    add_stamp(pg::topmost(trigger.table), pg::topmost(*parent), stamps, into);
}

// Runs `add` for each trigger of a feature, with its options.
template <class F>
void for_each_of(const std::vector<managed_trigger> &triggers, const feature_rule &feature, F &&add) {
  for (const managed_trigger &trigger : triggers)
    if (trigger.feature == &feature)
      try {
        add(trigger, parse_options(feature, trigger.arguments));
      } catch (const fault &) {
        // Anyone may make such a trigger, and it must not stop the others.
      }
}

} // namespace

computed_columns what_is_computed() {
  computed_columns columns;
  std::set<Oid> tables;
  stamped_tables stamps;
  const std::vector<managed_trigger> triggers = managed_triggers();
  for_each_of(triggers, rollup_feature, [&](const managed_trigger &trigger, const option_list &options) {
    tables.insert(pg::topmost(trigger.table));
    add_rollup(trigger, options, columns);
  });
  if (columns.figures.empty())
    return columns;
  for_each_of(triggers, metrics_feature, [&](const managed_trigger &trigger, const option_list &options) {
    tables.insert(pg::topmost(trigger.table));
    add_metrics(trigger, options, columns);
  });
  for_each_of(triggers, updated_at_feature, [&](const managed_trigger &trigger, const option_list &options) {
    stamps.emplace(pg::topmost(trigger.table), updated_at::read_updated_at(options));
  });
  for (const auto &[table, stamp] : stamps)
    add_stamp(table, table, stamps, columns);
  for_each_of(triggers, touch_feature, [&](const managed_trigger &trigger, const option_list &options) {
    add_touch(trigger, options, stamps, columns);
  });
  for (const Oid table : tables)
    add_generated(table, columns);
  return columns;
}

} // namespace upkeep::rollups
