#include "features/orders/order_link.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/trigger_arguments.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

Oid type_of_column(Relation table, const std::string &column, const char *enable) {
  return TupleDescAttr(RelationGetDescr(table), pg::require_column(table, column, enable) - 1)->atttypid;
}

// What a trigger's option names; nullopt for arguments that are not options: anyone may make such a trigger.
std::optional<Oid> table_named_by(const std::vector<std::string> &arguments, std::string_view option, Oid beside,
                                  const feature_rule &feature) {
  try {
    const auto options = parse_options(feature, arguments);
    const std::string *name = find_option(options, option);
    return name ? pg::find_sibling(*name, beside) : std::nullopt;
  } catch (const fault &) {
    return std::nullopt;
  }
}

std::optional<Oid> table_named_by(Oid table, std::string_view option, const feature_rule &feature) {
  std::optional<Oid> named;
  call([=] { LockRelationOid(table, AccessShareLock); });
  pg::with_relation(table, [&](Relation relation) {
    if (const Trigger *trigger = trigger_of(relation, feature))
      named = table_named_by({trigger->tgargs, trigger->tgargs + trigger->tgnargs}, option, table, feature);
  });
  return named;
}

// The orders' triggers name one table of lines; where that is given up, one that is left.
void name_lines(Oid orders, Oid lines, const feature_rule &feature) {
  const std::string option = "orders=";
  std::vector<std::string> arguments;
  for (const managed_trigger &trigger : managed_triggers(lines))
    if (trigger.feature == &feature)
      arguments = trigger.arguments;
  for (std::string &each : arguments)
    if (each.starts_with(option))
      each = "order_items=" + pg::qualified(pg::topmost(lines));
  for (const Oid table : pg::with_descendants(orders, ShareRowExclusiveLock))
    for (const managed_trigger &trigger : managed_triggers(table))
      if (trigger.feature == &feature)
        pg::set_trigger_arguments(trigger.oid, arguments);
}

// The tables with lines of these orders, partitions and children among them.
std::vector<Oid> tables_of_lines(Oid orders, const feature_rule &feature) {
  std::vector<Oid> tables;
  for (const managed_trigger &trigger : managed_triggers())
    if (trigger.feature == &feature && table_named_by(trigger.arguments, "orders", trigger.table, feature) == orders &&
        std::find(tables.begin(), tables.end(), trigger.table) == tables.end())
      tables.push_back(trigger.table);
  return tables;
}

} // namespace

fragment order_link::key_list() const { return pg::columns_of("o", keys); }

fragment order_link::key_text() const { return sql("pg_catalog.concat_ws(', ', {keys})", "keys"_is = key_list()); }

fragment order_link::key_argument() const {
  return keys.size() == 1 ? sql("{key}::pg_catalog.text", "key"_is = key_list())
                          : sql("pg_catalog.jsonb_build_array({keys})::pg_catalog.text", "keys"_is = key_list());
}

void require_comparable(Relation orders, const std::string &key, Relation lines, const std::string &column,
                        const char *enable) {
  const Oid type = type_of_column(orders, key, enable), other = type_of_column(lines, column, enable);
  if (!pg::have_common_equality(type, other))
    throw fault{
        .sqlstate = sqlstate::type_mismatch,
        .message = fmt::format("column \"{}\" of table \"{}\" and column \"{}\" of table \"{}\" cannot be compared",
                               column, pg::table_name(lines), key, pg::table_name(orders)),
        .detail = fmt::format("Their types are {} and {}.", pg::string_from([=] { return format_type_be(other); }),
                              pg::string_from([=] { return format_type_be(type); })),
        .hint = "Give both columns the same type."};
}

std::vector<std::string> with_tenant(const std::optional<std::string> &tenant, const std::string &key) {
  return tenant ? std::vector{*tenant, key} : std::vector{key};
}

order_link resolve_link(const option_list &options, Relation orders, Relation lines, const char *enable) {
  const std::string *tenant = find_option(options, "tenant_column");
  const std::optional<std::string> tenant_column = tenant ? std::optional(*tenant) : std::nullopt;
  order_link link{RelationGetRelid(orders),
                  RelationGetRelid(lines),
                  orders->rd_rel->relowner,
                  lines->rd_rel->relowner,
                  pg::table{RelationGetRelid(orders)},
                  pg::table{RelationGetRelid(lines)},
                  with_tenant(tenant_column, text_option(options, "order_key")),
                  with_tenant(tenant_column, text_option(options, "order_column"))};
  for (std::size_t i = 0; i < link.keys.size(); ++i)
    require_comparable(orders, link.keys[i], lines, link.columns[i], enable);
  return link;
}

pg::key_match match_orders(const order_link &link, Relation orders, Relation lines, const char *enable) {
  return pg::match_keys(orders, "o", link.keys, lines, link.columns, enable);
}

std::vector<Oid> types_of(Relation table, const std::vector<std::string> &columns) {
  std::vector<Oid> types;
  for (const std::string &column : columns)
    types.push_back(
        TupleDescAttr(RelationGetDescr(table), pg::find_column(RelationGetDescr(table), column) - 1)->atttypid);
  return types;
}

fragment one_key(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                 const std::vector<std::string> &columns, std::size_t before) {
  const std::vector<Oid> targets = types_of(target, keys), types = types_of(from, columns);
  std::vector<fragment> conditions;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const pg::key_equality equality = pg::equality_of(targets[i], types[i]);
    conditions.push_back(sql("{key} {equals} ${number}{cast}", "key"_is = pg::columns_of(alias, {keys[i]}),
                             "equals"_is = equality.equals, "number"_is = before + i + 1, "cast"_is = equality.cast));
  }
  return pg::joined(conditions, " AND ");
}

