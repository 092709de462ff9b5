#include "features/soft_delete/soft_delete_plan.hpp"

#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::soft_delete {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *enable_name = "enable_soft_delete";

std::vector<Oid> with_stamp(std::vector<Oid> types, const soft_column &column) {
  types.push_back(column.type.base_type);
  return types;
}

// The last parameter.
fragment stamp_parameter(const std::vector<Oid> &values) { return fragment(fmt::format("${}", values.size() + 1)); }

std::unique_ptr<child_link> link_child(const foreign_key &key, const soft_column &column, bool cascades) {
  const bool follows = cascades && key.on_delete == FKCONSTR_ACTION_CASCADE;
  const fragment rows = pg::own_rows_of(key.child), name = pg::identifier{column.name};
  std::vector<fragment> unlinked;
  for (const std::string &each : key.unlinked_columns)
    unlinked.push_back(sql("{column} = {value}", "column"_is = pg::identifier{each},
                           "value"_is = fragment(key.on_delete == FKCONSTR_ACTION_SETDEFAULT ? "DEFAULT" : "NULL")));
  const auto update = [&](const fragment &set, const fragment &which) {
    return sql("UPDATE {rows} c SET {set} WHERE {of_parent} AND {which}", "rows"_is = rows, "set"_is = set,
               "of_parent"_is = key.finds_children, "which"_is = which);
  };
  const fragment stamp = stamp_parameter(key.parent_types);
  const fragment is_live = sql("c.{name} IS NULL", "name"_is = name);
  std::vector<std::string> key_names;
  std::vector<FormData_pg_attribute> key_attributes;
  pg::with_relation(key.child, [&](Relation child) {
    key_names = pg::primary_key(child);
    for (const std::string &each : key_names)
      key_attributes.push_back(
          *TupleDescAttr(RelationGetDescr(child), pg::require_column(child, each, enable_name) - 1));
  });
  std::vector<Oid> restamp_types = with_stamp(with_stamp(key.parent_types, column), column);
  const fragment given(fmt::format("${}", restamp_types.size()));
  std::vector<fragment> has_key{sql("c.{name} [=] {given}", "name"_is = name, "given"_is = given)};
  for (std::size_t i = 0; i < key_names.size(); ++i) {
    const Oid type = key_attributes[i].atttypid;
    restamp_types.push_back(type);
    has_key.push_back(sql("c.{column} {equals} {value}", "column"_is = pg::identifier{key_names[i]},
                          "equals"_is = pg::equality_of(type, type).equals,
                          "value"_is = fragment(fmt::format("${}", restamp_types.size()))));
  }
  const fragment has_stamp = sql("c.{name} [=] {stamp}", "name"_is = name, "stamp"_is = stamp);
  return std::unique_ptr<child_link>(new child_link{
      key,
      {},
      pg::owner_of(key.child),
      follows,
      {sql("SELECT FROM {rows} c WHERE {of_parent} AND {is_live} LIMIT 1", "rows"_is = rows,
           "of_parent"_is = key.finds_children, "is_live"_is = is_live),
       key.parent_types, pg::access::by_index},
      {sql("SELECT FROM {rows} c WHERE {of_parent} AND {is_taken} LIMIT 1", "rows"_is = rows,
           "of_parent"_is = key.finds_children, "is_taken"_is = has_stamp),
       with_stamp(key.parent_types, column), pg::access::by_index},
      {update(sql("{name} = {stamp}", "name"_is = name, "stamp"_is = stamp), is_live),
       with_stamp(key.parent_types, column), pg::access::by_index},
      {update(sql("{name} = NULL", "name"_is = name), has_stamp), with_stamp(key.parent_types, column),
       pg::access::by_index},
      {update(pg::joined(unlinked), is_live), key.parent_types, pg::access::by_index},
      std::move(key_attributes),
      {sql("SELECT {key} FROM {rows} c WHERE {of_parent} AND {is_live}", "key"_is = pg::columns_of("c", key_names),
           "rows"_is = rows, "of_parent"_is = key.finds_children, "is_live"_is = is_live),
       key.parent_types, pg::access::by_index},
      {update(sql("{name} = {stamp}", "name"_is = name, "stamp"_is = stamp), pg::joined(has_key, " AND ")),
       std::move(restamp_types), pg::access::by_index}});
}

// What the query `row` of a plan returns: the stamp, and the columns of all keys.
class row_columns {
public:
  row_columns(Relation table, const soft_column &column) : table(table) { place_of(column.name); }

  key_places places_of(const std::vector<std::string> &names) {
    key_places places;
    for (const std::string &name : names)
      places.push_back(place_of(name));
    return places;
  }
  const std::vector<std::string> &list() const { return names; }
  const std::vector<AttrNumber> &numbers() const { return columns; }

private:
  int place_of(const std::string &name) {
    const auto found = std::ranges::find(names, name);
    const auto place = static_cast<int>(found - names.begin()) + 1;
    if (found == names.end()) {
      columns.push_back(pg::require_column(table, name, enable_name));
      names.push_back(name);
    }
    return place;
  }

