#include "features/orders/stock/settle/line_memory.hpp"

#include "features/orders/stock/stock_memory.hpp"
#include "postgres/memory.hpp"
#include "postgres/rows/keyed_rows.hpp"
#include "postgres/rows/table_writer.hpp"

#include <string_view>
#include <unordered_map>

namespace upkeep::orders {

using pg::call;

namespace {

// The columns of upkeep.stock_taken. Trivial.
struct memory_columns {
  static constexpr int most = 16;

  AttrNumber order_items, line, product, quantity, products; // products: 0 before 0.7.0
  int count;
};

AttrNumber require(TupleDesc descriptor, const char *name) {
  const AttrNumber column = pg::find_column(descriptor, name);
  if (column == InvalidAttrNumber)
    throw fault{.sqlstate = sqlstate::undefined_column,
                .message = fmt::format("column \"{}\" of table \"upkeep.stock_taken\" does not exist", name),
                .hint = "Create the extension anew, or restore its tables."};
  return column;
}

memory_columns columns_of(Relation memory) {
  TupleDesc descriptor = RelationGetDescr(memory);
  const memory_columns columns{require(descriptor, "order_items"),      require(descriptor, "line"),
                               require(descriptor, "product"),          require(descriptor, "quantity"),
                               pg::find_column(descriptor, "products"), descriptor->natts};
  if (columns.count > memory_columns::most)
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = "table \"upkeep.stock_taken\" has columns that are not the extension's",
                .hint = "Take them away."};
  return columns;
}

pg::unique_key key_of(Relation memory, const memory_columns &columns) {
  const pg::key_part parts[] = {{columns.order_items, OIDOID}, {columns.line, TEXTOID}};
  const pg::unique_key key = call([&] { return pg::find_unique_key(memory, parts, 2); });
  if (!OidIsValid(key.index))
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = "table \"upkeep.stock_taken\" has no primary key",
                .hint = "Add it again: (order_items, line)."};
  return key;
}

Datum text_datum(const std::string &text) {
  return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

bool is_same_number(Datum a, Datum b) {
  return call([=] { return DatumGetBool(DirectFunctionCall2(numeric_eq, a, b)); });
}

// Memory that is used again for every row.
class row_memory {
public:
  row_memory()
      : context(call([] {
          return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep: a row of stock_taken", ALLOCSET_SMALL_SIZES);
        })) {}

  // `body` may raise.
  template <class F> auto use(F &&body) const {
    call([this] { MemoryContextReset(context); });
    const pg::within scratch(context);
    return call(body);
  }

private:
  MemoryContext context;
};

Relation open_memory() {
  return call([] {
    return table_open(get_relname_relid("stock_taken", get_namespace_oid("upkeep", false)), RowExclusiveLock);
  });
}

void close_memory(Relation memory) {
  call([=] { table_close(memory, NoLock); });
}

} // namespace

line_memory::line_memory(const stock_tables &tables, const std::vector<std::string> &lines)
    : tables(tables), lines(lines), entries(lines.size()) {
  Relation memory = open_memory();
  const memory_columns columns = columns_of(memory);
  const pg::unique_key key = key_of(memory, columns);
  pg::keyed_rows rows;
  if (!call([&] { return pg::open_keyed(key, true, rows); }))
    throw fault{.sqlstate = sqlstate::serialization_failure,
                .message = "the primary key of \"upkeep.stock_taken\" is newer than this transaction",
                .hint = "Repeat the transaction."};
  const row_memory scratch;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    entry &each = entries[i];
    ItemPointerSetInvalid(&each.place);
    const bool is_known = scratch.use([&] {
      CHECK_FOR_INTERRUPTS();
      const Datum of[] = {ObjectIdGetDatum(tables.lines), text_datum(lines[i])};
      return pg::find_by_key(rows, of);
    });
    if (!is_known)
      continue;
    Datum product = 0;
    call([&] {
      bool is_null = false;
      each.place = rows.row->tts_tid;
      product = slot_getattr(rows.row, columns.product, &is_null);
      each.quantity = datumCopy(slot_getattr(rows.row, columns.quantity, &is_null), false, -1);
      const Datum of = columns.products ? slot_getattr(rows.row, columns.products, &is_null) : 0;
      each.products = columns.products && !is_null ? DatumGetObjectId(of) : InvalidOid;
    });
    each.product = text_in(product);
  }
  call([&] { pg::close_keyed(rows); });
  close_memory(memory);
}

std::vector<stock_amount> line_memory::taken() const {
  std::vector<stock_amount> amounts;
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (ItemPointerIsValid(&entries[i].place) &&
        (!OidIsValid(entries[i].products) || entries[i].products == tables.products))
      amounts.push_back({lines[i], entries[i].product, entries[i].quantity});
  return amounts;
}

void line_memory::write(const std::vector<stock_amount> &wanted) const {
  std::unordered_map<std::string_view, const stock_amount *> by_line;
  for (const stock_amount &each : wanted)
    by_line.emplace(each.line, &each);
  Relation memory = open_memory();
  const memory_columns columns = columns_of(memory);
  pg::table_writer writer;
  call([&] { pg::open_writer(memory, {}, writer); });
  const row_memory scratch;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const entry &before = entries[i];
    const bool is_known = ItemPointerIsValid(&before.place);
    const auto found = by_line.find(lines[i]);
    if (found == by_line.end()) {
      if (is_known)
        call([&] { pg::delete_row(writer, const_cast<ItemPointer>(&before.place)); });
      continue;
    }
    const stock_amount &amount = *found->second;
    if (is_known && before.product == amount.product && is_same_number(before.quantity, amount.quantity) &&
        (!columns.products || before.products == tables.products))
      continue;
    scratch.use([&] {
      CHECK_FOR_INTERRUPTS();
      Datum values[memory_columns::most] = {};
      bool nulls[memory_columns::most], replaced[memory_columns::most] = {};
      std::fill(nulls, nulls + memory_columns::most, true);
      const auto set = [&](AttrNumber column, Datum value) {
        values[column - 1] = value;
        nulls[column - 1] = false;
        replaced[column - 1] = true;
      };
      set(columns.order_items, ObjectIdGetDatum(tables.lines));
      set(columns.line, text_datum(lines[i]));
      set(columns.product, text_datum(amount.product));
      set(columns.quantity, amount.quantity);
      if (columns.products)
        set(columns.products, ObjectIdGetDatum(tables.products));
      if (is_known)
        pg::update_row(writer, const_cast<ItemPointer>(&before.place), values, nulls, replaced);
      else
        pg::insert_row(writer, values, nulls);
    });
  }
  call([&] { pg::close_writer(writer); });
  close_memory(memory);
}

} // namespace upkeep::orders
