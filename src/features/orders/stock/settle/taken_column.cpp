#include "features/orders/stock/settle/taken_column.hpp"

#include "postgres/sql/sql.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::fragment;
using pg::sql;

fragment distinct_columns(const std::vector<std::string> &names) {
  std::vector<std::string> distinct;
  for (const std::string &name : names)
    if (std::find(distinct.begin(), distinct.end(), name) == distinct.end())
      distinct.push_back(name);
  return pg::columns_of("t", distinct);
}

fragment taken_query(const stock_tables &tables, std::span<const taken_source> sources) {
  std::vector<fragment> all;
  for (const auto &[rows, is_negative] : sources)
    all.push_back(sql("SELECT {columns}, {sign} t.{taken}::pg_catalog.numeric AS upkeep_taken FROM {rows}",
                      "columns"_is = distinct_columns(tables.product_columns),
                      "sign"_is = is_negative ? sql("[-]") : fragment(), "taken"_is = *tables.taken, "rows"_is = rows));
  return sql(R"sql(
    SELECT pg_catalog.array_agg(s.product), pg_catalog.array_agg(s.taken)
    FROM (SELECT {product} AS product, pg_catalog.sum(i.upkeep_taken) AS taken
          FROM ({all}) i
          CROSS JOIN LATERAL ({product_of_line}) p
          GROUP BY 1) s
  )sql",
             "product"_is = tables.product.of("p"), "all"_is = pg::joined(all, " UNION ALL "),
             "product_of_line"_is = looked_up(tables.products_rows, "p", tables.product_of_line));
}

std::vector<stock_amount> taken_in(const pg::rows &found) {
  return amounts_in({{}, array_in(found, 1, TEXTOID), array_in(found, 2, NUMERICOID)});
}

fragment current_rows(const stock_tables &tables) {
  return sql("pg_catalog.unnest($1) AS k(line) CROSS JOIN LATERAL ({lines}) t",
             "lines"_is = looked_up(tables.lines_rows, "t", tables.line.equals("t", "k.line")));
}

} // namespace upkeep::orders
