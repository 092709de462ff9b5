#include "features/orders/refunds/refunded_pieces.hpp"

#include "features/catalogue.hpp"
#include "features/orders/order_link.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/sql/sql.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

constexpr const char *enable_name = "enable_order_refunds";

fragment column_of_refunds(Relation refunds, const std::string &name) {
  pg::require_column(refunds, name, enable_name);
  return sql("r.{column}", "column"_is = pg::identifier{name});
}

} // namespace

refunded_pieces::refunded_pieces(const option_list &options, Relation refunds, Relation lines, const std::string &line)
    : table(RelationGetRelid(refunds)), quantity(column_of_refunds(refunds, text_option(options, "quantity_column"))) {
  if (const std::string *column = find_option(options, "restock_column"))
    restock = column_of_refunds(refunds, *column);
  const std::string *given = find_option(options, "tenant_column");
  const std::optional<std::string> tenant = given ? std::optional(*given) : std::nullopt;
  has_line = pg::equal_keys(refunds, "r", with_tenant(tenant, text_option(options, "line_column")), lines, line,
                            with_tenant(tenant, text_option(options, "line_key")), enable_name);
}

fragment refunded_pieces::sum(const fragment &condition) const {
  return sql(R"sql(
    COALESCE((SELECT pg_catalog.sum({quantity}::pg_catalog.numeric) FROM {refunds} r
              WHERE {has_line} {condition} {but}), 0)
  )sql",
             "quantity"_is = quantity, "refunds"_is = pg::table{table}, "has_line"_is = has_line,
             "condition"_is = condition, "but"_is = but);
}

fragment refunded_pieces::restocked() const {
  return restock ? sum(sql("AND {restock}", "restock"_is = *restock)) : sql("0::pg_catalog.numeric");
}

fragment refunded_pieces::kept() const {
  return restock ? sum(sql("AND NOT {restock}", "restock"_is = *restock)) : sql("0::pg_catalog.numeric");
}

refunded_pieces refunded_pieces::without(const std::vector<Oid> &tables) const {
  std::vector<fragment> list;
  for (const Oid each : tables)
    list.push_back(fragment(std::to_string(each)));
  refunded_pieces others = *this;
  others.but = sql("AND r.tableoid [<>] ALL (ARRAY[{tables}]::pg_catalog.oid[])", "tables"_is = pg::joined(list));
  return others;
}

std::optional<refunded_pieces> refunded_pieces_of(Relation lines, const std::string &line) {
  const Trigger *trigger = trigger_of(lines, order_refunds_feature);
  if (!trigger)
    return std::nullopt;
  const option_list options = pg::trigger_options(*trigger, order_refunds_feature);
  const Oid refunds = other_table(options, "refunds", lines, AccessShareLock);
  std::optional<refunded_pieces> pieces;
  pg::with_relation(refunds, [&](Relation relation) { pieces.emplace(options, relation, lines, line); });
  return pieces;
}

} // namespace upkeep::orders
