// Which tables of a schema play which part in a shop or an analytics app.
#pragma once

#include "features/suggest/proposal.hpp"

namespace upkeep::suggest {

// A column of a table that refers to another: by a foreign key, else by its name.
struct table_link {
  const schema_table *from = nullptr, *to = nullptr;
  std::string column, key;
  std::string tenant;       // of both tables, or ""
  bool is_declared = false; // by a foreign key
  bool is_missing = false;  // the column is still to be added
};

// Orders with their lines, and what these sell.
struct shop_tables {
  table_link order, product; // from the lines; `to` is nullptr where there is none
};

struct found_schema {
  std::vector<schema_table> tables;

  const schema_table *table(Oid oid) const;
  // The table that fits best; views and foreign tables do not count.
  const schema_table *best(name_patterns patterns) const;
  shop_tables shop() const;
  // From a child of those names to a parent of these.
  table_link link(name_patterns children, name_patterns parents, name_patterns columns) const;
  // A table that says something of the rows of another, in a number of one of these names: prices by currency, stock by
  // place. nullptr where there is none.
  const schema_table *about(const schema_table &parent, name_patterns numbers) const;
};

bool is_table(const schema_table &table);
std::optional<std::string> key_of(const schema_table &table); // the one column that a row is known by
bool is_exact(const schema_column &column);                   // smallint, integer, bigint or numeric
bool is_counted(const schema_column &column);                 // any number, in floating point too
bool is_in_cents(const schema_column &column);                // by its name
bool is_text(const schema_column &column);                    // text, varchar, character or an enum
bool is_time(const schema_column &column);                    // a timestamp
bool is_moment(const schema_column &column);                  // a timestamp or a date

// Whether the table has a trigger of the feature.
bool has_feature(const schema_table &table, const feature_rule &feature);

} // namespace upkeep::suggest