  Relation table;
  std::vector<std::string> names;
  std::vector<AttrNumber> columns;
};

std::unique_ptr<parent_link> link_parent(const foreign_key &key, key_places places, const soft_column &own,
                                         const soft_column &parents, Oid root, const row_columns &columns) {
  const fragment name = pg::identifier{own.name};
  return std::unique_ptr<parent_link>(new parent_link{
      key,
      std::move(places),
      pg::owner_of(key.parent),
      {sql("SELECT p.{name} IS NOT NULL FROM {rows} p WHERE {has_key} FOR KEY SHARE OF p",
           "name"_is = pg::identifier{parents.name}, "rows"_is = pg::own_rows_of(key.parent),
           "has_key"_is = key.finds_parent),
       key.child_types, pg::access::by_index},
      {sql(R"sql(
         SELECT c.tableoid, c.ctid, c.{name} IS NOT NULL, {columns}
         FROM {rows} c
         WHERE {of_parent} AND (c.{name} IS NULL OR c.{name} [=] {stamp})
       )sql",
           "name"_is = name, "columns"_is = pg::columns_of("c", columns.list()), "rows"_is = pg::own_rows_of(root),
           "of_parent"_is = key.finds_children, "stamp"_is = stamp_parameter(key.parent_types)),
       with_stamp(key.parent_types, own), pg::access::by_index}});
}

[[noreturn]] void differ(const foreign_key &key, Oid table, const soft_column &own, Oid other,
                         const soft_column &others) {
  throw fault{
      .sqlstate = sqlstate::type_mismatch,
      .message =
          fmt::format("column \"{}\" of table \"{}\" has type {}, column \"{}\" of table \"{}\" has type {}", own.name,
                      pg::table_name(table), type_text(own), others.name, pg::table_name(other), type_text(others)),
      .detail = fmt::format("Foreign key \"{}\" relates their rows, which are deleted with one stamp.", key.name),
      .hint = fmt::format("ALTER TABLE {} ALTER COLUMN {} TYPE {};", pg::qualified(pg::logical_table(table)),
                          pg::quoted(own.name), type_text(others))};
}

// Those of its columns that a deleted row may differ in: the stamp of the deletion, which stays as it is, and what
// updated_at will put right, whatever a client sends for it.
void mark_passive(Relation table, AttrNumber number, pg::layout &layout) {
  layout.columns[number - 1].role = pg::column_role::passive;
  const TriggerDesc *triggers = table->trigdesc;
  for (int i = 0; triggers && i < triggers->numtriggers; ++i) {
    const Trigger &trigger = triggers->triggers[i];
    if (feature_of(trigger) != &updated_at_feature)
      continue;
    try {
      const option_list options = pg::trigger_options(trigger, updated_at_feature);
      for (const char *option : {"column", "version"})
        if (const std::optional<std::string> name = column_name_option(table, options, option))
          if (const AttrNumber kept = pg::find_column(RelationGetDescr(table), *name))
            layout.columns[kept - 1].role = pg::column_role::passive;
    } catch (const fault &) {
      // Its own trigger says what is wrong.
    }
  }
}

std::vector<AttrNumber> numbers_of(Relation table, const std::vector<std::string> &names) {
  std::vector<AttrNumber> numbers;
  for (const std::string &name : names)
    numbers.push_back(pg::require_column(table, name, enable_name));
  return numbers;
}

std::unique_ptr<pg::saved_query> row_query(Relation table, const soft_delete_plan &plan, const row_columns &columns) {
  std::vector<fragment> conditions;
  std::vector<Oid> types;
  for (const AttrNumber number : plan.key) {
    const Oid type = TupleDescAttr(RelationGetDescr(table), number - 1)->atttypid;
    types.push_back(type);
    conditions.push_back(
        sql("c.{column} {equals} {value}", "column"_is = pg::identifier{plan.key_names[types.size() - 1]},
            "equals"_is = pg::equality_of(type, type).equals, "value"_is = fragment(fmt::format("${}", types.size()))));
  }
  return std::make_unique<pg::saved_query>(
      sql("SELECT {columns} FROM {rows} c WHERE {has_key}", "columns"_is = pg::columns_of("c", columns.list()),
          "rows"_is = pg::own_rows_of(plan.root), "has_key"_is = pg::joined(conditions, " AND ")),
      std::move(types), pg::access::by_index);
}

