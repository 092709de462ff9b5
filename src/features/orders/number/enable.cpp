// upkeep.enable_order_number and disable_order_number: the trigger and its sequence, or its counters.
#include "core/orders/order_number.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/number/order_counters.hpp"
#include "features/orders/number/unique_numbers.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/sequence.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

struct number_request {
  trigger_arguments arguments; // all but the sequence
  order_number_settings settings;
};

number_request read_request(const pg::arguments &given) {
  trigger_arguments arguments(order_number_feature, given);
  const option_list options = arguments.options();
  return {std::move(arguments), read_order_number(options)};
}

void require_width(Relation orders, const order_number_column &column, const order_number_settings &settings) {
  const std::string number = format_order_number(settings.prefix, 0, settings.digits);
  const int length = static_cast<int>(number.size());
  if (column.max_characters &&
      call([&] { return pg_mbstrlen_with_len(number.c_str(), length); }) > column.max_characters)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("column \"{}\" of table \"{}\" is {}, too short for numbers like {}",
                                       settings.column, pg::table_name(orders), type_of(orders, column.number), number),
                .hint = "Make the column longer, or take fewer digits or a shorter prefix."};
}

bool is_sequence(Oid relation) {
  return call([=] { return get_rel_relkind(relation); }) == RELKIND_SEQUENCE;
}

// The sequence that the table's trigger draws from, or one that belongs to the column.
std::optional<Oid> find_sequence(Oid orders, const std::string &column) {
  std::optional<Oid> sequence;
  pg::with_relation(orders, [&](Relation relation) {
    if (const Trigger *own = trigger_of(relation, order_number_feature)) {
      const order_number_settings settings = read_order_number(pg::trigger_options(*own, order_number_feature));
      if (settings.column == column && !settings.sequence.empty())
        sequence = pg::find_sibling(settings.sequence, orders);
    }
  });
  if (sequence && is_sequence(*sequence))
    return sequence;
  const pg::parameter parameters[] = {pg::parameter::text(pg::qualified(orders)), pg::parameter::text(column)};
  const Oid owned = pg::execute("SELECT pg_get_serial_sequence($1, $2)::regclass", parameters).oid(0, 1);
  return OidIsValid(owned) ? std::optional(owned) : std::nullopt;
}

Oid make_sequence(Oid orders, const std::string &column) {
  const Oid schema = call([=] { return get_rel_namespace(orders); });
  const std::string table = pg::table_name(orders);
  const pg::fragment name =
      sql("{schema}.{name}", "schema"_is = pg::identifier{pg::string_from([=] { return get_namespace_name(schema); })},
          "name"_is = pg::identifier{pg::string_from(
              [&] { return ChooseRelationName(table.c_str(), column.c_str(), "seq", schema, false); })});
  pg::execute(sql("CREATE SEQUENCE {name}", "name"_is = name));
  // A column can own what belongs to the owner of its table only.
  const Oid owner = pg::owner_of(orders);
  if (owner != GetUserId())
    pg::execute(sql("ALTER SEQUENCE {name} OWNER TO {owner}", "name"_is = name,
                    "owner"_is = pg::identifier{pg::string_from([=] { return GetUserNameFromId(owner, false); })}));
  pg::execute(sql("ALTER SEQUENCE {name} OWNED BY {orders}.{column}", "name"_is = name, "orders"_is = pg::table{orders},
                  "column"_is = pg::identifier{column}));
  return *pg::find_sibling(name, orders);
}

// Runs `body` as the table's owner, whose table is locked against other writers.
template <class F> void as_owner(Oid orders, F &&body) {
  pg::as_user(pg::owner_of(orders), SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, body);
}

// Of the numbers that are there, only those count that the sequence can go on from.
void skip_numbers(Oid orders, Oid sequence, const order_number_column &column, const order_number_settings &settings) {
  const sequence_state state = call([=] { return pg::read_sequence(sequence); });
  const std::int64_t most = state.greatest - std::max<std::int64_t>(state.increment, 0);
  as_owner(orders, [&] {
    if (const auto number = greatest_number(orders, column, settings, most))
      call([&] { pg::move_beyond(sequence, *number); });
  });
}

