// What a total should be, as SQL: the amounts of the lines, and their sum.
#include "features/orders/totals/order_totals.hpp"

#include "features/orders/refunds/refunded_columns.hpp"
#include "features/trigger_options.hpp"
#include "postgres/column_info.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

fragment as_numeric(const pg::column_info &column) {
  return sql("l.{column}::pg_catalog.numeric", "column"_is = pg::identifier{column.name});
}

// The amount of a line l: price times quantity, rounded where it can have more decimals than the total.
fragment amount_of_line(const option_list &options, Relation lines, const std::optional<int> &scale) {
  const pg::column_info price = require_summand(lines, column_option(lines, options, "price_column"));
  fragment amount = as_numeric(price);
  std::optional<int> decimals = scale_of(price.type, price.modifier);
  if (const AttrNumber number = column_option(lines, options, "quantity_column")) {
    const pg::column_info quantity = require_summand(lines, number);
    amount = sql("{price} [*] {quantity}", "price"_is = amount, "quantity"_is = as_numeric(quantity));
    const std::optional<int> more = scale_of(quantity.type, quantity.modifier);
    decimals = decimals && more ? std::optional(std::max(*decimals, 0) + std::max(*more, 0)) : std::nullopt;
  }
  if (scale && (!decimals || *decimals > *scale))
    amount = sql("pg_catalog.round({amount}, {scale})", "amount"_is = amount, "scale"_is = *scale);
  return amount;
}

fragment sum_of(const fragment &amount) { return sql("COALESCE(pg_catalog.sum({amount}), 0)", "amount"_is = amount); }

void resolve_sums(order_totals &totals, const option_list &options, Relation lines) {
  if (const std::string *text = find_option(options, "line_formula")) {
    totals.line_formula = resolve_formula(*text, totals.total.scale(), lines, false, {});
    if (const std::optional<std::string> refunded = refunded_column_of(lines))
      require_not_refunded(*totals.line_formula, *refunded, lines);
    const std::string of = fmt::format("amount of a line of \"{}\"", pg::table_name(lines));
    totals.strict_line = totals.line_formula->sql("l", of);
    totals.strict_sum = sum_of(totals.strict_line);
    totals.lenient_line = totals.line_formula->sql("l", std::nullopt);
    totals.lenient_sum = sql("CASE WHEN pg_catalog.bool_and({amount} IS NOT NULL) IS NOT FALSE THEN {sum} END",
                             "amount"_is = totals.lenient_line, "sum"_is = sum_of(totals.lenient_line));
  } else {
    const fragment amount = amount_of_line(options, lines, totals.total.scale());
    totals.strict_line = totals.lenient_line = sql("COALESCE({amount}, 0)", "amount"_is = amount);
    totals.strict_sum = totals.lenient_sum = sum_of(amount);
  }
}

// The sum has the decimals of the total, to which each amount is rounded.
void require_decimals(const order_totals &totals, Relation orders) {
  const std::optional<int> decimals = totals.total.scale(), held = totals.lines_total->scale();
  if (held && (!decimals || *held < *decimals))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("column \"{}\" of table \"{}\" is {}, which does not hold the decimals of "
                                       "\"{}\", {}",
                                       totals.lines_total->name, pg::table_name(orders), totals.lines_total->type_name,
                                       totals.total.name, totals.total.type_name),
                .hint = "Give both the same number of decimals."};
}

} // namespace

fragment order_totals::total_of(const fragment &sum, on_null mode) const {
  if (!total_formula)
    return sum;
  const std::string of = fmt::format("total of an order of \"{}\"", pg::table_name(link.orders));
  const fragment total = total_formula->sql("o", mode == on_null::raises ? std::optional(of) : std::nullopt, sum);
  // coalesce(lines, 0) is not to hide a line that cannot be computed.
  return line_formula && mode == on_null::stays
             ? sql("CASE WHEN {sum} IS NOT NULL THEN {total} END", "sum"_is = sum, "total"_is = total)
             : total;
}

