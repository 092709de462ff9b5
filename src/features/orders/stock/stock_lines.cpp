#include "features/orders/stock/stock_lines.hpp"

#include "postgres/values/array_elements.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

// The elements of an array, none where it is NULL.
pg::array_elements elements(const pg::parameter &array, Oid type) {
  return array.is_null || !array.value ? pg::array_elements{} : pg::elements_of(array.value, type);
}

} // namespace

pg::rows execute_latest(const pg::fragment &sql, std::span<const pg::parameter> parameters) {
  return pg::execute(sql, parameters, pg::snapshot::latest);
}

pg::parameter array_in(const pg::rows &found, int column, Oid element) {
  pg::parameter array{call([=] { return get_array_type(element); }), 0};
  array.value = found.value(0, column, array.is_null);
  if (!array.is_null)
    array.value = call([&] { return datumCopy(array.value, false, -1); });
  return array;
}

pg::parameter no_array(Oid element) {
  return {call([=] { return get_array_type(element); }), 0, true};
}

pg::parameter array_of(const std::vector<Datum> &values, Oid element) {
  if (values.empty())
    return no_array(element);
  return call([&] {
    ArrayBuildState *array = initArrayResult(element, CurrentMemoryContext, false);
    for (const Datum value : values)
      accumArrayResult(array, value, false, element, CurrentMemoryContext);
    return pg::parameter{get_array_type(element), makeArrayResult(array, CurrentMemoryContext)};
  });
}

pg::parameter texts_array(const std::vector<std::string> &texts) {
  std::vector<Datum> values;
  for (const std::string &text : texts)
    values.push_back(pg::parameter::text(text).value);
  return array_of(values, TEXTOID);
}

std::string text_in(Datum text) {
  const varlena *packed = call([=] { return PG_DETOAST_DATUM_PACKED(text); });
  return {VARDATA_ANY(packed), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(packed))};
}

std::vector<std::string> texts_in(const pg::parameter &array) {
  const pg::array_elements texts = elements(array, TEXTOID);
  std::vector<std::string> all;
  for (int i = 0; i < texts.count; ++i)
    all.push_back(text_in(texts.values[i]));
  return all;
}

std::vector<stock_amount> amounts_in(const stock_lines &lines) {
  const pg::array_elements of_lines = elements(lines.lines, TEXTOID), products = elements(lines.products, TEXTOID),
                           quantities = elements(lines.quantities, NUMERICOID);
  std::vector<stock_amount> amounts;
  for (int i = 0; i < products.count; ++i)
    if (!quantities.nulls[i])
      amounts.push_back({of_lines.count ? text_in(of_lines.values[i]) : std::string(), text_in(products.values[i]),
                         quantities.values[i]});
  return amounts;
}

void several_with_one_key(Oid table, const char *what) {
  throw fault{.sqlstate = sqlstate::cardinality_violation,
              .message = fmt::format("table \"{}\" has more than one {} with one key", pg::table_name(table), what),
              .hint = fmt::format("Make the {}s' key unique; upkeep.check() says how.", what)};
}

} // namespace upkeep::orders
