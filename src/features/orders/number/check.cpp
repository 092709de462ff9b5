// What upkeep.check() says of the sequence or the counters behind the numbers of orders.

#include "features/check.hpp"
#include "core/orders/order_number.hpp"
#include "features/catalogue.hpp"
#include "features/orders/number/check.hpp"
#include "features/orders/number/order_counters.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sequence.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

std::optional<std::string> integer_ahead(Oid orders, const order_number_settings &settings,
                                         const sequence_state &sequence, std::int64_t next) {
  const pg::fragment query = pg::sql(
      R"sql(
    SELECT {column}::text
    FROM {orders}
    WHERE {column} >= {next} AND {column} <= {most} AND ({column}::numeric - {next}) % {increment} = 0
    LIMIT 1
  )sql",
      "column"_is = pg::identifier{settings.column}, "orders"_is = pg::table{orders}, "next"_is = next,
      "most"_is = sequence.greatest - sequence.increment, "increment"_is = sequence.increment);
  const pg::rows found = pg::execute(query);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

// A number that the sequence comes to. Those of one width sort as they count, so that an index finds one ahead.
std::optional<std::string> number_ahead(Oid orders, const order_number_column &column,
                                        const order_number_settings &settings, const sequence_state &sequence) {
  const std::int64_t next = sequence.is_called ? sequence.last + sequence.increment : sequence.last;
  if (!column.is_text())
    return integer_ahead(orders, settings, sequence, next);
  const std::string first = format_order_number(settings.prefix, next, settings.digits);
  const std::size_t width = first.size() - settings.prefix.size();
  const pg::identifier name{settings.column};
  const pg::fragment query = pg::sql(
      R"sql(
    SELECT {column}::text
    FROM {orders}
    WHERE {column} >= $1 AND {column} <= $2 AND starts_with({column}::text, $3)
      AND CASE WHEN {digits} ~ $4
               THEN {digits}::numeric <= {most} AND ({digits}::numeric - {next}) % {increment} = 0 END
    LIMIT 1
  )sql",
      "column"_is = name, "orders"_is = pg::table{orders},
      "digits"_is = pg::sql("substr({column}::text, length($3) + 1)", "column"_is = name),
      "most"_is = sequence.greatest - sequence.increment, "next"_is = next, "increment"_is = sequence.increment);
  const pg::parameter parameters[] = {
      pg::parameter::text(first), pg::parameter::text(settings.prefix + std::string(width, '9')),
      pg::parameter::text(settings.prefix), pg::parameter::text(fmt::format("^[0-9]{{{}}}$", width))};
  const pg::rows found = pg::execute(query, parameters);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

void check_sequence(Oid orders, const order_number_column &column, const order_number_settings &settings,
                    finding_list &into) {
  const std::optional<Oid> sequence = pg::find_sibling(settings.sequence, orders);
  if (!sequence)
    return;
  const sequence_state state = call([&] { return pg::read_sequence(*sequence); });
  // A sequence that counts down never meets what lies ahead of it in another order.
  if (state.increment < 0 || state.last < 0 || state.last > state.greatest - state.increment)
    return;
  std::optional<std::string> ahead;
  as_owner_if_allowed(pg::owner_of(orders), [&] { ahead = number_ahead(orders, column, settings, state); });
  if (ahead)
    into.add(
        orders, order_number_feature,
        fmt::format("sequence {} is behind number \"{}\", which it will give again", pg::qualified(*sequence), *ahead),
        fmt::format("Call upkeep.enable_order_number for {} again: it moves the sequence past what is there.",
                    pg::qualified(orders)));
}

// A counter that has not begun will begin behind what is there.
void check_counters(Oid orders, const order_number_column &column, const order_number_settings &settings,
                    const tenant_of_order &tenant, finding_list &into) {
  counted_tenants greatest;
  as_owner_if_allowed(pg::owner_of(orders), [&] { greatest = all_greatest_counted(orders, column, settings, tenant); });
  if (const auto late = find_late_counter(orders, greatest))
    into.add(orders, order_number_feature,
             fmt::format("the counter {} of table {} is behind number {}, which it will give again", late->tenant,
                         pg::qualified(orders), late->number),
             fmt::format("Call upkeep.enable_order_number for {} again: it moves the counters past what is there.",
                         pg::qualified(orders)));
}

} // namespace

void check_numbers(Oid orders, const option_list &options, finding_list &into) {
  const order_number_settings settings = read_order_number(options);
  if (!pg::may_read(orders) || !is_all_here(orders))
    return;
  order_number_column column{};
  tenant_of_order tenant;
  pg::with_relation(orders, [&](Relation relation) {
    column = require_number_column(relation, settings);
    tenant = require_tenant(relation, settings);
  });
  if (settings.is_counted())
    check_counters(orders, column, settings, tenant, into);
  else
    check_sequence(orders, column, settings, into);
}

} // namespace upkeep::orders
