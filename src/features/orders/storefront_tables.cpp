#include "features/orders/storefront_tables.hpp"

#include "postgres/citus/shards.hpp"
#include "postgres/relation.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

bool has_carts(Oid schema) {
  return call([=] { return OidIsValid(get_relname_relid("carts", schema)); });
}

Oid find_schema(const std::optional<std::string> &name) {
  if (name) {
    const Oid schema = call([&] { return get_namespace_oid(name->c_str(), true); });
    if (!OidIsValid(schema))
      throw fault{.sqlstate = sqlstate::invalid_schema_name,
                  .message = fmt::format("schema \"{}\" does not exist", *name),
                  .hint = "Name the schema of the storefront tables, or leave it out to search the search_path."};
    return schema;
  }
  const List *path = call([] { return fetch_search_path(false); });
  const ListCell *cell;
  foreach (cell, path)
    if (has_carts(lfirst_oid(cell)))
      return lfirst_oid(cell);
  throw fault{.sqlstate = sqlstate::undefined_table,
              .message = "no schema of the search_path has a table \"carts\"",
              .hint = "Name the schema of the storefront tables: schema => 'shop'."};
}

// A cart is found by its id alone, which says nothing of the node where it lies.
void require_one_machine(const storefront_schema &schema) {
  const Oid carts = call([&] { return get_relname_relid("carts", schema.oid); });
  if (OidIsValid(carts) && pg::has_shards(carts))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("the carts of schema \"{}\" are distributed", schema.name.name),
                .detail = "upkeep.checkout, add_to_cart and merge_carts work on tables of one machine.",
                .hint = "Write the cart, the order and its lines yourself: the triggers keep them as elsewhere."};
}

} // namespace

storefront_schema find_storefront(const std::optional<std::string> &name) {
  const Oid schema = find_schema(name);
  storefront_schema found{schema, {pg::string_from([=] { return get_namespace_name(schema); })}};
  require_one_machine(found);
  return found;
}

Datum require_id(const pg::arguments &given, int index, const char *name, const char *hint) {
  const std::optional<Datum> id = given.optional_value(index);
  if (!id)
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = fmt::format("argument \"{}\" must not be null", name),
                .hint = hint};
  return *id;
}

void nothing_found(const char *problem, const char *hint) {
  throw fault{.sqlstate = sqlstate::no_data_found, .message = problem, .hint = hint};
}

void no_such_cart() { nothing_found("there is no such cart", "Pass the id of a cart."); }

} // namespace upkeep::orders
