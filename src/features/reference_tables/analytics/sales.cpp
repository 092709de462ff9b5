// How upkeep.create_analytics lets orders feed daily_records.
#include "features/reference_tables/analytics/sales.hpp"

#include "core/keyed_table.hpp"
#include "core/rollups/assignment.hpp"
#include "core/text/joined.hpp"
#include "features/rollups/enable/as_source.hpp"
#include "features/rollups/rollup.hpp"
#include "features/rollups/rollup_list.hpp"
#include "postgres/relation.hpp"
#include "postgres/values/jsonb_fields.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::reference_tables {

using pg::call;

namespace {

// What is read of an order.
enum class sale : std::uint8_t { shop, amount, moment, sold, timezone };

struct sale_part {
  sale key;
  std::string_view name;
  const char *usual;        // SQL over a row of the orders
  const char *usual_column; // which it reads, or nullptr
  std::string_view instead; // an example, for those who do not have it
};

constexpr sale_part sale_parts[] = {
    {sale::shop, "shop", "shop_id", "shop_id", R"({"shop": "'5b3d1f7e-0000-4000-8000-000000000001'::uuid"})"},
    {sale::amount, "amount", "total_amount", "total_amount", R"({"amount": "net + tax"})"},
    {sale::moment, "moment", "created_at", "created_at", R"({"moment": "paid_at"})"},
    {sale::sold, "sold", "status IN ('paid', 'completed')", "status", R"({"sold": "paid_at IS NOT NULL"})"},
    {sale::timezone, "timezone", "'UTC'", nullptr, R"({"timezone": "'Asia/Ho_Chi_Minh'"})"},
};
static_assert(is_keyed(sale_parts, sale::timezone));

constexpr std::string_view fed_columns[] = {"orders", "revenue"};

[[noreturn]] void refuse_columns(std::string message) {
  std::vector<std::string> usual;
  for (const sale_part &part : sale_parts)
    usual.push_back(fmt::format(R"("{}": "{}")", part.name, part.usual));
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = std::move(message),
              .hint = fmt::format("Pass an object with any of these keys, each with SQL over a row of orders as a "
                                  "string: {{{}}}.",
                                  joined(usual, ", "))};
}

// What the caller says of orders, and what is usual of the rest.
class sale_texts {
public:
  explicit sale_texts(Jsonb *columns) {
    if (!columns)
      return;
    if (!JB_ROOT_IS_OBJECT(columns))
      refuse_columns("columns must be a jsonb object");
    for (const pg::jsonb_field &field : call([=] { return pg::fields_of(columns); }))
      read(field);
  }

  bool is_given(sale part) const { return given[static_cast<std::size_t>(part)].has_value(); }
  std::string of(sale part) const {
    return given[static_cast<std::size_t>(part)].value_or(row_of(sale_parts, part).usual);
  }

private:
  void read(const pg::jsonb_field &field) {
    const auto *part = std::ranges::find(sale_parts, field.name, &sale_part::name);
    if (part == std::end(sale_parts))
      refuse_columns(fmt::format("columns has an unknown key: \"{}\"", field.name));
    if (field.value.type != jbvString)
      refuse_columns(fmt::format("\"{}\" in columns must be a string", field.name));
    given[static_cast<std::size_t>(part->key)] =
        std::string(field.value.val.string.val, static_cast<std::size_t>(field.value.val.string.len));
  }

  std::optional<std::string> given[std::size(sale_parts)];
};

// A column that only a default names: the caller has not said what he has instead.
void require_usual_columns(const sale_texts &texts, Relation orders) {
  for (const sale_part &part : sale_parts)
    if (part.usual_column && !texts.is_given(part.key) &&
        pg::find_column(RelationGetDescr(orders), part.usual_column) == InvalidAttrNumber)
      throw fault{.sqlstate = sqlstate::undefined_column,
                  .message = fmt::format("column \"{}\" of table \"{}\" does not exist", part.usual_column,
                                         pg::table_name(orders)),
                  .hint = fmt::format("Pass in columns what \"{}\" is, SQL over a row of orders, as in {}.", part.name,
                                      part.instead)};
}

// A bare name of a zone would be read as that of a column.
void require_quoted_zone(const std::string &zone, Relation orders) {
  if (pg::find_column(RelationGetDescr(orders), zone) == InvalidAttrNumber &&
      call([&] { return pg_tzset(zone.c_str()); }))
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message = fmt::format("column \"{}\" of table \"{}\" does not exist", zone, pg::table_name(orders)),
                .hint = fmt::format(R"(The name of a time zone is a string in SQL: {{"timezone": "'{}'"}}.)", zone)};
}

std::string day_of(const sale_texts &texts, Relation orders) {
  const std::string moment = texts.of(sale::moment), zone = texts.of(sale::timezone);
  constexpr const char *what = "\"moment\" in columns";
  pg::row_expression read;
  rollups::as_source(orders, [&] { read = {pg::parse_expression(moment, what), orders, {}, what}; });
  const Oid type = call([&] { return getBaseType(read.type()); });
  if (type != TIMESTAMPTZOID && texts.is_given(sale::timezone))
    call([] {
      ereport(NOTICE, errmsg("\"timezone\" in columns is not used: \"moment\" has none to be turned from"),
              errhint("Say in which time zone it is: {\"moment\": \"created_at AT TIME ZONE 'UTC'\"}."));
    });
  switch (type) {
  case TIMESTAMPTZOID:
    require_quoted_zone(zone, orders);
    return fmt::format("(({}) AT TIME ZONE ({}))::date", moment, zone);
  case TIMESTAMPOID:
    return fmt::format("({})::date", moment);
  case DATEOID:
    return fmt::format("({})", moment);
  default:
    throw fault{.sqlstate = sqlstate::type_mismatch,
                .message = fmt::format("{} is of type {}, which has no day", what,
                                       pg::string_from([&] { return format_type_be(read.type()); })),
                .hint = "Pass what says when something was sold: a timestamptz, a timestamp or a date."};
  }
}

