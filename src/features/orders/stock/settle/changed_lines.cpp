#include "features/orders/stock/settle/changed_lines.hpp"

#include "features/orders/stock/settle/stock_indexes.hpp"
#include "postgres/rows/collect_keys.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/keyed_rows.hpp"
#include "postgres/values/number.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace upkeep::orders {

using pg::call;

namespace {

// Reads a key of a row; false where a part is NULL. May raise.
bool read_key(TupleTableSlot *row, const table_key &key, key_values &into) {
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    bool is_null = false;
    into.values[i] = slot_getattr(row, key.columns[i], &is_null);
    if (is_null)
      return false;
  }
  return true;
}

key_values copy_of(const key_values &key, Relation table, const table_key &columns) {
  key_values copy{};
  call([&] {
    for (std::size_t i = 0; i < columns.columns.size(); ++i) {
      const FormData_pg_attribute &column = *TupleDescAttr(RelationGetDescr(table), columns.columns[i] - 1);
      copy.values[i] = datumCopy(key.values[i], column.attbyval, column.attlen);
    }
  });
  return copy;
}

// Equal images are equal keys.
void image_of(const key_values &key, Relation table, const table_key &columns, std::string &image) {
  image.clear();
  for (std::size_t i = 0; i < columns.columns.size(); ++i)
    pg::append_image(*TupleDescAttr(RelationGetDescr(table), columns.columns[i] - 1), key.values[i], image);
}

struct keyed_line {
  key_values key;
  std::string text;
};

// The keys of the rows that a statement has changed, each once, and of their orders.
class changed_keys {
public:
  changed_keys(Relation lines, const stock_indexes &by) : lines(lines), by(by) {}

  void add(const pg::transition &rows) {
    key_values key{};
    call([&] { read_key(rows.row(), by.line, key); });
    std::string text = by.line_text.of(key);
    if (seen.insert(text).second)
      all.push_back({copy_of(key, lines, by.line), std::move(text)});
    if (by.order.columns.empty() || !call([&] { return read_key(rows.row(), by.order, key); }))
      return;
    image_of(key, lines, by.order, image);
    if (!orders.contains(image))
      orders.emplace(image, copy_of(key, lines, by.order));
  }

  std::vector<keyed_line> all;
  std::unordered_map<std::string, key_values> orders; // by their images

private:
  Relation lines;
  const stock_indexes &by;
  std::unordered_set<std::string> seen;
  std::string image;
};

// Whether orders are released, by the images of their keys.
class known_orders {
public:
  known_orders(Relation lines, const stock_indexes &by) : lines(lines), by(by) {}

  // In the order of their keys, as SQL locks them.
  void lock(const std::unordered_map<std::string, key_values> &orders);

  // Of the order with that key; of one that is not there it is false.
  bool is_released(const key_values &key);

  // Whether each was told by the index.
  bool is_clear() const { return clear; }

private:
  bool open(pg::keyed_rows &rows) {
    clear &= call([&] { return pg::open_keyed(by.by_order, true, rows); });
    return clear;
  }

  Relation lines;
  const stock_indexes &by;
  std::unordered_map<std::string, bool> released;
  std::string image;
  bool clear = true;
};

void known_orders::lock(const std::unordered_map<std::string, key_values> &orders) {
  pg::keyed_rows rows;
  if (orders.empty() || !open(rows))
    return;
  std::vector<std::pair<const std::string *, const key_values *>> ordered;
  for (const auto &[each, key] : orders)
    ordered.emplace_back(&each, &key);
  const key_text text(by.order.types);
  std::sort(ordered.begin(), ordered.end(),
            [&](const auto &a, const auto &b) { return text.compare(*a.second, *b.second) < 0; });
  for (const auto &[each, key] : ordered) {
    const auto result = call([&, of = key->values] {
      CHECK_FOR_INTERRUPTS();
      return pg::find_by_key(rows, of) ? pg::lock_found_row(rows, of, LockTupleNoKeyExclusive)
                                       : pg::lookup_result::absent;
    });
    clear &= result != pg::lookup_result::unclear;
    released.emplace(*each, result == pg::lookup_result::found && by.release(rows.row));
  }
  call([&] { pg::close_keyed(rows); });
}

bool known_orders::is_released(const key_values &key) {
  image_of(key, lines, by.order, image);
  if (const auto found = released.find(image); found != released.end())
    return found->second;
  pg::keyed_rows rows;
  if (!open(rows))
    return false;
  const bool is_there = call([&] { return pg::find_by_key(rows, key.values); });
  const bool is_released = is_there && by.release(rows.row);
  call([&] { pg::close_keyed(rows); });
  released.emplace(image, is_released);
  return is_released;
}

