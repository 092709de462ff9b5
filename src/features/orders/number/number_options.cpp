// What the options of order_number mean, for enabling, the trigger and check().
#include "core/orders/order_number.hpp"
#include "features/catalogue.hpp"
#include "features/orders/number/order_number_column.hpp"
#include "features/orders/number/tenant_of_order.hpp"
#include "features/orders/stock/settle/key_text.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/column_info.hpp"

#include <charconv>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const char *enable_name = "enable_order_number";

int read_digits(const std::string &digits) {
  int count = 0;
  const char *end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, count);
  if (read.ec != std::errc{} || read.ptr != end || count < 1 || count > max_order_digits)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid digits of an order number: \"{}\"", digits),
                .hint = fmt::format("Give a number from 1 to {}.", max_order_digits)};
  return count;
}

bool is_loose(Oid collation) {
  return OidIsValid(collation) && !call([=] { return get_collation_isdeterministic(collation); });
}

} // namespace

order_number_settings read_order_number(const option_list &options) {
  const std::string *tenant = find_option(options, "tenant_column");
  order_number_settings settings{text_option(options, "column"),
                                 text_option(options, "prefix"),
                                 read_digits(text_option(options, "digits")),
                                 text_option(options, "sequence"),
                                 tenant ? std::optional(*tenant) : std::nullopt,
                                 choice_option(options, "per_tenant") == 1,
                                 choice_option(options, "gapless") == 1};
  if (settings.per_tenant && !settings.tenant)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = "per_tenant needs a tenant_column",
                .hint = "Pass the column of the orders that names the tenant: tenant_column => 'shop_id'."};
  return settings;
}

order_number_column require_number_column(Relation orders, const order_number_settings &settings) {
  const pg::column_info column(orders, pg::require_column(orders, settings.column, enable_name));
  const bool is_integer = column.type == INT4OID || column.type == INT8OID;
  if (is_integer && !settings.prefix.empty())
    column.refuse_type("cannot hold an order number with a prefix", "Pass prefix => '', or use text or varchar.");
  if (!is_integer && column.type != TEXTOID && column.type != VARCHAROID)
    column.refuse_type("cannot hold an order number",
                       "Use text or varchar, or integer or bigint with prefix => '', or a domain over one of them.");
  if (is_integer)
    column.require_writable("An order number needs a column that can be written.");
  else
    column.require_not_generated("An order number needs a column that can be written.");
  const bool is_limited = column.type == VARCHAROID && column.modifier > VARHDRSZ;
  return {column.number, column.type, is_limited ? column.modifier - VARHDRSZ : 0, column.domain};
}

tenant_of_order require_tenant(Relation orders, const order_number_settings &settings) {
  if (!settings.per_tenant)
    return {};
  const pg::column_info column(orders, pg::require_column(orders, *settings.tenant, enable_name));
  if (!has_key_text(column.type) || is_loose(column.collation))
    column.refuse_type("cannot name a counter of order numbers",
                       "Use an integer, a uuid, or a text of a deterministic collation.");
  return {column.number, column.type};
}

void require_counters_in_shards(Oid orders, const order_number_settings &settings) {
  const Oid table = pg::logical_table(orders);
  const std::optional<std::string> column = pg::distribution_column(table);
  if (column && (!settings.per_tenant || settings.tenant != column))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("numbers without gaps cannot be counted over the shards of \"{}\"",
                                       pg::table_name(table)),
                .hint = fmt::format("Count them for each tenant: tenant_column => {}, per_tenant => true.",
                                    pg::literals({*column}))};
}

Oid counter_table(Oid orders) {
  const std::vector<Oid> parents = pg::ancestors(orders);
  for (auto each = parents.rbegin(); each != parents.rend(); ++each) {
    bool is_numbered = false;
    call([&] { LockRelationOid(*each, AccessShareLock); });
    pg::with_relation(*each, [&](Relation table) { is_numbered = trigger_of(table, order_number_feature) != nullptr; });
    if (is_numbered)
      return *each;
  }
  return orders;
}

std::string tenant_of_order::text_of(Datum tenant, bool is_null) const {
  if (column == InvalidAttrNumber)
    return "[]";
  return is_null ? "[null]" : key_text({type}).of({{tenant}});
}

} // namespace upkeep::orders