bool feeds_days(const option_list &options) {
  return std::ranges::any_of(find_options(options, "columns"), [](const std::string &text) {
    const std::optional<rollups::assignment> figure = rollups::parse_assignment(text);
    return figure && std::ranges::find(fed_columns, figure->column) != std::end(fed_columns);
  });
}

// The options of the rollup that is there, if there is one.
std::optional<option_list> present_sales(Oid records, Oid orders) {
  for (const rollups::rollup_trigger_side &side : rollups::sides_on_target(records))
    if (pg::find_sibling(side.other, records) == orders && feeds_days(side.options))
      return side.options;
  return std::nullopt;
}

// Whether it says of orders what the caller does now.
bool is_wanted(const option_list &present, const rollups::rollup_request &wanted, Relation records, Relation orders) {
  bool is_same = false;
  const auto read = [&] {
    std::vector<std::string> columns, keys;
    for (const std::string &text : wanted.columns)
      columns.push_back(text_of(rollups::resolve_figure(text, records, orders)));
    for (const std::string &text : *wanted.keys)
      keys.push_back(text_of(rollups::resolve_key(text, records, orders)));
    const std::string *filter = find_option(present, "filter");
    is_same = std::ranges::equal(find_options(present, "columns"), columns) &&
              std::ranges::equal(find_options(present, "keys"), keys) && filter &&
              *filter == rollups::resolve_filter(*wanted.filter, orders).text();
  };
  rollups::as_source(orders, [&] { pg::with_pinned_settings(read); });
  return is_same;
}

// Orders know shops by whatever the store has; days know them by the key of shops.
void require_shop(const rollups::rollup_request &wanted, Relation records, Relation orders) {
  const std::optional<rollups::assignment> shop = rollups::parse_assignment(wanted.keys->front());
  const AttrNumber column = pg::find_column(RelationGetDescr(records), shop->column);
  if (column == InvalidAttrNumber)
    return;
  constexpr const char *what = "\"shop\" in columns";
  const pg::row_expression given(pg::parse_expression(shop->expression, what), orders, {}, what);
  const Oid type = given.type(), key = TupleDescAttr(RelationGetDescr(records), column - 1)->atttypid;
  if (call([=] { return can_coerce_type(1, &type, &key, COERCION_ASSIGNMENT); }))
    return;
  const auto name_of = [](Oid of) { return pg::string_from([=] { return format_type_be(of); }); };
  throw fault{.sqlstate = sqlstate::type_mismatch,
              .message = fmt::format("{} is of type {}, and an id of shops is {}", what, name_of(type), name_of(key)),
              .hint = fmt::format("\"shop\" has to give the id of a row of shops: add a column with it to \"{}\" and "
                                  "name that, or pass a constant, as in {}.",
                                  pg::table_name(orders), row_of(sale_parts, sale::shop).instead)};
}

void notice_kept(Oid records, Oid orders) {
  const std::string tables = pg::literals({pg::qualified(records), pg::qualified(orders)});
  call([&] {
    ereport(NOTICE,
            errmsg("the rollup from \"%s\" into \"%s\" keeps the options that it has", get_rel_name(orders),
                   get_rel_name(records)),
            errhint("To replace it, run SELECT upkeep.disable_rollup(%s); and call this again.", tables.c_str()));
  });
}

} // namespace

rollups::rollup_request sales_of(Oid orders, Jsonb *columns) {
  const sale_texts texts(columns);
  rollups::require_existing(orders);
  call([=] { LockRelationOid(orders, AccessShareLock); });
  std::string day;
  pg::with_relation(orders, [&](Relation table) {
    require_usual_columns(texts, table);
    day = day_of(texts, table);
  });
  return {.target = InvalidOid,
          .source = orders,
          .columns = {"orders = count(*)", fmt::format("revenue = sum({})", texts.of(sale::amount))},
          .keys =
              std::vector{fmt::format("shop_id = ({})", texts.of(sale::shop)), fmt::format("record_date = {}", day)},
          .filter = texts.of(sale::sold),
          .missing = std::nullopt};
}

void feed_daily_records(rollups::rollup_request sales, Oid records) {
  sales.target = records;
  pg::with_relation(records, [&](Relation target) {
    pg::with_relation(sales.source, [&](Relation source) { require_shop(sales, target, source); });
  });
  const std::optional<option_list> present = present_sales(records, sales.source);
  if (!present)
    return rollups::enable_rollup(sales);
  bool is_same = false;
  pg::with_relation(records, [&](Relation target) {
    pg::with_relation(sales.source, [&](Relation source) { is_same = is_wanted(*present, sales, target, source); });
  });
  if (!is_same)
    notice_kept(records, sales.source);
}

} // namespace upkeep::reference_tables
