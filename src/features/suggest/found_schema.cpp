#include "features/suggest/found_schema.hpp"

#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "features/registry.hpp"
#include "postgres/relation.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>

namespace upkeep::suggest {

using pg::call;

namespace {

bool is_position(std::string_view word) {
  return rank_of(patterns::lines, word) || rank_of(patterns::cart_items, word);
}

// Of views too.
std::size_t name_rank(name_patterns patterns, const schema_table &table) {
  // An order_item is not an item.
  return is_position(table.word) && !is_position(patterns.front()) ? no_rank
                                                                   : rank_of(patterns, table.word).value_or(no_rank);
}

std::size_t table_rank(name_patterns patterns, const schema_table &table) {
  return is_table(table) ? name_rank(patterns, table) : no_rank;
}

bool is_among(const std::vector<std::string> &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_foreign_key(const schema_table &table, const schema_column &column) {
  return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                     [&](const schema_key &key) { return key.column == column.name; });
}

// The table that a column is called after, variants by variant_id; else the best of all. None where a view has the
// name: the table that it reads is not known.
const schema_table *named_parent(const found_schema &schema, name_patterns parents, const schema_column &column) {
  const schema_table *found = nullptr;
  std::size_t rank = no_rank;
  const std::string word = without_id(column.word);
  const std::string_view called_after[] = {word};
  for (const schema_table &each : schema.tables)
    if (name_rank(parents, each) != no_rank)
      if (const std::size_t now = name_rank(called_after, each); now < rank) {
        found = &each;
        rank = now;
      }
  if (!found)
    return schema.best(parents);
  return is_table(*found) ? found : nullptr;
}

// The shop's column that makes the key unique and that the child has too, or "".
std::string tenant_of(const schema_table &parent, const std::string &key, const schema_table &child) {
  const schema_column *shop = parent.best(patterns::shop_key);
  const bool serves = shop && shop->name != key && child.find(shop->name) && !parent.is_unique(key, "") &&
                      parent.is_unique(key, shop->name);
  return serves ? shop->name : "";
}

// All that a table may refer to, the best first: by foreign keys, then by columns of such names, without foreign keys,
// to the keys of tables of those.
std::vector<table_link> links_from(const found_schema &schema, const schema_table &child, name_patterns parents,
                                   name_patterns columns) {
  std::vector<std::pair<std::size_t, table_link>> found;
  for (const schema_key &key : child.foreign_keys) {
    const schema_table *parent = schema.table(key.target);
    const std::size_t rank = parent && parent != &child ? table_rank(parents, *parent) : no_rank;
    if (rank != no_rank)
      found.push_back({rank, {&child, parent, key.column, key.target_column, key.tenant, true}});
  }
  const std::size_t worst = 2 * parents.size();
  for (const schema_column &column : child.columns) {
    const std::size_t rank = column_rank(columns, column);
    if (rank == no_rank || has_foreign_key(child, column))
      continue;
    const schema_table *parent = named_parent(schema, parents, column);
    const std::optional<std::string> key = parent ? key_of(*parent) : std::nullopt;
    if (key && parent != &child)
      found.push_back({worst + rank, {&child, parent, column.name, *key, tenant_of(*parent, *key, child), false}});
  }
  std::stable_sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
  std::vector<table_link> links;
  for (auto &each : found)
    links.push_back(std::move(each.second));
  return links;
}

// Lines without a column that names their product can get one.
table_link missing_product(const found_schema &schema, const schema_table &lines) {
  const schema_table *products = schema.best(patterns::products);
  const std::optional<std::string> key = products ? key_of(*products) : std::nullopt;
  if (!key)
    return {};
  return {&lines, products, "product_id", *key, tenant_of(*products, *key, lines), false, true};
}

} // namespace

bool is_table(const schema_table &table) {
  return table.kind == RELKIND_RELATION || table.kind == RELKIND_PARTITIONED_TABLE;
}

// Another that is unique, as a number, is not what lines refer to.
std::optional<std::string> key_of(const schema_table &table) {
  constexpr std::string_view id[] = {"id"};
  if (const schema_column *column = table.best(id))
    return column->name;
  for (const std::vector<std::string> &columns : table.unique)
    for (const std::string &column : columns)
      if (columns.size() == 1 || (!is_among(table.partitioned_by, column) && table.is_unique(column, "")))
        return column;
  return std::nullopt;
}

bool is_exact(const schema_column &column) { return pg::is_number(column.type); }

bool is_counted(const schema_column &column) { return pg::category_of(column.type) == TYPCATEGORY_NUMERIC; }

bool is_in_cents(const schema_column &column) { return column.word.ends_with("_cents"); }

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
    if (const std::vector<table_link> links = links_from(*this, each, parents, columns); !links.empty()) {
      found = links.front();
      rank = now;
    }
  }
  return found;
}

const schema_table *found_schema::about(const schema_table &parent, name_patterns numbers) const {
  const auto refers = [&](const schema_table &each) {
    for (const schema_key &key : each.foreign_keys)
      if (key.target == parent.oid)
        return true;
    return std::any_of(each.columns.begin(), each.columns.end(), [&](const schema_column &column) {
      const std::string word = without_id(column.word);
      const std::string_view called_after[] = {word};
      return word != column.word && named_parent(*this, called_after, column) == &parent;
    });
  };
  for (const schema_table &each : tables)
    if (&each != &parent && is_table(each) && !is_position(each.word) && each.best(numbers, is_exact) && refers(each))
      return &each;
  return nullptr;
}

shop_tables found_schema::shop() const {
  shop_tables found;
  found.order = link(patterns::lines, patterns::orders, patterns::order_key);
  if (!found.order.to)
    return found;
  const std::vector<table_link> products =
      links_from(*this, *found.order.from, patterns::products, patterns::product_key);
  if (products.empty()) {
    found.product = missing_product(*this, *found.order.from);
    return found;
  }
  // A line that names product and variant has its price from where there is one.
  const auto priced = std::find_if(products.begin(), products.end(),
                                   [](const table_link &each) { return each.to->best(patterns::price, is_exact); });
  found.product = priced == products.end() ? products.front() : *priced;
  return found;
}

} // namespace upkeep::suggest
