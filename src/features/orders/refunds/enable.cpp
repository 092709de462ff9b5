// upkeep.enable_order_refunds and disable_order_refunds: triggers on the refunds, the orders and the lines.
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/refunds/put_right.hpp"
#include "features/orders/refunds/restock.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/unique_index.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const statement_event *refunds_events[] = {&on_insert, &on_delete, &before_truncate};
constexpr const statement_event *orders_events[] = {&on_update};
constexpr const statement_event *lines_events[] = {&on_update, &on_delete};

// What a trigger says is the table of its refunds; nullopt for arguments that are not options.
std::optional<Oid> refunds_named_by(const managed_trigger &trigger) {
  try {
    const option_list options = parse_options(order_refunds_feature, trigger.arguments);
    const std::string *name = find_option(options, "refunds");
    return name ? pg::find_sibling(*name, trigger.table) : std::nullopt;
  } catch (const fault &) {
    return std::nullopt;
  }
}

// The tables with triggers for these refunds.
std::vector<Oid> tables_with_triggers(Oid refunds) {
  const std::vector<Oid> tree = pg::with_descendants(refunds, AccessShareLock);
  std::vector<Oid> tables;
  for (const managed_trigger &trigger : managed_triggers())
    if (trigger.feature == &order_refunds_feature && !trigger.is_clone &&
        (std::ranges::count(tree, trigger.table) > 0 || refunds_named_by(trigger) == refunds) &&
        std::ranges::count(tables, trigger.table) == 0)
      tables.push_back(trigger.table);
  return tables;
}

bool drop_all(Oid refunds, const char *verb) {
  bool found = false;
  for (const Oid table : tables_with_triggers(refunds)) {
    pg::require_own_table(table, verb);
    found |= drop_triggers(table, order_refunds_feature);
  }
  return found;
}

void require_tables(const refund_tables &tables) {
  require_pair(tables.orders, tables.lines, order_refunds_feature);
  pg::require_own_table(tables.refunds, "enable order_refunds");
  if (call([&] { return get_rel_relispartition(tables.refunds); }))
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("cannot enable order_refunds on \"{}\": it is a partition",
                                       pg::table_name(tables.refunds)),
                .hint = "Call this for the partitioned table."};
  if (tables.refunds == tables.orders || tables.refunds == tables.lines)
    throw fault{.sqlstate = sqlstate::invalid_object_definition,
                .message = fmt::format("table \"{}\" cannot be the refunds of its own orders or lines",
                                       pg::table_name(tables.refunds)),
                .hint = "Name the table of the refunds, that of the orders and that of their lines."};
  const Oid owner = pg::owner_of(tables.refunds), of_orders = pg::owner_of(tables.orders),
            of_lines = pg::owner_of(tables.lines);
  for (const auto &[table, of_table] : {std::pair{tables.orders, of_orders}, std::pair{tables.lines, of_lines}}) {
    pg::require_role_of(owner, table, of_table);
    pg::require_role_of(of_table, tables.refunds, owner);
  }
}

// Two tables of refunds would overwrite each other's sums.
void require_no_other_refunds(const refund_tables &tables) {
  for (const Oid table : {tables.orders, tables.lines})
    for (const managed_trigger &trigger : managed_triggers(table)) {
      const std::optional<Oid> other =
          trigger.feature == &order_refunds_feature ? refunds_named_by(trigger) : std::nullopt;
      if (other && *other != tables.refunds)
        throw fault{.sqlstate = sqlstate::duplicate_object,
                    .message = fmt::format("the refunds of \"{}\" are already those in \"{}\"", pg::table_name(table),
                                           pg::table_name(*other)),
                    .hint = fmt::format("SELECT upkeep.disable_order_refunds({}); first.",
                                        pg::literals({pg::qualified(*other)}))};
    }
}

void notice_unless_indexed(const order_refunds &of, Relation refunds, const std::vector<std::string> &columns) {
  const auto number = [&](const std::string &column) {
    return pg::parameter{INT2OID, Int16GetDatum(pg::find_column(RelationGetDescr(refunds), column))};
  };
  const pg::parameter parameters[] = {pg::parameter::oid(of.refunds), number(columns.back()), number(columns.front())};
  const pg::rows found = pg::execute(pg::sql(R"sql(
        SELECT FROM pg_index i
        WHERE i.indrelid = $1 AND i.indisvalid AND i.indpred IS NULL
          AND (i.indkey[0] = $2 OR (i.indkey[0] = $3 AND i.indkey[1] = $2))
      )sql"),
                                     parameters);
  if (found.count() > 0)
    return;
  const std::string table = pg::qualified(of.refunds), list = pg::join_names(columns);
  call([&] {
    ereport(NOTICE,
            errmsg("table \"%s\" has no index on (%s): each refund reads all of it", RelationGetRelationName(refunds),
                   list.c_str()),
            errhint("CREATE INDEX ON %s (%s);", table.c_str(), list.c_str()));
  });
}