// The products of lines that have a stock: the texts of their keys, by what lines say.
class known_products {
public:
  known_products(Relation lines, const stock_indexes &by) : lines(lines), by(by) {}

  // False where the index does not serve.
  bool open() {
    return call([&] { return pg::open_keyed(by.by_product, true, rows); });
  }
  void close() {
    call([&] { pg::close_keyed(rows); });
  }

  // nullptr where there is no such product, or it is unlimited.
  const std::string *find(const key_values &key) {
    image_of(key, lines, by.product, image);
    const auto [place, is_new] = texts.try_emplace(image);
    if (is_new) {
      key_values own{};
      const bool has_stock = call([&] {
        bool is_null = true;
        if (!pg::find_by_key(rows, key.values))
          return false;
        slot_getattr(rows.row, by.stock, &is_null);
        return !is_null && read_key(rows.row, by.own_product, own);
      });
      if (has_stock)
        place->second = by.product_text.of(own);
    }
    return place->second.empty() ? nullptr : &place->second;
  }

private:
  Relation lines;
  const stock_indexes &by;
  pg::keyed_rows rows{};
  std::unordered_map<std::string, std::string> texts;
  std::string image;
};

// What a line says now. Trivial; it lies in the row.
struct line_now {
  bool is_there, has_product, has_order, has_quantity;
  key_values product, order;
  Datum quantity;
};

// May raise.
line_now read_line(pg::keyed_rows &rows, const stock_indexes &by, const key_values &key) {
  CHECK_FOR_INTERRUPTS();
  line_now line{};
  line.is_there = pg::find_by_key(rows, key.values);
  if (!line.is_there)
    return line;
  line.has_product = read_key(rows.row, by.product, line.product);
  line.has_order = !by.order.columns.empty() && read_key(rows.row, by.order, line.order);
  bool is_null = false;
  line.quantity = slot_getattr(rows.row, by.quantity, &is_null);
  line.has_quantity = !is_null;
  return line;
}

// A numeric, or nullopt where nothing is wanted.
std::optional<Datum> wanted_quantity(const line_now &line, Oid type) {
  if (!line.has_quantity)
    return std::nullopt;
  const Datum quantity = call([&] { return pg::to_numeric(line.quantity, type); });
  const bool is_zero = call(
      [=] { return DatumGetBool(DirectFunctionCall2(numeric_eq, quantity, NumericGetDatum(int64_to_numeric(0)))); });
  if (is_zero)
    return std::nullopt;
  return call([=] { return datumCopy(quantity, false, -1); });
}

settled_lines read_lines(const changed_keys &keys, pg::keyed_rows &rows, const stock_indexes &by, known_orders &orders,
                         known_products &products, bool keeps) {
  settled_lines lines;
  for (const keyed_line &each : keys.all) {
    const line_now line = call([&] { return read_line(rows, by, each.key); });
    const bool is_released = line.has_order && orders.is_released(line.order);
    if (line.is_there && keeps && !line.has_product && !is_released)
      continue;
    lines.lines.push_back(each.text);
    if (!line.is_there || !line.has_product || is_released)
      continue;
    if (const std::string *product = products.find(line.product))
      if (const std::optional<Datum> quantity = wanted_quantity(line, by.quantity_type))
        lines.wanted.push_back({each.text, *product, *quantity});
  }
  return lines;
}

} // namespace

std::optional<settled_lines> changed_lines(const TriggerData &trigger, const stock_plan &plan, bool keeps) {
  // A line that is new has no refunds, and nothing has come back of it.
  const bool may_be_back = plan.tables->refunds || plan.tables->returned;
  if (!plan.tables->indexes || (may_be_back && !TRIGGER_FIRED_BY_INSERT(trigger.tg_event)))
    return std::nullopt;
  const stock_indexes &by = *plan.tables->indexes;
  Relation relation = trigger.tg_relation;
  changed_keys keys(relation, by);
  plan.collect_changed(trigger, keys);
  if (keys.all.empty())
    return settled_lines{};
  known_orders orders(relation, by);
  orders.lock(keys.orders);
  pg::keyed_rows rows;
  if (!orders.is_clear() || !call([&] { return pg::open_keyed(by.by_line, true, rows); }))
    return std::nullopt;
  known_products products(relation, by);
  std::optional<settled_lines> lines;
  if (products.open()) {
    lines = read_lines(keys, rows, by, orders, products, keeps);
    products.close();
  }
  call([&] { pg::close_keyed(rows); });
  if (!orders.is_clear())
    return std::nullopt;
  return lines;
}

} // namespace upkeep::orders
