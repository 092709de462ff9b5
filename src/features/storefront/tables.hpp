// The tables of an online store, as data.
#pragma once

#include <span>

namespace upkeep {

struct storefront_column {
  const char *name;
  const char *type;                 // with its constraints
  const char *references = nullptr; // the rest of a foreign key: users ON DELETE CASCADE
  const char *comment = nullptr;
};

struct storefront_index {
  const char *column;
  bool unique = false;
};

struct storefront_table {
  const char *name;
  const char *comment;
  std::span<const storefront_column> columns; // all but id, created_at and updated_at, which every table has
  std::span<const storefront_index> indexes;
};

// In an order in which they can be created.
std::span<const storefront_table> storefront_tables();

} // namespace upkeep
