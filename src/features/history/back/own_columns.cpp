#include "features/history/back/own_columns.hpp"

#include "features/catalogue.hpp"
#include "features/guard/renames/column_names.hpp"
#include "features/registry.hpp"
#include "features/updated_at/updated_at_settings.hpp"

namespace upkeep::history {

namespace {

// What a trigger keeps in the table beside what it computes in its rows.
std::vector<std::string> kept_by(const managed_trigger &trigger, const option_list &options, Oid table) {
  std::vector<std::string> columns;
  const auto add_option = [&](const char *option) {
    if (const std::string *column = find_option(options, option))
      columns.push_back(*column);
  };
  if (trigger.feature == &stock_feature) {
    const std::string *products = find_option(options, "products");
    if (products && pg::find_sibling(*products, trigger.table) == table)
      columns.push_back(text_option(options, "stock_column"));
  }
  if (trigger.table != table)
    return columns;
  if (trigger.feature == &updated_at_feature) {
    const updated_at::updated_at_settings settings = updated_at::read_updated_at(options);
    columns.push_back(settings.column);
    columns.push_back(settings.version.value_or(""));
  } else if (trigger.feature == &order_totals_feature && place_of(options) == column_of::orders)
    add_option("lines_column");
  else if (trigger.feature == &stock_feature)
    add_option("taken_column");
  return columns;
}

} // namespace

std::vector<AttrNumber> own_columns(const past_table &table) {
  const Oid oid = RelationGetRelid(table.relation);
  TupleDesc descriptor = RelationGetDescr(table.relation);
  std::vector<AttrNumber> numbers;
  for (const managed_trigger &trigger : managed_triggers())
    try {
      for (const std::string &column : kept_by(trigger, parse_options(*trigger.feature, trigger.arguments), oid))
        if (const AttrNumber number = pg::find_column(descriptor, column); number != InvalidAttrNumber)
          numbers.push_back(number);
    } catch (const fault &) {
      // What its arguments do not say it does not keep.
    }
  for (AttrNumber column = 1; column <= descriptor->natts; ++column)
    if (const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column - 1);
        !attribute.attisdropped && guard::is_derived(oid, NameStr(attribute.attname)))
      numbers.push_back(column);
  return numbers;
}

} // namespace upkeep::history
