// What a schema has: its tables and views, their columns and keys, as upkeep.suggest looks at them.
#pragma once

#include "postgres/sql/text.hpp"

#include <span>

namespace upkeep::suggest {

using name_patterns = std::span<const std::string_view>;

struct schema_column {
  std::string name;
  std::string word;      // as snake_name writes it
  Oid type;              // under any domains
  std::string type_name; // as SQL writes it
  bool is_computed;      // generated, or an identity
  bool is_nullable;
  std::string usual;                              // its default's expression, or ""
  std::optional<std::vector<std::string>> labels; // of an enum or a CHECK with a list
};

// A foreign key of one column, or of one beside the tenant's, which is called the same in both tables.
struct schema_key {
  std::string column;
  Oid target;
  std::string target_column;
  std::string tenant; // or ""
};

struct schema_table {
  Oid oid;
  std::string name; // qualified
  std::string word; // as table_word writes it
  char kind;        // as pg_class.relkind
  std::string owner;
  bool is_callers;
  std::vector<schema_column> columns;
  std::vector<schema_key> foreign_keys;
  std::vector<std::vector<std::string>> unique; // columns that are unique together; the primary key first
  std::vector<std::string> partitioned_by;      // what a unique index of it must have too

  const schema_column *find(const std::string &column) const;
  // The column that fits best, among those that `fits` takes.
  template <class F> const schema_column *best(name_patterns patterns, F &&fits) const;
  const schema_column *best(name_patterns patterns) const;
  bool is_key(const std::string &column) const; // unique alone, so that a foreign key can name it
  // Together with the tenant, where there is one, and what the table is partitioned by.
  bool is_unique(const std::string &column, const std::string &tenant) const;
  // What makes it so, as SQL writes columns.
  std::string unique_columns(const std::string &column, const std::string &tenant) const;
};

std::size_t column_rank(name_patterns patterns, const schema_column &column);
inline constexpr std::size_t no_rank = SIZE_MAX;

template <class F> const schema_column *schema_table::best(name_patterns patterns, F &&fits) const {
  const schema_column *found = nullptr;
  std::size_t rank = no_rank;
  for (const schema_column &column : columns)
    if (const std::size_t now = column_rank(patterns, column); now < rank && fits(column)) {
      found = &column;
      rank = now;
    }
  return found;
}

// The tables and views of a schema, by name, except partitions and what extensions own. Needs an SPI connection.
std::vector<schema_table> read_schema(Oid schema);

} // namespace upkeep::suggest
