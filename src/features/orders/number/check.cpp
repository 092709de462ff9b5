// What upkeep.check() says of the sequence behind the numbers of orders.

#include "features/check.hpp"
#include "core/orders/order_number.hpp"
#include "features/catalogue.hpp"
#include "features/orders/number/order_number_settings.hpp"
#include "features/trigger_options.hpp"
#include "postgres/sequence.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// A number that the sequence comes to. Those of one width sort as they count, so that an index finds one ahead.
std::optional<std::string> number_ahead(Oid orders, const order_number_settings &settings,
                                        const sequence_state &sequence) {
  const std::int64_t next = sequence.is_called ? sequence.last + sequence.increment : sequence.last;
  const std::string first = format_order_number(settings.prefix, next, settings.digits);
  const std::size_t width = first.size() - settings.prefix.size();
  const pg::identifier column{settings.column};
  const pg::fragment query = pg::sql(
      R"sql(
    SELECT {column}::text
    FROM {orders}
    WHERE {column} >= $1 AND {column} <= $2 AND starts_with({column}::text, $3)
      AND CASE WHEN {digits} ~ $4
               THEN {digits}::numeric <= {most} AND ({digits}::numeric - {next}) % {increment} = 0 END
    LIMIT 1
  )sql",
      "column"_is = column, "orders"_is = pg::table{orders},
      "digits"_is = pg::sql("substr({column}::text, length($3) + 1)", "column"_is = column),
      "most"_is = sequence.greatest - sequence.increment, "next"_is = next, "increment"_is = sequence.increment);
  const pg::parameter parameters[] = {
      pg::parameter::text(first), pg::parameter::text(settings.prefix + std::string(width, '9')),
      pg::parameter::text(settings.prefix), pg::parameter::text(fmt::format("^[0-9]{{{}}}$", width))};
  const pg::rows found = pg::execute(query, parameters);
  return found.count() ? found.text(0, 1) : std::nullopt;
}

} // namespace

void check_number_sequence(Oid orders, const option_list &options, finding_list &into) {
  const order_number_settings settings = read_order_number(options);
  const std::optional<Oid> sequence = pg::find_sibling(settings.sequence, orders);
  if (!sequence || !pg::may_read(orders) || !is_all_here(orders))
    return;
  const sequence_state state = call([&] { return pg::read_sequence(*sequence); });
  // A sequence that counts down never meets what lies ahead of it in another order.
  if (state.increment < 0 || state.last < 0 || state.last > state.greatest - state.increment)
    return;
  std::optional<std::string> ahead;
  as_owner_if_allowed(pg::owner_of(orders), [&] { ahead = number_ahead(orders, settings, state); });
  if (ahead)
    into.add(
        orders, order_number_feature,
        fmt::format("sequence {} is behind number \"{}\", which it will give again", pg::qualified(*sequence), *ahead),
        fmt::format("Call upkeep.enable_order_number for {} again: it moves the sequence past what is there.",
                    pg::qualified(orders)));
}

} // namespace upkeep::orders