std::vector<Datum> key_in(const std::vector<pg::parameter> &arrays) {
  std::vector<Datum> key;
  for (const pg::parameter &each : arrays)
    key.push_back(call([&] {
      int first = 1;
      std::int16_t length;
      bool by_value, is_null;
      char align;
      get_typlenbyvalalign(get_element_type(each.type), &length, &by_value, &align);
      return array_get_element(each.value, 1, &first, -1, length, by_value, align, &is_null);
    }));
  return key;
}

void require_pair(Oid orders, Oid lines, const feature_rule &feature) {
  const std::string verb = fmt::format("enable {}", feature.enable_name());
  for (const Oid table : {orders, lines}) {
    pg::require_own_table(table, verb.c_str());
    if (call([=] { return get_rel_relispartition(table); }))
      throw fault{.sqlstate = sqlstate::wrong_object_type,
                  .message = fmt::format("cannot {} on \"{}\": it is a partition", verb, pg::table_name(table)),
                  .hint = "Call this for the partitioned table."};
  }
  if (orders == lines)
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message = fmt::format("table \"{}\" cannot be the lines of its own orders", pg::table_name(orders)),
                .hint = "Name the table of the orders and the table of their lines."};
  const std::optional<Oid> other = orders_named_by(lines, feature);
  if (other && *other != orders && lines_named_by(*other, feature) == lines)
    throw fault{
        .sqlstate = sqlstate::duplicate_object,
        .message = fmt::format("{} is already enabled from \"{}\" to \"{}\"", feature.name, pg::table_name(lines),
                               pg::table_name(*other)),
        .hint = fmt::format("Call upkeep.disable_{}({}) first.", feature.name, pg::literals({pg::qualified(*other)}))};
  const Oid owner = pg::owner_of(orders), lines_owner = pg::owner_of(lines);
  pg::require_role_of(lines_owner, orders, owner);
  pg::require_role_of(owner, lines, lines_owner);
}

std::optional<Oid> lines_named_by(Oid orders, const feature_rule &feature) {
  return table_named_by(orders, "order_items", feature);
}

std::optional<Oid> orders_named_by(Oid lines, const feature_rule &feature) {
  return table_named_by(lines, "orders", feature);
}

bool forbids_lines_without_order(Relation orders, const std::vector<std::string> &keys, Relation lines,
                                 const std::vector<std::string> &columns) {
  // Moving to another partition inserts an order that has its lines already; children do not inherit a foreign key.
  if (orders->rd_rel->relispartition || (lines->rd_rel->relhassubclass && lines->rd_rel->relkind == RELKIND_RELATION))
    return false;
  std::vector<fragment> pairs;
  for (std::size_t i = 0; i < keys.size(); ++i)
    pairs.push_back(sql("({column}::pg_catalog.int2, {key}::pg_catalog.int2)",
                        "column"_is = pg::find_column(RelationGetDescr(lines), columns[i]),
                        "key"_is = pg::find_column(RelationGetDescr(orders), keys[i])));
  const pg::parameter tables[] = {pg::parameter::oid(RelationGetRelid(lines)),
                                  pg::parameter::oid(RelationGetRelid(orders))};
  const fragment query = sql(R"sql(
    SELECT FROM pg_catalog.pg_constraint c
    WHERE c.contype [=] 'f' AND c.conrelid [=] $1 AND c.confrelid [=] $2 AND NOT c.condeferrable AND c.convalidated
      AND NOT EXISTS (
        SELECT FROM ROWS FROM (pg_catalog.unnest(c.conkey), pg_catalog.unnest(c.confkey)) AS k(a, b)
        WHERE NOT EXISTS (SELECT FROM (VALUES {pairs}) AS p(a, b) WHERE p.a [=] k.a AND p.b [=] k.b))
  )sql",
                             "pairs"_is = pg::joined(pairs));
  return pg::execute(query, tables).count() > 0;
}

Oid whole_lines(Relation table, Oid orders, const feature_rule &feature) {
  const Oid self = RelationGetRelid(table);
  if (const auto named = pg::lock_found(AccessShareLock, [&] { return lines_named_by(orders, feature); }))
    return *named;
  const Oid top = pg::topmost(self);
  call([=] { LockRelationOid(top, AccessShareLock); });
  return top;
}

void drop_pair_triggers(Oid orders, std::optional<Oid> lines, const feature_rule &feature) {
  const std::string verb = fmt::format("disable {}", feature.enable_name());
  pg::require_own_table(orders, verb.c_str());
  if (lines)
    pg::require_own_table(*lines, verb.c_str());
  const std::vector<Oid> tree = lines ? pg::with_descendants(*lines, ShareRowExclusiveLock) : std::vector<Oid>{};
  const std::optional<Oid> named = lines_named_by(orders, feature);
  bool found = false;
  std::optional<Oid> other;
  for (const Oid table : tables_of_lines(orders, feature)) {
    if (lines && std::find(tree.begin(), tree.end(), table) == tree.end()) {
      other = table;
      continue;
    }
    pg::require_own_table(table, verb.c_str());
    found |= drop_triggers(table, feature);
  }
  if (!other)
    found |= drop_triggers_of_tree(orders, feature);
  else if (found && named == lines)
    name_lines(orders, *other, feature);
  if (!found)
    call([&] { ereport(NOTICE, errmsg("%s is not enabled on \"%s\"", feature.name.data(), get_rel_name(orders))); });
}

} // namespace upkeep::orders
