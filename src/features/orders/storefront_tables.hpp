// The storefront tables that upkeep.checkout and the functions of carts work with: one schema's, under fixed names.
#pragma once

#include "postgres/sql/arguments.hpp"
#include "postgres/sql/sql.hpp"

#include <memory>
#include <unordered_map>

namespace upkeep::orders {

struct storefront_schema {
  Oid oid;
  pg::identifier name;
};

// Where the tables are: the schema that the caller names, or the first of the search_path that has carts. Throws 0A000
// where they are distributed, 3F000, 42P01.
storefront_schema find_storefront(const std::optional<std::string> &name);

// The id of a cart or a product; 22004, saying what to pass.
Datum require_id(const pg::arguments &given, int index, const char *name, const char *hint);

// P0002.
[[noreturn]] void nothing_found(const char *problem, const char *hint);
[[noreturn]] void no_such_cart();

// What is asked of the tables of one schema, for those of the schemas that the session has asked. Never destroyed, like
// the plans; a schema that is renamed or dropped makes the server plan them anew. Whoever is working with one keeps it
// alive.
template <class Queries> std::shared_ptr<const Queries> queries_of(const pg::identifier &schema) {
  constexpr std::size_t max_schemas = 64;
  static auto *known = new std::unordered_map<std::string, std::shared_ptr<const Queries>>;
  if (known->size() >= max_schemas && !known->contains(schema.name))
    known->clear();
  std::shared_ptr<const Queries> &queries = (*known)[schema.name];
  if (!queries)
    queries = std::make_shared<const Queries>(schema);
  return queries;
}

} // namespace upkeep::orders
