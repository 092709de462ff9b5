#include "features/suggest/finder.hpp"

#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "features/registry.hpp"
#include "postgres/number.hpp"
#include "postgres/relation.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

std::size_t table_rank(name_patterns patterns, const schema_table &table) {
  if (!is_table(table))
    return no_rank;
  // An order_item is no item.
  const bool is_position = is_one_of(patterns::lines, table.word) || is_one_of(patterns::cart_items, table.word);
  return is_position && !is_one_of(patterns, table.word) ? no_rank : rank_of(patterns, table.word).value_or(no_rank);
}

// The one column that a row is known by.
std::optional<std::string> key_of(const schema_table &table) {
  for (const std::vector<std::string> &columns : table.unique)
    if (columns.size() == 1)
      return columns.front();
  constexpr std::string_view id[] = {"id"};
  const schema_column *column = table.best(id);
  return column ? std::optional(column->name) : std::nullopt;
}

// By its foreign key, else by a column of such a name to the key of the best table of those names.
table_link link_from(const found_schema &schema, const schema_table &child, name_patterns parents,
                     name_patterns columns) {
  table_link found;
  found.from = &child;
  std::size_t rank = no_rank;
  for (const schema_key &key : child.foreign_keys) {
    const schema_table *parent = schema.table(key.target);
    if (!parent || parent == &child)
      continue;
    if (const std::size_t now = table_rank(parents, *parent); now < rank) {
      found.to = parent;
      found.column = key.column;
      found.key = key.target_column;
      found.tenant = key.tenant;
      found.is_declared = true;
      rank = now;
    }
  }
  if (found.to)
    return found;
  const schema_column *column = child.best(columns);
  const schema_table *parent = schema.best(parents);
  const std::optional<std::string> key = parent ? key_of(*parent) : std::nullopt;
  if (!column || !key || parent == &child)
    return found;
  found.to = parent;
  found.column = column->name;
  found.key = *key;
  return found;
}

} // namespace

bool is_table(const schema_table &table) {
  return table.kind == RELKIND_RELATION || table.kind == RELKIND_PARTITIONED_TABLE;
}

bool is_exact(const schema_column &column) { return pg::is_number(column.type); }

bool is_integer(const schema_column &column) { return pg::is_integer(column.type); }

bool is_text(const schema_column &column) {
  return column.type == TEXTOID || column.type == VARCHAROID || column.type == BPCHAROID ||
         call([&] { return get_typtype(column.type); }) == TYPTYPE_ENUM;
}

bool is_time(const schema_column &column) { return column.type == TIMESTAMPOID || column.type == TIMESTAMPTZOID; }

bool is_moment(const schema_column &column) { return is_time(column) || column.type == DATEOID; }

bool has_feature(const schema_table &table, const feature_rule &feature) {
  bool has = false;
  pg::with_relation(table.oid, [&](Relation relation) { has = trigger_of(relation, feature); });
  return has;
}

const schema_table *found_schema::table(Oid oid) const {
  const auto found =
      std::find_if(tables.begin(), tables.end(), [=](const schema_table &each) { return each.oid == oid; });
  return found == tables.end() ? nullptr : &*found;
}

const schema_table *found_schema::best(name_patterns patterns) const {
  const schema_table *found = nullptr;
  std::size_t rank = no_rank;
  for (const schema_table &each : tables)
    if (const std::size_t now = table_rank(patterns, each); now < rank) {
      found = &each;
      rank = now;
    }
  return found;
}

table_link found_schema::link(name_patterns children, name_patterns parents, name_patterns columns) const {
  table_link found;
  std::size_t rank = no_rank;
  for (const schema_table &each : tables) {
    const std::size_t now = table_rank(children, each);
    if (now >= rank)
      continue;
    if (const table_link link = link_from(*this, each, parents, columns); link.to) {
      found = link;
      rank = now;
    }
  }
  return found;
}

shop_tables found_schema::shop() const {
  shop_tables found;
  found.order = link(patterns::lines, patterns::orders, patterns::order_key);
  if (!found.order.to)
    return found;
  found.product = link_from(*this, *found.order.from, patterns::products, patterns::product_key);
  // A line that names product and variant has its price from where there is one.
  for (const schema_key &key : found.order.from->foreign_keys) {
    const schema_table *target = table(key.target);
    const bool has_price = found.product.to && found.product.to->best(patterns::price, is_exact);
    if (target && !has_price && table_rank(patterns::products, *target) != no_rank &&
        target->best(patterns::price, is_exact))
      found.product = {found.order.from, target, key.column, key.target_column, key.tenant, true};
  }
  return found;
}

} // namespace upkeep
