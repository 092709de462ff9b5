// What lines should have taken, against what they have: products are locked, checked, changed, and it is remembered.
#include "features/orders/stock/settle/settle.hpp"

#include "features/orders/stock/settle/line_memory.hpp"
#include "features/orders/stock/settle/product_needs.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/query.hpp"

#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *order_less = "Order at most what is available, or wait until there is more.";

// A line that was found twice has two orders, or products, with its key.
void require_each_once(const stock_tables &tables, const std::vector<stock_amount> &wanted) {
  std::unordered_set<std::string_view> seen;
  for (const stock_amount &each : wanted)
    if (!seen.insert(each.line).second)
      several_with_one_key(tables.orders.value_or(tables.products), tables.orders ? "order" : "product");
}

// Without the lines whose products have not been locked.
void limit(std::vector<stock_amount> &wanted, const product_needs &needs) {
  std::erase_if(wanted, [&](const stock_amount &each) { return !needs.has(each.product); });
}

// Nothing is taken for a released order, also where refunds keep pieces that went back before.
void limit(settled_lines &lines, const std::vector<stock_amount> &before) {
  if (lines.limited.empty())
    return;
  const std::unordered_set<std::string_view> limited(lines.limited.begin(), lines.limited.end());
  std::unordered_map<std::string_view, const stock_amount *> taken;
  for (const stock_amount &each : before)
    taken.emplace(each.line, &each);
  std::erase_if(lines.wanted, [&](stock_amount &each) {
    if (!limited.contains(each.line))
      return false;
    const auto found = taken.find(each.line);
    if (found == taken.end() || found->second->product != each.product)
      return true;
    each.quantity = call([&] { return DirectFunctionCall2(numeric_smaller, each.quantity, found->second->quantity); });
    return false;
  });
}

// What a line i should have taken; where it has a column for that, no more than it says if its order is released. A
// line that gave back what another had sold gave it for nothing then.
fragment wanted(const stock_tables &tables, const fragment &is_released) {
  const fragment kept = tables.wanted_if_released();
  return sql("CASE WHEN {is_released} THEN {kept} ELSE {wanted} END", "is_released"_is = is_released,
             "kept"_is = tables.taken ? sql("GREATEST(LEAST({kept}, COALESCE(i.{taken}::pg_catalog.numeric, 0)), 0)",
                                            "kept"_is = kept, "taken"_is = *tables.taken)
                                      : kept,
             "wanted"_is = tables.wanted());
}

// In the column of the lines themselves; the change counts for none of our triggers.
void write_taken(const stock_tables &tables, const settled_lines &lines) {
  std::unordered_map<std::string_view, Datum> taken;
  for (const stock_amount &each : lines.wanted)
    taken.emplace(each.line, each.quantity);
  const Datum nothing = call([] { return NumericGetDatum(int64_to_numeric(0)); });
  std::vector<Datum> quantities;
  for (const std::string &line : lines.lines) {
    const auto found = taken.find(line);
    quantities.push_back(found == taken.end() ? nothing : found->second);
  }
  const pg::parameter parameters[] = {texts_array(lines.lines), array_of(quantities, NUMERICOID)};
  const pg::marked_statement marked(pg::own_statement::quiet);
  execute_latest(tables, "write taken", parameters, [&] {
    return sql(R"sql(
      UPDATE {lines} i
      SET {taken} = k.quantity
      FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) k(line, quantity)
      WHERE {has_key} AND (i.{taken} IS NULL OR i.{taken}::pg_catalog.numeric [<>] k.quantity)
    )sql",
               "lines"_is = tables.lines_rows, "taken"_is = *tables.taken,
               "has_key"_is = tables.line.equals("i", "k.line"));
  });
}

} // namespace

settled_lines lines_to_settle(const stock_tables &tables, const std::string &name,
                              std::span<const pg::parameter> parameters, const std::function<fragment()> &rows,
                              const std::string &key, bool keeps) {
  const pg::rows found = execute_latest(tables, name, parameters, [&] {
    const fragment is_released = tables.orders ? tables.is_released("o") : sql("false");
    const fragment kept = sql("{has_no_product} AND NOT {is_released}",
                              "has_no_product"_is = tables.has_no_product("i"), "is_released"_is = is_released);
    const fragment and_its_order = tables.orders
                                       ? sql("LEFT JOIN LATERAL ({order}) o ON true",
                                             "order"_is = looked_up(tables.orders_rows, "o", tables.order_of_line))
                                       : fragment();
    return sql(R"sql(
      SELECT pg_catalog.array_agg(s.line), pg_catalog.array_agg(s.line) FILTER (WHERE s.counts),
        pg_catalog.array_agg(s.product) FILTER (WHERE s.counts),
        pg_catalog.array_agg(s.quantity) FILTER (WHERE s.counts),
        pg_catalog.array_agg(s.line) FILTER (WHERE s.counts AND s.is_released)
      FROM (SELECT u.*, u.product IS NOT NULL AND u.quantity [<>] 0 AS counts
            FROM (SELECT {line} AS line, {wanted} AS quantity, {is_released} AS is_released,
                    CASE WHEN p.{stock} IS NOT NULL THEN {product} END AS product
                  FROM {rows}
                  LEFT JOIN LATERAL ({product_of_line}) p ON true
                  {and_its_order}
                  WHERE {keeps_none} OR ({kept}) IS NOT TRUE OR i.{id} IS NULL
                  OFFSET 0) u
            OFFSET 0) s
    )sql",
               "line"_is = tables.line.of(key), "wanted"_is = wanted(tables, is_released),
               "is_released"_is = is_released, "stock"_is = tables.stock, "product"_is = tables.product.of("p"),
               "rows"_is = rows(), "product_of_line"_is = looked_up(tables.products_rows, "p", tables.product_of_line),
               "and_its_order"_is = and_its_order, "kept"_is = kept,
               "keeps_none"_is = fragment(keeps ? "false" : "true"),
               "id"_is = pg::identifier{tables.line_columns.front()});
  });
  return {texts_in(array_in(found, 1, TEXTOID)),
          amounts_in({array_in(found, 2, TEXTOID), array_in(found, 3, TEXTOID), array_in(found, 4, NUMERICOID)}),
          texts_in(array_in(found, 5, TEXTOID))};
}

void settle_stock(const stock_tables &tables, settled_lines lines, bool may_be_short) {
  const line_memory memory(tables, lines.lines);
  const std::vector<stock_amount> before = memory.taken();
  limit(lines, before);
  product_needs needs(tables, lines.wanted, before);
  require_each_once(tables, lines.wanted);
  limit(lines.wanted, needs);
  needs.add(lines.wanted, true);
  needs.add(before, false);
  if (!may_be_short)
    needs.require_stock(order_less);
  // Code that runs when the stock changes may itself change lines: it finds what these have taken.
  memory.write(lines.wanted);
  needs.change_stock();
}

void settle_taken(const stock_tables &tables, settled_lines lines, const std::vector<stock_amount> &before, bool gone,
                  bool may_be_short) {
  product_needs needs(tables, lines.wanted, before);
  require_each_once(tables, lines.wanted);
  limit(lines.wanted, needs);
  needs.add(lines.wanted, true);
  needs.add(before, false);
  if (!may_be_short)
    needs.require_stock(order_less);
  needs.change_stock();
  if (!gone)
    write_taken(tables, lines);
}

void take_stock(const stock_tables &tables, const std::vector<stock_amount> &wanted, const char *hint) {
  product_needs needs(tables, wanted, {});
  needs.add(wanted, true);
  needs.require_stock(hint);
  needs.change_stock();
}

} // namespace upkeep::orders
