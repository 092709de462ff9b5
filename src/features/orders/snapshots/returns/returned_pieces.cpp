#include "features/orders/snapshots/returns/returned_pieces.hpp"

#include "features/orders/order_link.hpp"
#include "postgres/sql/sql.hpp"

namespace upkeep::orders {

std::optional<pg::fragment> returned_pieces(Relation lines, const std::string &alias, const pg::fragment &which) {
  const std::optional<return_columns> columns = returns_of(lines);
  if (!columns || !columns->key)
    return std::nullopt;
  return pg::sql(R"sql(
    (SELECT COALESCE([-] pg_catalog.sum(upkeep_return.{quantity}::pg_catalog.numeric), 0)
     FROM {lines} upkeep_return
     WHERE {names_it} AND upkeep_return.{quantity} [<] 0 {which})
  )sql",
                 "quantity"_is = pg::identifier{columns->quantity},
                 "lines"_is = pg::own_rows_of(RelationGetRelid(lines)),
                 "names_it"_is = pg::equal_keys(lines, "upkeep_return", columns->naming(), lines, alias,
                                                columns->found_by(), "enable_order_snapshots"),
                 "which"_is = which);
}

} // namespace upkeep::orders