void add_links(Relation table, soft_delete_plan &plan, std::vector<pg::planned_table> &tables) {
  const std::vector<Oid> own = with_roots(plan.table);
  row_columns columns(table, plan.column);
  const auto look_at = [&](Oid other) {
    call([=] { LockRelationOid(other, AccessShareLock); });
    tables.push_back({other});
    std::optional<soft_column> found;
    if (call([=] { return get_rel_relkind(other); }) != '\0')
      found = soft_column_of(other);
    return found;
  };
  for (const foreign_key &key : keys_to(own))
    if (const std::optional<soft_column> others = look_at(key.child)) {
      if (!hold_same_stamps(plan.column, *others))
        differ(key, plan.table, plan.column, key.child, *others);
      plan.children.push_back(link_child(key, *others, plan.cascades));
      plan.children.back()->places = columns.places_of(key.parent_columns);
      plan.may_have_early_children |= key.is_deferrable;
    }
  std::vector<std::pair<foreign_key, soft_column>> parents;
  for (const foreign_key &key : keys_of(own))
    if (const std::optional<soft_column> others = look_at(key.parent)) {
      if (!hold_same_stamps(plan.column, *others))
        differ(key, plan.table, plan.column, key.parent, *others);
      columns.places_of(key.child_columns);
      parents.emplace_back(key, *others);
    }
  // Once all columns are known that a row brings.
  for (const auto &[key, others] : parents) {
    for (const AttrNumber column : numbers_of(table, key.child_columns))
      if (std::ranges::count(plan.references, column) == 0)
        plan.references.push_back(column);
    plan.parents.push_back(
        link_parent(key, columns.places_of(key.child_columns), plan.column, others, plan.root, columns));
  }
  plan.row = row_query(table, plan, columns);
  plan.row_columns = columns.numbers();
  for (const AttrNumber number : plan.row_columns)
    plan.row_attributes.push_back(*TupleDescAttr(RelationGetDescr(table), number - 1));
}

pg::resolved_plan<soft_delete_plan> resolve(const option_list &options, Relation table) {
  auto plan = std::make_shared<soft_delete_plan>();
  plan->table = RelationGetRelid(table);
  plan->root = pg::topmost(plan->table);
  plan->owner = pg::owner_of(plan->root);
  plan->column = require_soft_column(table, options);
  plan->number = pg::find_column(RelationGetDescr(table), plan->column.name);
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), plan->number - 1);
  if (attribute.attnotnull)
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message = fmt::format("column \"{}\" of table \"{}\" cannot be NULL, as it is of a row that lives",
                                       plan->column.name, pg::table_name(table)),
                .hint = fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL;",
                                    pg::qualified(pg::logical_table(plan->root)), pg::quoted(plan->column.name))};
  plan->domain = plan->column.type.is_domain ? attribute.atttypid : InvalidOid;
  plan->tick = tick_of(plan->column.type.precision);
  plan->cascades = text_option(options, "cascade") == "true";
  plan->refuses = text_option(options, "hard_delete") == "refuse";
  plan->key_names = require_primary_key(table);
  plan->key = numbers_of(table, plan->key_names);
  for (const AttrNumber number : plan->key)
    plan->key_attributes.push_back(*TupleDescAttr(RelationGetDescr(table), number - 1));
  plan->may_have_early_children = false;
  plan->layout_bytes.resize(pg::layout::size(RelationGetDescr(table)->natts));
  auto &layout = *new (plan->layout_bytes.data()) pg::layout;
  pg::describe(RelationGetDescr(table), layout);
  mark_passive(table, plan->number, layout);
  pg::find_special(layout);
  std::vector<pg::planned_table> tables{{plan->table}};
  add_links(table, *plan, tables);
  return {std::move(plan), std::move(tables)};
}

} // namespace

std::vector<std::string> require_primary_key(Relation table) {
  std::vector<std::string> key = pg::primary_key(table);
  if (key.empty())
    throw fault{.sqlstate = sqlstate::invalid_column_reference,
                .message = fmt::format("table \"{}\" has no primary key", pg::table_name(table)),
                .detail = "A row that is deleted is found by it.",
                .hint = fmt::format("ALTER TABLE {} ADD PRIMARY KEY (id);",
                                    pg::qualified(pg::logical_table(RelationGetRelid(table))))};
  return key;
}

std::shared_ptr<const soft_delete_plan> plan_of(const Trigger &trigger, Relation table) {
  return pg::session_plan<soft_delete_plan>(trigger, [&] {
    pg::resolved_plan<soft_delete_plan> made;
    pg::with_spi([&] { made = resolve(pg::trigger_options(trigger, soft_delete_feature), table); });
    return made;
  });
}

std::shared_ptr<const soft_delete_plan> plan_with_links(const Trigger &trigger, Relation table) {
  for (;;) {
    std::shared_ptr<const soft_delete_plan> plan = plan_of(trigger, table);
    const std::uint64_t dropped_before = pg::dropped_plans;
    for (const auto &link : plan->children)
      call([&] { LockRelationOid(link->key.child, RowExclusiveLock); });
    for (const auto &link : plan->parents)
      call([&] { LockRelationOid(link->key.parent, RowShareLock); });
    if (pg::dropped_plans == dropped_before)
      return plan;
  }
}

void require_sound(Oid table, const option_list &options) {
  pg::with_relation(table, [&](Relation relation) { resolve(options, relation); });
}

} // namespace upkeep::soft_delete