order_refunds resolve(const refund_tables &tables, const option_list &options) {
  std::optional<order_refunds> of;
  pg::with_relation(tables.refunds, [&](Relation refunds) {
    pg::with_relation(tables.orders, [&](Relation orders) {
      pg::with_relation(tables.lines, [&](Relation lines) {
        of.emplace(options, refunds, orders, lines);
        require_sound_refunds(*of, orders, lines);
        pg::key_set(refunds, of->order_columns, enable_order_refunds_name);
        pg::key_set(refunds, of->line_columns, enable_order_refunds_name);
        pg::key_set(lines, of->line_keys, enable_order_refunds_name);
      });
    });
  });
  return std::move(*of);
}

void enable(const refund_tables &tables, const trigger_arguments &arguments) {
  require_tables(tables);
  require_no_other_refunds(tables);
  const order_refunds of = resolve(tables, arguments.options());
  drop_all(tables.refunds, "enable order_refunds");
  const trigger_arguments of_refunds = arguments.with("orders", tables.orders).with("order_items", tables.lines);
  const trigger_arguments of_orders = arguments.with("refunds", tables.refunds).with("order_items", tables.lines);
  const trigger_arguments of_lines = arguments.with("refunds", tables.refunds).with("orders", tables.orders);
  const auto keep = [&](Oid table, const trigger_arguments &own) {
    create_row_trigger(table, order_refund_trigger, "BEFORE INSERT OR UPDATE", order_refunds_feature, own.list());
  };
  keep(tables.refunds, of_refunds);
  create_statement_triggers(tables.refunds, order_refund_trigger, refunds_events, order_refunds_feature,
                            of_refunds.list());
  if (of.refunded)
    keep(tables.orders, of_orders);
  create_statement_triggers(tables.orders, order_refund_trigger, orders_events, order_refunds_feature,
                            of_orders.list());
  if (of.refunded_quantity)
    keep(tables.lines, of_lines);
  create_statement_triggers(tables.lines, order_refund_trigger, lines_events, order_refunds_feature, of_lines.list());
  pg::with_relation(tables.refunds, [&](Relation refunds) {
    notice_unless_indexed(of, refunds, of.order_columns);
    notice_unless_indexed(of, refunds, of.line_columns);
  });
  // For somebody else, a superuser say, nothing that the owner left on the tables may run as the caller.
  const bool is_self = call([&] { return GetUserId() == of.link.owner; });
  pg::as_user(of.link.owner, SECURITY_NOFORCE_RLS | (is_self ? 0 : SECURITY_RESTRICTED_OPERATION),
              [&] { put_refunds_right(of); });
  if (of.restock)
    remember_restocked(tables.lines);
}

void disable(Oid refunds) {
  pg::require_own_table(refunds, "disable order_refunds");
  if (!drop_all(refunds, "disable order_refunds"))
    call([=] { ereport(NOTICE, errmsg("order_refunds is not enabled on \"%s\"", get_rel_name(refunds))); });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_order_refunds(refunds, orders, order_items, order_column, line_column, quantity_column, amount_column,
// restock_column, refunded_column, refunded_quantity_column, order_key, line_key, tenant_column): replaces what was
// enabled before, and fills what is kept. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 42P17, 428C9,
// 55000.
UPKEEP_FUNCTION(upkeep_enable_order_refunds) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const refund_tables tables{table_argument(given, order_refunds_feature, "refunds"),
                               table_argument(given, order_refunds_feature, "orders"),
                               table_argument(given, order_refunds_feature, "order_items")};
    const trigger_arguments arguments(order_refunds_feature, given);
    enabling(fcinfo, order_refunds_feature, [&] { enable(tables, arguments); });
    return Datum(0);
  });
}

// upkeep.disable_order_refunds(refunds): a NOTICE where there is none. What is kept stays as it is. Errors: 22004,
// 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_order_refunds) {
  return pg::entry([=] {
    const Oid refunds = pg::arguments(fcinfo).table(0, "refunds");
    pg::with_spi([&] { disable(refunds); });
    return Datum(0);
  });
}