fragment order_totals::differs(const fragment &expected, const fragment &sum) const {
  return lines_total
             ? sql("({total} OR {sum})", "total"_is = total.differs(expected), "sum"_is = lines_total->differs(sum))
             : total.differs(expected);
}

fragment order_totals::wrong_orders(Relation orders, Relation lines) const {
  return sql(R"sql(
    FROM {orders} o
    LEFT JOIN (SELECT {columns}, true AS upkeep_any, {sum} AS upkeep_sum FROM {lines} l GROUP BY {columns}) s
      ON {same_keys}
    CROSS JOIN LATERAL (SELECT CASE WHEN s.upkeep_any THEN s.upkeep_sum ELSE 0 END AS upkeep_sum) n
    CROSS JOIN LATERAL (SELECT {total} AS upkeep_total) t
    WHERE {differs}
  )sql",
             "orders"_is = link.orders_name, "columns"_is = pg::columns_of("l", link.columns),
             "sum"_is = sum(on_null::stays), "lines"_is = link.lines_name,
             "same_keys"_is =
                 pg::equal_keys(orders, "o", link.keys, lines, "s", link.columns, enable_order_totals_name),
             "total"_is = total_of(sql("n.upkeep_sum"), on_null::stays),
             "differs"_is = differs(sql("t.upkeep_total"), sql("n.upkeep_sum")));
}

fragment order_totals::write(Relation orders, Relation lines, Relation from,
                             const std::vector<std::string> &columns) const {
  std::vector<fragment> arrays, names;
  for (const std::string &column : columns) {
    names.push_back(pg::identifier{column});
    arrays.push_back(sql("pg_catalog.unnest(${number})", "number"_is = names.size()));
  }
  // Summed up before the keys are joined: then the planner knows how many orders there are.
  const fragment sums = sql(
      R"sql(
    SELECT k.*, COALESCE(l.upkeep_sum, 0) AS upkeep_sum
    FROM ROWS FROM ({arrays}) AS k({names})
    LEFT JOIN (SELECT {columns}, {sum} AS upkeep_sum FROM {lines} l WHERE {has_key} GROUP BY {columns}) l
      ON {same_keys}
  )sql",
      "arrays"_is = pg::joined(arrays), "names"_is = pg::joined(names),
      "columns"_is = pg::columns_of("l", link.columns), "sum"_is = sum(on_null::raises), "lines"_is = link.lines_name,
      "has_key"_is = pg::match_keys(lines, "l", link.columns, from, columns, enable_order_totals_name).condition,
      "same_keys"_is = pg::equal_keys(lines, "l", link.columns, from, "k", columns, enable_order_totals_name));
  return write_sums(sums, pg::equal_keys(orders, "o", link.keys, from, "s", columns, enable_order_totals_name));
}

fragment order_totals::write_one(Relation orders, Relation lines, Relation from,
                                 const std::vector<std::string> &columns) const {
  return write_sums(sql("SELECT {sum} AS upkeep_sum FROM {lines} l WHERE {has_key}", "sum"_is = sum(on_null::raises),
                        "lines"_is = link.lines_name, "has_key"_is = one_key(lines, "l", link.columns, from, columns)),
                    one_key(orders, "o", link.keys, from, columns));
}

