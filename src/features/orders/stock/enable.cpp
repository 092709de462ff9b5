// upkeep.enable_stock and disable_stock: the statement triggers of the lines, and the one of the orders.
#include "core/text/joined.hpp"
#include "features/catalogue.hpp"
#include "features/enabling.hpp"
#include "features/orders/status/status_labels.hpp"
#include "features/orders/stock/opening.hpp"
#include "features/orders/stock/stock_tables.hpp"
#include "features/registry.hpp"
#include "features/trigger_ddl.hpp"
#include "features/trigger_options.hpp"
#include "postgres/as_user.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const statement_event *line_events[] = {&on_insert, &on_update, &on_delete, &before_truncate};
constexpr const statement_event *order_events[] = {&on_insert, &on_update};
constexpr std::array<std::string_view, 2> opening_choices{"settled", "reserve"};

struct stock_request {
  Oid lines, products;
  std::optional<Oid> orders;
  trigger_arguments arguments; // all but the names of the tables
  std::vector<std::string> usual_released;
  std::optional<opening_balance> opening; // without it lines that are there have taken nothing
};

stock_request read_request(const pg::arguments &given) {
  const Oid lines = table_argument(given, stock_feature, "order_items");
  const Oid products = table_argument(given, stock_feature, "products");
  return {lines,
          products,
          optional_table_argument(given, stock_feature, "orders"),
          trigger_arguments(stock_feature, given),
          usual_list(stock_feature, "released"),
          std::nullopt};
}

opening_balance read_opening(const std::string &text) {
  const auto found = std::find(opening_choices.begin(), opening_choices.end(), text);
  if (found == opening_choices.end())
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid value for opening: \"{}\"", text),
                .hint = fmt::format("Use one of: {}.", joined(opening_choices, ", "))};
  return found == opening_choices.begin() ? opening_balance::settled : opening_balance::reserve;
}

// A line is known by its table and key, and a child's rows have keys of their own.
void require_no_children(Oid table) {
  if (!pg::inheritance_children(table).empty())
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message =
                    fmt::format("cannot enable stock on \"{}\": other tables inherit from it", pg::table_name(table)),
                .hint = "Use partitions, or enable it for each of the children."};
}

// A trigger of stock on orders, and the lines that it names.
struct orders_trigger {
  Oid orders;
  std::string name;
  std::optional<Oid> lines;
};

std::vector<orders_trigger> orders_triggers() {
  std::vector<orders_trigger> found;
  for (const managed_trigger &each : managed_triggers()) {
    if (each.feature != &stock_feature || each.is_clone)
      continue;
    try {
      const option_list options = parse_options(stock_feature, each.arguments);
      if (const std::string *lines = find_option(options, "order_items"))
        found.push_back({each.table, each.name, pg::find_sibling(*lines, each.table)});
    } catch (const fault &) {
      // Anyone may make such a trigger, and it must not stop the others.
    }
  }
  return found;
}

// Those of other orders than `kept`; true where there were any.
bool drop_orders_triggers(Oid lines, const std::vector<Oid> &kept, const char *verb) {
  bool dropped = false;
  for (const orders_trigger &each : orders_triggers()) {
    if (each.lines != lines || std::find(kept.begin(), kept.end(), each.orders) != kept.end())
      continue;
    pg::require_own_table(each.orders, verb);
    pg::drop_trigger(each.orders, each.name);
    dropped = true;
  }
  return dropped;
}

// The trigger on the orders can tell of the lines of one table.
void require_one_table(Oid orders, Oid lines) {
  for (const orders_trigger &each : orders_triggers())
    if (each.orders == orders && each.lines && each.lines != lines)
      throw fault{.sqlstate = sqlstate::duplicate_object,
                  .message = fmt::format("stock is already enabled for \"{}\" and the lines in \"{}\"",
                                         pg::table_name(orders), pg::table_name(*each.lines)),
                  .hint = fmt::format("SELECT upkeep.disable_stock({}); or leave orders out.",
                                      pg::literals({pg::qualified(*each.lines)}))};
}

// The options of the trigger that the lines have.
std::optional<option_list> present_options(Oid lines) {
  std::optional<option_list> options;
  pg::with_relation(lines, [&](Relation relation) {
    if (const Trigger *own = trigger_of(relation, stock_feature))
      options = parse_options(stock_feature, std::vector<std::string>(own->tgargs, own->tgargs + own->tgnargs));
  });
  return options;
}

// Those of a trigger that somebody wrote wrongly count for nothing: it is replaced.
std::optional<option_list> options_to_replace(Oid lines) {
  try {
    return present_options(lines);
  } catch (const fault &) {
    return option_list{&stock_feature, {}};
  }
}

