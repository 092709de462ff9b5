// What a total should be, as SQL: the amounts of the lines, their sum, and what the column can hold.
#include "core/text/joined.hpp"
#include "features/orders/totals/order_totals.hpp"

#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/executor/statement.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

std::optional<int> scale_of(Oid base_type, std::int32_t modifier) {
  if (base_type != NUMERICOID)
    return 0;
  if (modifier < VARHDRSZ)
    return std::nullopt;
  return (((modifier - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
}

pg::column_info require_number(Relation table, AttrNumber number) {
  pg::column_info column(table, number);
  if (!pg::is_number(column.type))
    column.refuse_type("is not a number that a total can be made of",
                       "Use numeric, bigint, integer or smallint, or a domain over one of them.");
  return column;
}

std::string as_numeric(const pg::column_info &column) {
  return fmt::format("l.{}::pg_catalog.numeric", pg::quoted(column.name));
}

// The sum of the lines l: price times quantity, each rounded where it can have more decimals than the total.
std::string sum_of_lines(const option_list &options, Relation lines, const std::optional<int> &scale) {
  const pg::column_info price = require_number(lines, column_option(lines, options, "price_column"));
  std::string amount = as_numeric(price);
  std::optional<int> decimals = scale_of(price.type, price.modifier);
  if (const AttrNumber number = column_option(lines, options, "quantity_column")) {
    const pg::column_info quantity = require_number(lines, number);
    amount = fmt::format("{} OPERATOR(pg_catalog.*) {}", amount, as_numeric(quantity));
    const std::optional<int> more = scale_of(quantity.type, quantity.modifier);
    decimals = decimals && more ? std::optional(std::max(*decimals, 0) + std::max(*more, 0)) : std::nullopt;
  }
  if (scale && (!decimals || *decimals > *scale))
    amount = fmt::format("pg_catalog.round({}, {})", amount, *scale);
  return fmt::format("COALESCE(pg_catalog.sum({}), 0)", amount);
}

} // namespace

std::string total_column::sql_type() const {
  switch (base_type) {
  case INT2OID:
    return "pg_catalog.int2";
  case INT4OID:
    return "pg_catalog.int4";
  case INT8OID:
    return "pg_catalog.int8";
  default:
    return scale() ? fmt::format("pg_catalog.numeric({},{})", (modifier - VARHDRSZ) >> 16 & 0xffff, *scale())
                   : "pg_catalog.numeric";
  }
}

std::optional<int> total_column::scale() const { return scale_of(base_type, modifier); }

std::string total_column::holds(const std::string &sum) const {
  const auto below = [&](const std::string &bound) {
    return fmt::format("(pg_catalog.abs({}) OPERATOR(pg_catalog.<) '{}'::pg_catalog.numeric)", sum, bound);
  };
  const auto between = [&](std::int64_t least, std::int64_t most) {
    return fmt::format("({0} OPERATOR(pg_catalog.>=) '{1}'::pg_catalog.numeric AND {0} OPERATOR(pg_catalog.<=)"
                       " '{2}'::pg_catalog.numeric)",
                       sum, least, most);
  };
  switch (base_type) {
  case INT2OID:
    return between(PG_INT16_MIN, PG_INT16_MAX);
  case INT4OID:
    return between(PG_INT32_MIN, PG_INT32_MAX);
  case INT8OID:
    return between(PG_INT64_MIN, PG_INT64_MAX);
  default:
    return below(scale() ? fmt::format("1e{}", ((modifier - VARHDRSZ) >> 16 & 0xffff) - *scale()) : "Infinity");
  }
}

std::string order_totals::differs(const std::string &sum) const {
  const std::string column = pg::quoted(total.name);
  return fmt::format("(o.{0} IS NULL OR o.{0}::pg_catalog.numeric OPERATOR(pg_catalog.<>) {1})", column, sum);
}

std::string order_totals::wrong_orders(Relation orders, Relation lines) const {
  std::vector<std::string> columns;
  for (const std::string &column : link.columns)
    columns.push_back("l." + pg::quoted(column));
  const std::string list = joined(columns, ", ");
  return fmt::format("FROM {} o LEFT JOIN (SELECT {}, {} AS upkeep_total FROM {} l GROUP BY {}) s ON {} WHERE {}",
                     link.orders_name, list, sum, link.lines_name, list,
                     pg::equal_keys(orders, "o", link.keys, lines, "s", link.columns, enable_order_totals_name),
                     differs("COALESCE(s.upkeep_total, 0)"));
}

std::string order_totals::write(Relation orders, Relation lines, Relation from,
                                const std::vector<std::string> &columns) const {
  std::vector<std::string> arrays, names, sources;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    arrays.push_back(fmt::format("pg_catalog.unnest(${})", i + 1));
    names.push_back(pg::quoted(columns[i]));
    sources.push_back("l." + pg::quoted(link.columns[i]));
  }
  const std::string source = joined(sources, ", ");
  // Summed up before the keys are joined: then the planner knows how many orders there are.
  const std::string sums =
      fmt::format("SELECT k.*, COALESCE(l.upkeep_total, 0) AS upkeep_total FROM ROWS FROM ({}) AS k({}) LEFT JOIN"
                  " (SELECT {}, {} AS upkeep_total FROM {} l WHERE {} GROUP BY {}) l ON {}",
                  joined(arrays, ", "), joined(names, ", "), source, sum, link.lines_name,
                  pg::match_keys(lines, "l", link.columns, from, columns, enable_order_totals_name).condition, source,
                  pg::equal_keys(lines, "l", link.columns, from, "k", columns, enable_order_totals_name));
  return write_sums(sums, pg::equal_keys(orders, "o", link.keys, from, "s", columns, enable_order_totals_name));
}

std::string order_totals::write_one(Relation orders, Relation lines, Relation from,
                                    const std::vector<std::string> &columns) const {
  return write_sums(fmt::format("SELECT {} AS upkeep_total FROM {} l WHERE {}", sum, link.lines_name,
                                one_key(lines, "l", link.columns, from, columns)),
                    one_key(orders, "o", link.keys, from, columns));
}

std::string order_totals::write_sums(const std::string &sums, const std::string &condition) const {
  return fmt::format(
      "WITH written AS (UPDATE {0} o SET {1} = CASE WHEN s.upkeep_holds THEN s.upkeep_total ELSE o.{1} END"
      " FROM (SELECT t.*, {2} AS upkeep_holds FROM ({3}) t) s WHERE {4} AND {5}"
      " RETURNING CASE WHEN NOT s.upkeep_holds THEN {6} END AS upkeep_key, s.upkeep_total)"
      " SELECT w.upkeep_key, w.upkeep_total::pg_catalog.text FROM written w WHERE w.upkeep_key IS NOT NULL LIMIT 1",
      link.orders_name, pg::quoted(total.name), total.holds("t.upkeep_total"), sums, condition,
      differs("s.upkeep_total"), link.key_text());
}

order_totals resolve_totals(const option_list &options, Relation orders, Relation lines) {
  order_totals totals{resolve_link(options, orders, lines, enable_order_totals_name), {}, {}};
  const pg::column_info column = require_number(orders, column_option(orders, options, "total_column"));
  column.require_not_generated("A total needs a column that can be written.");
  totals.total = {column.name, column.number, column.type, column.domain, column.modifier, column.type_name()};
  totals.sum = sum_of_lines(options, lines, totals.total.scale());
  return totals;
}

void total_out_of_range(const order_totals &totals, const std::string &key, const std::string &sum) {
  const std::string order =
      fmt::format("the total of order \"{}\" of \"{}\"", key, pg::table_name(pg::topmost(totals.link.orders)));
  const bool is_number = sum.find_first_of("Ny") == std::string::npos;
  throw fault{
      .sqlstate = sqlstate::numeric_value_out_of_range,
      .message = is_number ? fmt::format("{} is too large for column \"{}\" of type {}", order, totals.total.name,
                                         totals.total.type_name)
                           : fmt::format("{} is {}", order, sum == "NaN" ? "not a number" : "infinite"),
      .detail = is_number ? fmt::format("It is {}.", sum) : "",
      .hint = is_number ? fmt::format("Give \"{}\" a wider type, or correct the lines of the order.", totals.total.name)
                        : "Correct the prices and quantities of its lines."};
}

} // namespace upkeep::orders