// Citus takes a sequence to its nodes with the table that it belongs to, and then only.
void require_place_for_sequence(Oid orders) {
  if (pg::has_shards(orders))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("cannot make a sequence for distributed table \"{}\"", pg::table_name(orders)),
                .detail = "The other nodes would not have it.",
                .hint = "Call upkeep.enable_order_number before create_distributed_table, or between "
                        "undistribute_table and create_distributed_table."};
}

void set_sequence(Oid orders, number_request &request, const order_number_column &column) {
  // Rows of an inheritance child draw from the same sequence.
  for (const Oid child : pg::inheritance_children(orders))
    pg::require_role_of(pg::owner_of(child), orders, pg::owner_of(orders));
  const std::optional<Oid> found = find_sequence(orders, request.settings.column);
  if (!found)
    require_place_for_sequence(orders);
  const Oid sequence = found ? *found : make_sequence(orders, request.settings.column);
  skip_numbers(orders, sequence, column, request.settings);
  request.arguments.set("sequence", sequence);
}

// A counter that is ahead of the numbers stays.
void set_counters(Oid orders, const number_request &request, const order_number_column &column,
                  const tenant_of_order &tenant) {
  require_counters_in_shards(orders, request.settings);
  if (pg::has_shards(orders))
    return;
  counted_tenants greatest;
  const Oid counted_for = counter_table(orders);
  as_owner(counted_for, [&] { greatest = all_greatest_counted(counted_for, column, request.settings, tenant); });
  move_counters(counted_for, greatest);
}

void enable(Oid orders, number_request request) {
  pg::require_own_table(orders, "enable order_number");
  const order_number_settings &settings = request.settings;
  order_number_column column{};
  tenant_of_order tenant;
  pg::with_relation(orders, [&](Relation relation) {
    require_no_clone(relation, order_number_feature);
    column = require_number_column(relation, settings);
    require_width(relation, column, settings);
    if (settings.tenant)
      pg::require_column(relation, *settings.tenant, "enable_order_number");
    tenant = require_tenant(relation, settings);
  });
  require_unique_numbers(orders, settings);
  if (settings.is_counted())
    set_counters(orders, request, column, tenant);
  else
    set_sequence(orders, request, column);
  create_row_trigger(orders, order_number_trigger, "BEFORE INSERT OR UPDATE", order_number_feature,
                     request.arguments.list());
}

void disable(Oid orders) {
  pg::require_own_table(orders, "disable order_number");
  if (!drop_triggers_of_tree(orders, order_number_feature))
    call([=] { ereport(NOTICE, errmsg("order_number is not enabled on \"%s\"", get_rel_name(orders))); });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

namespace {

Datum enable_numbers(FunctionCallInfo fcinfo) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = target_argument(given, order_number_feature);
    const number_request request = read_request(given);
    enabling(fcinfo, order_number_feature, [&] { enable(orders, request); });
    return Datum(0);
  });
}

} // namespace

// upkeep.enable_order_number(orders, column_name, prefix, digits, tenant_column, per_tenant, gapless): replaces the
// options where it is enabled already, and goes on with the sequence or the counters that are there. Errors: 22004,
// 22023, 42501, 42703, 42710, 42804, 42809, 428C9, 55000.
UPKEEP_FUNCTION(upkeep_enable_order_number_counting) { return enable_numbers(fcinfo); }

// The same without per_tenant and gapless, as the SQL of 0.3.0 to 0.8.0 declares it.
UPKEEP_FUNCTION(upkeep_enable_order_number) { return enable_numbers(fcinfo); }

// upkeep.disable_order_number(orders): the sequence stays, and so do counters. A NOTICE where there is no trigger.
// Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_number) {
  return pg::entry([=] {
    const Oid orders = target_argument(pg::arguments(fcinfo), order_number_feature);
    pg::with_spi([&] { disable(orders); });
    return Datum(0);
  });
}