bool is_of(const option_list &options, Oid lines, Oid products) {
  const std::string *name = find_option(options, "products");
  return name && pg::find_sibling(*name, lines) == products;
}

void notice_lines(Oid lines) {
  std::uint64_t count = 0;
  pg::as_user(pg::owner_of(lines), SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS, [&] {
    count = pg::execute(pg::sql("SELECT FROM {lines} LIMIT 1", "lines"_is = pg::table{lines})).count();
  });
  if (count)
    call([=] {
      ereport(NOTICE, errmsg("nothing is taken now for existing lines of \"%s\"", get_rel_name(lines)),
              errhint("Let the stock say what is left without them."));
    });
}

void notice_settled(Oid lines, std::uint64_t count) {
  const std::string number = std::to_string(count);
  call([&] {
    ereport(
        NOTICE,
        errmsg("the stock stays, and counts as taken by %s line%s of \"%s\"", number.c_str(), count == 1 ? "" : "s",
               get_rel_name(lines)),
        errhint("If the stock still counts their pieces, subtract them, or roll back and pass opening => 'reserve'."));
  });
}

// What this session writes into lines, their triggers on the shards would take for new.
void require_lines_to_tell(Oid lines, const stock_tables &tables) {
  const pg::fragment query = pg::sql(R"sql(
    SELECT pg_catalog.count(*) FROM {lines} i WHERE i.{taken} IS NULL AND i.{product} IS NOT NULL
  )sql",
                                     "lines"_is = pg::table{lines}, "taken"_is = *tables.taken,
                                     "product"_is = pg::identifier{tables.product_columns.back()});
  bool is_null = false;
  if (DatumGetInt64(pg::execute(query).value(0, 1, is_null)) > 0)
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("lines of distributed table \"{}\" do not say what they have taken",
                                       pg::table_name(lines)),
                .hint = fmt::format("Fill \"{}\" before stock is enabled: with the quantity, or 0 where the order has "
                                    "given it back.",
                                    tables.taken->text())};
}

// What existing lines have taken, where stock was not enabled.
void open_balance(const stock_request &request, const stock_tables &tables) {
  if (pg::has_shards(request.lines))
    return require_lines_to_tell(request.lines, tables);
  // Nobody may write to what is read here, not even to a partition of the products.
  pg::with_descendants(request.products, ShareRowExclusiveLock);
  const std::uint64_t count = open_stock(tables, pg::own_rows_of(request.lines), *request.opening);
  if (count && request.opening == opening_balance::settled)
    notice_settled(request.lines, count);
}

// The table of another foreign key of the lines that has a status, where orders is not given.
void notice_without_orders(const stock_request &request, const std::string &status) {
  const pg::parameter parameters[] = {pg::parameter::oid(request.lines), pg::parameter::oid(request.products),
                                      pg::parameter::text(status)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.confrelid
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attname = $3::name AND NOT a.attisdropped
    WHERE c.conrelid = $1 AND c.contype = 'f' AND c.confrelid <> ALL (ARRAY[$1, $2])
    ORDER BY c.oid
    LIMIT 1
  )sql"),
                                     parameters);
  if (found.count() == 0)
    return;
  const Oid orders = found.oid(0, 1);
  const std::string name = pg::literals({pg::qualified(orders)});
  call([&] {
    ereport(NOTICE,
            errmsg("stock does not know the orders: cancelling one in \"%s\" gives nothing back", get_rel_name(orders)),
            errhint("Pass orders => %s.", name.c_str()));
  });
}

// What lines have taken goes where it is looked for from now on.
void keep_memory(const stock_request &request, const stock_tables &tables, const option_list &before,
                 const option_list &now) {
  const auto differs = [&](const char *name) {
    const std::string *was = find_option(before, name), *is = find_option(now, name);
    return was ? !is || *was != *is : is != nullptr;
  };
  const bool is_elsewhere = differs("taken_column");
  const bool has_other_key = differs("product_key") || differs("product_column") || differs("tenant_column");
  if (!is_of(before, request.lines, request.products) || !(is_elsewhere || (has_other_key && !tables.taken)))
    return;
  std::optional<pg::fragment> column;
  if (const std::string *name = find_option(before, "taken_column")) {
    column = pg::identifier{*name};
    bool is_there = false;
    pg::with_relation(request.lines, [&](Relation lines) {
      is_there = pg::find_column(RelationGetDescr(lines), *name) != InvalidAttrNumber;
    });
    if (!is_there)
      return;
  }
  if (pg::has_shards(request.lines))
    return require_lines_to_tell(request.lines, tables);
  pg::with_descendants(request.products, ShareRowExclusiveLock);
  move_memory(tables, pg::own_rows_of(request.lines), column);
}