fragment order_totals::write_sums(const fragment &sums, const fragment &condition) const {
  const fragment expected = total_of(sql("s.upkeep_sum"), on_null::raises);
  const fragment sum_is_held = lines_total ? lines_total->holds(sql("s.upkeep_sum")) : fragment("true");
  const fragment held = sql("({total} AND {sum})", "total"_is = total.holds(expected), "sum"_is = sum_is_held);
  const fragment and_sum = lines_total ? sql(", {sum} = CASE WHEN {held} THEN s.upkeep_sum ELSE o.{sum} END",
                                             "sum"_is = pg::identifier{lines_total->name}, "held"_is = held)
                                       : fragment();
  return sql(R"sql(
    WITH written AS (
      UPDATE {orders} o
      SET {total} = CASE WHEN {held} THEN {expected} ELSE o.{total} END {and_sum}
      FROM ({sums}) s
      WHERE {condition} AND {differs}
      RETURNING CASE WHEN NOT {held} THEN {key} END AS upkeep_key,
        CASE WHEN {sum_is_held} THEN {expected} ELSE s.upkeep_sum END AS upkeep_amount, {sum_is_held} AS upkeep_is_total
    )
    SELECT w.upkeep_key, w.upkeep_amount::pg_catalog.text, w.upkeep_is_total
    FROM written w
    WHERE w.upkeep_key IS NOT NULL
    LIMIT 1
  )sql",
             "orders"_is = link.orders_name, "total"_is = pg::identifier{total.name}, "held"_is = held,
             "expected"_is = expected, "and_sum"_is = and_sum, "sums"_is = sums, "condition"_is = condition,
             "differs"_is = differs(expected, sql("s.upkeep_sum")), "key"_is = link.key_text(),
             "sum_is_held"_is = sum_is_held);
}

void require_not_refunded(const column_formula &formula, const std::string &column, Relation table) {
  if (formula.reads(column))
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message = fmt::format("column \"{}\" of table \"{}\", which a formula of the totals reads, is kept by "
                                       "the refunds",
                                       column, pg::table_name(table)),
                .hint = "A total says what was sold, and refunds what was given back of it: leave the column out of "
                        "the formula."};
}

order_totals resolve_totals(const option_list &options, Relation orders, Relation lines) {
  order_totals totals{};
  totals.link = resolve_link(options, orders, lines, enable_order_totals_name);
  totals.total = resolve_total_column(orders, column_option(orders, options, "total_column"));
  std::vector<std::string> kept{totals.total.name};
  if (const AttrNumber number = column_option(orders, options, "lines_column")) {
    totals.lines_total = resolve_total_column(orders, number);
    require_decimals(totals, orders);
    kept.push_back(totals.lines_total->name);
  }
  resolve_sums(totals, options, lines);
  if (const std::string *text = find_option(options, "total_formula"))
    totals.total_formula = resolve_formula(*text, totals.total.scale(), orders, true, kept);
  if (const std::optional<std::string> refunded = refunded_column_of(orders); refunded && totals.total_formula)
    require_not_refunded(*totals.total_formula, *refunded, orders);
  if (const std::string *currency = find_option(options, "currency_column")) {
    pg::require_column(orders, *currency, enable_order_totals_name);
    pg::require_column(lines, *currency, enable_order_totals_name);
    totals.currency = *currency;
  }
  return totals;
}

void total_out_of_range(const order_totals &totals, const std::string &key, const std::string &amount,
                        const total_column &column) {
  const std::string table = pg::table_name(pg::topmost(totals.link.orders));
  const std::string of = &column == &totals.total
                             ? fmt::format("the total of order \"{}\" of \"{}\"", key, table)
                             : fmt::format("the sum of the lines of order \"{}\" of \"{}\"", key, table);
  const bool is_number = amount.find_first_of("Ny") == std::string::npos;
  throw fault{
      .sqlstate = sqlstate::numeric_value_out_of_range,
      .message = is_number
                     ? fmt::format("{} is too large for column \"{}\" of type {}", of, column.name, column.type_name)
                     : fmt::format("{} is {}", of, amount == "NaN" ? "not a number" : "infinite"),
      .detail = is_number ? fmt::format("It is {}.", amount) : "",
      .hint = is_number ? fmt::format("Give \"{}\" a wider type, or correct the lines of the order.", column.name)
                        : "Correct the prices and quantities of its lines."};
}

} // namespace upkeep::orders
