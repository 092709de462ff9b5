#include "features/orders/snapshots/returns/return_columns.hpp"

#include "features/catalogue.hpp"
#include "features/orders/order_link.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/column_info.hpp"
#include "postgres/sql/key_equality.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

// Without those that it only includes; none if it is deferrable, for then it may be there twice.
std::vector<std::string> primary_key(Relation lines) {
  const pg::parameter parameters[] = {pg::parameter::oid(RelationGetRelid(lines))};
  std::vector<std::string> columns;
  pg::with_spi([&] {
    const pg::rows found = pg::execute(pg::sql(R"sql(
      SELECT a.attname
      FROM pg_catalog.pg_index i
      CROSS JOIN LATERAL pg_catalog.generate_series(0, i.indnkeyatts [-] 1) k(number)
      JOIN pg_catalog.pg_attribute a ON a.attrelid [=] i.indrelid AND a.attnum [=] i.indkey[k.number]
      WHERE i.indrelid [=] $1 AND i.indisprimary AND i.indimmediate
      ORDER BY k.number
    )sql"),
                                       parameters);
    for (std::uint64_t row = 0; row < found.count(); ++row)
      columns.push_back(found.text(row, 1).value());
  });
  return columns;
}

std::optional<std::string> key_beside(const std::optional<std::string> &tenant, Relation lines) {
  std::vector<std::string> columns = primary_key(lines);
  if (tenant)
    std::erase(columns, *tenant);
  return columns.size() == 1 ? std::optional(columns.front()) : std::nullopt;
}

pg::column_info info_of(Relation lines, const std::string &column) {
  return {lines, pg::find_column(RelationGetDescr(lines), column)};
}

void require_comparable_key(const return_columns &columns, Relation lines) {
  const pg::column_info key = info_of(lines, *columns.key), returns = info_of(lines, columns.returns);
  if (!pg::have_common_equality(key.type, returns.type))
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("columns \"{}\" and \"{}\" of table \"{}\" have types {} and {}, which cannot "
                                       "be compared as keys",
                                       key.name, returns.name, key.table, key.type_name(), returns.type_name()),
                .hint = "Give both columns the same type."};
}

} // namespace

std::vector<std::string> return_columns::naming() const { return with_tenant(tenant, returns); }

std::vector<std::string> return_columns::found_by() const { return with_tenant(tenant, key.value()); }

std::optional<return_columns> resolve_returns(const option_list &options, Relation lines) {
  const auto returns = column_name_option(lines, options, "returns_column");
  if (!returns)
    return std::nullopt;
  return_columns columns{*returns, column_name_option(lines, options, "quantity_column").value(), std::nullopt,
                         column_name_option(lines, options, "tenant_column"),
                         column_name_option(lines, options, "order_column")};
  info_of(lines, columns.quantity)
      .require_number("Quantities are numeric, bigint, integer or smallint, or a domain over one of them.");
  columns.key = key_beside(columns.tenant, lines);
  if (columns.key)
    require_comparable_key(columns, lines);
  return columns;
}

std::optional<return_columns> returns_of(Relation lines) {
  const Trigger *trigger = trigger_of(lines, order_snapshots_feature);
  return trigger ? resolve_returns(pg::trigger_options(*trigger, order_snapshots_feature), lines) : std::nullopt;
}

void require_key(const return_columns &columns, Relation lines) {
  if (columns.key)
    return;
  const std::string table = pg::qualified(pg::logical_table(RelationGetRelid(lines)));
  throw fault{.sqlstate = sqlstate::invalid_column_reference,
              .message = fmt::format("table \"{}\" has no primary key of one column{}", pg::table_name(lines),
                                     columns.tenant ? fmt::format(" beside \"{}\"", *columns.tenant) : ""),
              .detail = fmt::format("Column \"{}\" must say which line is returned.", columns.returns),
              .hint = fmt::format("Give the lines such a key, which is not deferrable: ALTER TABLE {} ADD PRIMARY KEY "
                                  "({}...);",
                                  table, columns.tenant ? pg::quoted(*columns.tenant) + ", " : "")};
}

} // namespace upkeep::orders