// Nothing is released without orders.
void forget_usual_released(stock_request &request) {
  if (!request.orders && pg::list_option(request.arguments.options(), "released") == request.usual_released)
    request.arguments.leave_out("released");
}

void enable(stock_request request) {
  const Oid lines = request.lines;
  for (const Oid table : {lines, request.products, request.orders.value_or(lines)})
    pg::require_own_table(table, "enable stock");
  require_no_children(lines);
  // Resolving finds every mistake before the tables are touched.
  forget_usual_released(request);
  option_list options = request.arguments.options();
  const std::string status = text_option(options, "status_column");
  resolve_stock(options, pg::topmost(lines), request.products, request.orders);
  if (request.orders)
    pg::with_relation(*request.orders, [&](Relation orders) {
      fit_labels(orders, status, request.arguments, {"released", request.usual_released}, true);
    });
  options = request.arguments.options();
  const stock_tables tables = resolve_stock(options, pg::topmost(lines), request.products, request.orders);
  require_sound_stock(tables, options);
  if (!tables.taken && call([&] { return get_rel_persistence(lines); }) == RELPERSISTENCE_TEMP)
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("cannot remember what the lines of temporary table \"{}\" have taken",
                                       pg::table_name(lines)),
                .hint = "Name a taken_column."};
  std::vector<Oid> orders_tree;
  if (request.orders) {
    require_no_children(*request.orders);
    require_one_table(*request.orders, tables.lines);
    pg::require_role_of(pg::owner_of(*request.orders), lines, tables.owner);
    pg::require_role_of(pg::owner_of(*request.orders), request.products, pg::owner_of(request.products));
    orders_tree = pg::with_descendants(*request.orders, ShareRowExclusiveLock);
  }
  const auto before = options_to_replace(lines);
  drop_orders_triggers(tables.lines, orders_tree, "enable stock");
  request.arguments.set("products", request.products);
  create_statement_triggers(
      lines, stock_trigger, line_events, stock_feature,
      (request.orders ? request.arguments.with("orders", *request.orders) : request.arguments).list());
  if (request.orders)
    create_statement_triggers(*request.orders, stock_trigger, order_events, stock_feature,
                              request.arguments.with("order_items", tables.lines).list());
  if (!request.orders)
    notice_without_orders(request, status);
  if (before)
    keep_memory(request, tables, *before, options);
  else if (request.opening)
    open_balance(request, tables);
  else
    notice_lines(lines);
}

void disable(Oid lines, std::optional<Oid> products) {
  pg::require_own_table(lines, "disable stock");
  bool found = false;
  const auto present = products ? present_options(lines) : std::nullopt;
  if (!products || (present && is_of(*present, lines, *products))) {
    found = drop_triggers_of_tree(lines, stock_feature);
    found |= drop_orders_triggers(pg::topmost(lines), {}, "disable stock");
  }
  if (!found)
    call([=] { ereport(NOTICE, errmsg("stock is not enabled on \"%s\"", get_rel_name(lines))); });
}

} // namespace

} // namespace upkeep::orders

using namespace upkeep;
using namespace upkeep::orders;

// upkeep.enable_stock(order_items, products, stock_column, product_column, product_key, quantity_column, orders,
// order_column, order_key, status_column, released, taken_column, tenant_column, opening): replaces the options where
// it is enabled already. Errors: 22004, 22023, 42501, 42703, 42710, 42804, 42809, 42P10, 428C9, 55000, UK002.
UPKEEP_FUNCTION(upkeep_enable_stock_opening) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    stock_request request = read_request(given);
    request.opening = read_opening(given.string(stock_opening.position, "opening"));
    enabling(fcinfo, stock_feature, [&] { enable(request); });
    return Datum(0);
  });
}

// The same without opening, as the SQL of 0.3.0 to 0.6.0 declares it: lines that are there have taken nothing.
UPKEEP_FUNCTION(upkeep_enable_stock) {
  return pg::entry([=] {
    stock_request request = read_request(pg::arguments(fcinfo));
    request.usual_released = pg::list_option({&stock_feature, {}}, "released");
    enabling(fcinfo, stock_feature, [&] { enable(request); });
    return Datum(0);
  });
}

// upkeep.disable_stock(order_items, products): stock, and what lines have taken, stay. A NOTICE where there is nothing
// to disable. Errors: 22004, 42501, 42809.
UPKEEP_FUNCTION(upkeep_disable_stock) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid lines = table_argument(given, stock_feature, "order_items");
    const std::optional<Oid> products = given.optional_table(1);
    pg::with_spi([&] { disable(lines, products); });
    return Datum(0);
  });
}
