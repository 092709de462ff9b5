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
};

bool is_table(const schema_table &table);
bool is_exact(const schema_column &column);  // smallint, integer, bigint or numeric
bool is_text(const schema_column &column);   // text, varchar, character or an enum
bool is_time(const schema_column &column);   // a timestamp
bool is_moment(const schema_column &column); // a timestamp or a date

// Whether the table has a trigger of the feature.
bool has_feature(const schema_table &table, const feature_rule &feature);

} // namespace upkeep::suggest
