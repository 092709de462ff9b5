// upkeep.enable_order_number and disable_order_number: the trigger and its sequence.
#include "core/orders/order_number.hpp"
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/number/order_number_column.hpp"
#include "features/orders/number/order_number_settings.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
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
  std::optional<std::string> tenant;
};

number_request read_request(const pg::arguments &given) {
  trigger_arguments arguments(order_number_feature, given);
  const option_list options = arguments.options();
  const std::string *tenant = find_option(options, "tenant_column");
  return {std::move(arguments), read_order_number(options), tenant ? std::optional(*tenant) : std::nullopt};
}

void require_width(Relation orders, const order_number_column &column, const number_request &request) {
  const std::string number = format_order_number(request.settings.prefix, 0, request.settings.digits);
  const int length = static_cast<int>(number.size());
  if (column.max_characters &&
      call([&] { return pg_mbstrlen_with_len(number.c_str(), length); }) > column.max_characters)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("column \"{}\" of table \"{}\" is {}, too short for numbers like {}",
                                       request.settings.column, RelationGetRelationName(orders),
                                       type_of(orders, column.number), number),
                .hint = "Make the column longer, or take fewer digits or a shorter prefix."};
}

// Columns that a unique index must have beside the number: those that partitions are chosen by.
std::vector<std::string> partition_columns(Oid orders) {
  const pg::parameter parameters[] = {pg::parameter::oid(orders)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT DISTINCT a.attname
    FROM pg_partition_tree($1) t
    JOIN pg_partitioned_table p ON p.partrelid = t.relid
    JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = ANY (p.partattrs::int2[]) AND a.attnum > 0
    ORDER BY 1
  )sql"),
                                     parameters);
  std::vector<std::string> columns;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    columns.push_back(found.text(row, 1).value());
  return columns;
}

// The column that makes the number unique where it is not so alone, or "".
std::string column_beside(Oid orders, const std::string &number) {
  const pg::parameter parameters[] = {pg::parameter::oid(orders), pg::parameter::text(number)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT o.attname
    FROM pg_index i
    JOIN pg_attribute n ON n.attrelid = i.indrelid AND n.attname = $2::name
      AND n.attnum = ANY ((i.indkey::int2[])[0:1])
    JOIN pg_attribute o ON o.attrelid = i.indrelid AND o.attnum = ANY ((i.indkey::int2[])[0:1])
      AND o.attnum <> n.attnum
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
      AND i.indexprs IS NULL AND i.indnkeyatts = 2
    LIMIT 1
  )sql"),
                                     parameters);
  return found.count() ? found.text(0, 1).value() : "";
}

void require_unique_index(Oid orders, const number_request &request) {
  std::vector<std::string> columns = partition_columns(orders);
  if (request.tenant)
    columns.insert(columns.begin(), *request.tenant);
  std::erase(columns, request.settings.column);
  columns.push_back(request.settings.column);
  const pg::parameter parameters[] = {pg::parameter::oid(orders), pg::parameter::text(request.settings.column)};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT FROM pg_index i
    WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
      AND i.indexprs IS NULL
      AND (SELECT bool_or(a.attname::text = $2) AND bool_and(a.attname::text = ANY (ARRAY[{columns}]))
           FROM pg_attribute a
           WHERE a.attrelid = i.indrelid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
  )sql",
                                         "columns"_is = pg::fragment(pg::literals(columns))),
                                     parameters);
  if (found.count() == 0) {
    std::vector<std::string> names;
    for (const std::string &column : columns)
      names.push_back(pg::quoted(column));
    const std::string create =
        fmt::format("CREATE UNIQUE INDEX ON {} ({});", pg::qualified(orders), joined(names, ", "));
    const std::string other = request.tenant ? "" : column_beside(orders, request.settings.column);
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("column \"{}\" of table \"{}\" has no unique index", request.settings.column,
                                       pg::table_name(orders)),
                .hint =
                    other.empty()
                        ? create
                        : fmt::format("If each \"{0}\" has numbers of its own, pass tenant_column => '{0}'; else {1}",
                                      other, create)};
  }
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

// The greatest number that is there, of those that the sequence can go on from. The table is locked against other
// writers.
std::optional<std::int64_t> greatest_number(Oid orders, Oid sequence, const order_number_settings &settings) {
  const sequence_state state = call([=] { return pg::read_sequence(sequence); });
  // The table's columns are only compared as text: no code of its owner runs.
  const pg::identifier column{settings.column};
  const pg::fragment greatest = sql(R"sql(
    SELECT max(CASE WHEN {digits} ~ '^[0-9]{1,19}$' AND {digits}::numeric <= {most} THEN {digits}::bigint END)
    FROM {orders}
    WHERE starts_with({column}::text, $1)
  )sql",
                                    "digits"_is = sql("substr({column}::text, length($1) + 1)", "column"_is = column),
                                    "most"_is = state.greatest - std::max<std::int64_t>(state.increment, 0),
                                    "orders"_is = pg::table{orders}, "column"_is = column);
  const pg::parameter parameters[] = {pg::parameter::text(settings.prefix)};
  bool is_null = false;
  const Datum number = pg::execute(greatest, parameters).value(0, 1, is_null);
  return is_null ? std::nullopt : std::optional(DatumGetInt64(number));
}

void skip_numbers(Oid orders, Oid sequence, const order_number_settings &settings) {
  pg::as_user(pg::owner_of(orders), SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
    if (const auto number = greatest_number(orders, sequence, settings))
      call([&] { pg::move_beyond(sequence, *number); });
  });
}

void enable(Oid orders, number_request request) {
  pg::require_own_table(orders, "enable order_number");
  const order_number_settings &settings = request.settings;
  pg::with_relation(orders, [&](Relation relation) {
    require_no_clone(relation, order_number_feature);
    const order_number_column column = require_number_column(relation, settings.column);
    require_width(relation, column, request);
    if (request.tenant)
      pg::require_column(relation, *request.tenant, "enable_order_number");
  });
  require_unique_index(orders, request);
  // Rows of an inheritance child draw from the same sequence.
  for (const Oid child : pg::inheritance_children(orders))
    pg::require_role_of(pg::owner_of(child), orders, pg::owner_of(orders));
  const std::optional<Oid> found = find_sequence(orders, settings.column);
  const Oid sequence = found ? *found : make_sequence(orders, settings.column);
  skip_numbers(orders, sequence, settings);
  create_row_trigger(orders, order_number_trigger, "BEFORE INSERT OR UPDATE", order_number_feature,
                     request.arguments.set("sequence", sequence).list());
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

// upkeep.enable_order_number(orders, column_name, prefix, digits, tenant_column): replaces the options where it is
// enabled already, and goes on with the sequence that is there. Errors: 22004, 22023, 42501, 42703, 42710, 42804,
// 42809, 428C9, 55000.
UPKEEP_FUNCTION(upkeep_enable_order_number) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid orders = target_argument(given, order_number_feature);
    const number_request request = read_request(given);
    enabling(fcinfo, order_number_feature, [&] { enable(orders, request); });
    return Datum(0);
  });
}

// upkeep.disable_order_number(orders): the sequence stays. A NOTICE where there is no trigger. Errors: 22004, 42501,
// 42809.
UPKEEP_FUNCTION(upkeep_disable_order_number) {
  return pg::entry([=] {
    const Oid orders = target_argument(pg::arguments(fcinfo), order_number_feature);
    pg::with_spi([&] { disable(orders); });
    return Datum(0);
  });
}
