#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/reference_tables/distributed_tables.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::reference_tables {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

bool has_function(std::string_view name) {
  const pg::parameter parameters[] = {pg::parameter::text(std::string(name))};
  return pg::execute("SELECT FROM pg_proc WHERE proname = $1 AND pronamespace = 'upkeep'::regnamespace", parameters)
             .count() > 0;
}

bool has_argument(const std::string &function, const char *argument) {
  const pg::parameter parameters[] = {pg::parameter::text(function), pg::parameter::text(argument)};
  return pg::execute(sql(R"sql(
    SELECT FROM pg_catalog.pg_proc p
    WHERE p.proname [=] $1::pg_catalog.name AND p.pronamespace [=] 'upkeep'::pg_catalog.regnamespace
      AND $2 [=] ANY (p.proargnames)
  )sql"),
                     parameters)
             .count() > 0;
}

bool is_same(const option &given, const reference_option &wanted) {
  return given.rule->name == wanted.name && given.value == wanted.value;
}

// Those of a trigger that somebody chose: no tables, and nothing that is the default. nullopt without a trigger.
std::optional<std::vector<option>> chosen_options(Oid table, const feature_rule &feature) {
  std::optional<std::vector<option>> chosen;
  pg::with_relation(table, [&](Relation relation) {
    const Trigger *trigger = trigger_of(relation, feature);
    if (!trigger)
      return;
    chosen = pg::trigger_options(*trigger, feature).given;
    std::erase_if(*chosen, [](const option &each) {
      return each.rule->kind == option_kind::table || (each.rule->usual() && each.value == each.rule->usual());
    });
  });
  return chosen;
}

std::string argument_of(const option_rule &rule, const std::string &value) {
  return fmt::format(", {} => {}", rule.argument_name(),
                     rule.is_list() ? pg::array_literal(pg::split_names(value, std::string(rule.name)))
                                    : pg::literals({value}));
}

// One feature in a schema.
class feature_to_enable {
public:
  feature_to_enable(const reference_feature &each, const reference_schema &what, Oid schema) : each(each), what(what) {
    for (const char *name : {each.table, each.other, each.third})
      if (name)
        tables.push_back({name, call([&] { return get_relname_relid(name, schema); })});
    if (knows_later(what))
      later = each.later_options;
    if (each.later_table && has_argument(enable_function(each.feature), each.later_table))
      later_table = call([&] { return get_relname_relid(each.later_table, schema); });
  }

  void enable(const std::set<Oid> &renewed) const {
    const std::optional<std::vector<option>> chosen = chosen_options(tables.front().oid, each.feature);
    if (!chosen)
      call_it(has_later_columns() ? later : std::span<const reference_option>());
    else if (chosen->empty() && ((are_all_in(renewed) && !later.empty()) || lacks_later_table()))
      call_it(later);
    if (!later.empty())
      notice_unless_later();
  }

private:
  struct named_table {
    const char *name;
    Oid oid;
  };

  // What a feature is told of the shop in a distributed schema, or nullptr.
  const option_rule *tenant_rule() const {
    const auto found = std::ranges::find(each.feature.options, "tenant_column", &option_rule::name);
    return what.is_distributed && found != each.feature.options.end() ? &*found : nullptr;
  }

  bool are_all_in(const std::set<Oid> &renewed) const {
    return std::ranges::all_of(tables, [&](const named_table &table) { return renewed.contains(table.oid); });
  }

  // Whether the trigger is one of an older version. Of a table of somebody else nothing new is asked.
  bool lacks_later_table() const {
    if (!OidIsValid(later_table) || pg::owner_of(later_table) != pg::owner_of(tables.front().oid))
      return false;
    bool lacks = false;
    pg::with_relation(tables.front().oid, [&](Relation relation) {
      const Trigger *trigger = trigger_of(relation, each.feature);
      lacks = trigger && !find_option(pg::trigger_options(*trigger, each.feature), each.later_table);
    });
    return lacks;
  }

  // Somebody else's of these names may be NULL, which no amount is made of.
  bool has_later_columns() const {
    for (const named_table &table : tables)
      for (const reference_table &wanted : what.tables)
        if (std::string_view(wanted.name) == table.name && !fits(wanted, table.oid))
          return false;
    return true;
  }

  static bool fits(const reference_table &wanted, Oid table) {
    bool all = true;
    pg::with_relation(table, [&](Relation relation) {
      TupleDesc columns = RelationGetDescr(relation);
      for (const reference_column &column : wanted.later_columns)
        all = all && (std::string_view(column.type).find("NOT NULL") == std::string_view::npos ||
                      TupleDescAttr(columns, pg::find_column(columns, column.name) - 1)->attnotnull);
    });
    return all;
  }

  // The call with more arguments, "$1" for a table unless they are named.
  std::string call_with(const std::string &arguments) const {
    const std::string text(each.call);
    return text.substr(0, text.size() - 1) + arguments + ")";
  }

  void call_it(std::span<const reference_option> options) const {
    std::vector<pg::parameter> parameters;
    for (const named_table &table : tables)
      parameters.push_back({REGCLASSOID, ObjectIdGetDatum(table.oid)});
    std::string arguments;
    for (const reference_option &option : options)
      arguments += argument_of(rule_of(each.feature, option.name), std::string(option.value));
    if (const option_rule *tenant = tenant_rule())
      arguments += argument_of(*tenant, shop_column);
    if (OidIsValid(later_table)) {
      parameters.push_back({REGCLASSOID, ObjectIdGetDatum(later_table)});
      arguments += fmt::format(", {} => ${}", each.later_table, parameters.size());
    }
    pg::execute(sql("SELECT upkeep.{call}", "call"_is = fragment(call_with(arguments))), parameters);
  }

  // With what was chosen, and what it lacks.
  void notice_unless_later() const {
    const std::vector<option> chosen = chosen_options(tables.front().oid, each.feature).value();
    if (std::ranges::all_of(later, [&](const reference_option &wanted) {
          return std::ranges::any_of(chosen, [&](const option &own) { return is_same(own, wanted); });
        }))
      return;
    std::string arguments, missing;
    for (const option &own : chosen)
      arguments += argument_of(*own.rule, own.value);
    for (const reference_option &option : later)
      if (std::ranges::none_of(chosen, [&](const struct option &own) { return own.rule->name == option.name; }))
        missing += argument_of(rule_of(each.feature, option.name), std::string(option.value));
    std::string statement = call_with(arguments + missing);
    for (std::size_t i = tables.size(); i-- > 0;)
      statement.replace(statement.find(fmt::format("${}", i + 1)), 2, pg::literals({pg::qualified(tables[i].oid)}));
    const std::string feature(each.feature.name);
    call([&] {
      ereport(NOTICE, errmsg("%s of \"%s\" keeps the options that it has", feature.c_str(), tables.front().name),
              missing.empty() ? 0 : errhint("To add what a new storefront has: SELECT upkeep.%s;", statement.c_str()));
    });
  }

  const reference_feature &each;
  const reference_schema &what;
  std::vector<named_table> tables;
  std::span<const reference_option> later;
  Oid later_table = InvalidOid;
};

// Where there is Citus, tables with a shop may be distributed by it later.
bool may_get_shards(const reference_schema &what, std::string_view table) {
  const auto found = std::ranges::find(what.tables, table, &reference_table::name);
  return (what.is_distributed || pg::has_citus()) && found->place != placement::local;
}

void notice_no_history(const std::vector<std::string> &tables, bool are_distributed) {
  const std::string names = joined(tables, ", ");
  const char *kind = are_distributed ? "distributed tables" : "tables that Citus may distribute";
  const char *hint = are_distributed ? "Pass history => false." : "For tables that stay on one: upkeep.enable_history.";
  call([&] {
    ereport(NOTICE, errmsg("%s have no history: %s", kind, names.c_str()),
            errhint("Its entries would lie on each node, and go with none of its shards. %s", hint));
  });
}

} // namespace

bool knows_later(const reference_schema &what) { return !what.later_with || has_function(what.later_with); }

void enable_features(const reference_schema &what, Oid schema, const made_tables &made, const feature_rule *only) {
  std::vector<std::string> without_history;
  for (const reference_feature &each : what.features) {
    if ((only && &each.feature != only) || !has_function(each.feature.function) || made.left_out.contains(each.table))
      continue;
    if (&each.feature != &history_feature)
      feature_to_enable(each, what, schema).enable(made.renewed);
    else if (what.with_history && may_get_shards(what, each.table))
      without_history.emplace_back(each.table);
    else if (what.with_history)
      feature_to_enable(each, what, schema).enable(made.renewed);
  }
  if (!without_history.empty())
    notice_no_history(without_history, what.is_distributed);
}

} // namespace upkeep::reference_tables
