// The product that a line sells, read as the products' owner reads it and without a lock, as the statement finds it.
#include "features/orders/snapshots/product_reader.hpp"

#include "postgres/as_user.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/unique_index_lookup.hpp"
#include "postgres/sql/query.hpp"

#include <cstring>

namespace upkeep::orders {

using pg::call;

// What the visitor of a product's row is told and what it leaves. Trivial.
struct visit_context {
  const line_plan *plan;
  MemoryContext memory; // for what it leaves
  bool exists, is_active;
  price_fault trouble;
  Datum price;
  const char *price_text;
  Datum snapshot;
};

namespace {

Datum integer_from(Oid type, std::int64_t value) {
  return type == INT8OID   ? Int64GetDatum(value)
         : type == INT4OID ? Int32GetDatum(static_cast<std::int32_t>(value))
                           : Int16GetDatum(static_cast<std::int16_t>(value));
}

std::int64_t integer_of(Oid type, Datum value) {
  return type == INT8OID ? DatumGetInt64(value) : type == INT4OID ? DatumGetInt32(value) : DatumGetInt16(value);
}

bool is_less(Datum a, Datum b) { return DatumGetBool(DirectFunctionCall2(numeric_lt, a, b)); }

Datum power_of_ten(int exponent) {
  return DirectFunctionCall2(numeric_power, NumericGetDatum(int64_to_numeric(10)),
                             NumericGetDatum(int64_to_numeric(exponent)));
}

// A finite numeric as a column of the target's type holds it.
price_fault fit_numeric(const price_rule &rule, Datum number, Datum &price) {
  if (rule.target_type == NUMERICOID && rule.precision == 0) {
    price = number;
    return price_fault::none;
  }
  const Datum rounded = DirectFunctionCall2(numeric_round, number, Int32GetDatum(rule.scale));
  if (!DatumGetBool(DirectFunctionCall2(numeric_eq, rounded, number)))
    return price_fault::rounded;
  if (rule.target_type == NUMERICOID) {
    price = rounded;
    const Datum bound = power_of_ten(rule.precision - rule.scale);
    return is_less(DirectFunctionCall1(numeric_abs, rounded), bound) ? price_fault::none : price_fault::too_large;
  }
  const std::int64_t most = rule.target_type == INT8OID   ? PG_INT64_MAX
                            : rule.target_type == INT4OID ? PG_INT32_MAX
                                                          : PG_INT16_MAX;
  if (is_less(NumericGetDatum(int64_to_numeric(most)), rounded) ||
      is_less(rounded, NumericGetDatum(int64_to_numeric(-most - 1))))
    return price_fault::too_large;
  price = integer_from(rule.target_type, DatumGetInt64(DirectFunctionCall1(numeric_int8, rounded)));
  return price_fault::none;
}

// The price of a product as the lines' column holds it; `shown` is what an error says of it.
price_fault fit_price(const price_rule &rule, Datum value, Datum &price, const char *&shown) {
  Datum number = value;
  if (rule.source_type != NUMERICOID) {
    if (rule.is_direct) {
      price = value;
      return price_fault::none;
    }
    number = NumericGetDatum(int64_to_numeric(integer_of(rule.source_type, value)));
  }
  price_fault trouble = price_fault::none;
  if (numeric_is_nan(DatumGetNumeric(number)) || numeric_is_inf(DatumGetNumeric(number)))
    trouble = price_fault::not_finite;
  else if (rule.is_direct)
    price = number;
  else
    trouble = fit_numeric(rule, number, price);
  if (trouble != price_fault::none)
    shown = DatumGetCString(DirectFunctionCall1(numeric_out, number));
  return trouble;
}

void visit_product(TupleTableSlot *row, void *context) {
  auto &into = *static_cast<visit_context *>(context);
  const line_plan &plan = *into.plan;
  MemoryContext outer = MemoryContextSwitchTo(into.memory);
  into.exists = true;
  bool is_null = false;
  if (plan.active)
    into.is_active = DatumGetBool(slot_getattr(row, plan.active, &is_null)) && !is_null;
  if (plan.price.number) {
    const Datum value = slot_getattr(row, plan.pricing.source, &is_null);
    into.trouble = is_null ? price_fault::null : fit_price(plan.pricing, value, into.price, into.price_text);
    if (into.trouble == price_fault::none && !plan.price.by_value)
      // It may lie in the row's page.
      into.price = PointerGetDatum(PG_DETOAST_DATUM_COPY(into.price));
  }
  if (!plan.fields.empty())
    into.snapshot = pg::row_as_json(plan.fields.data(), static_cast<int>(plan.fields.size()), row,
                                    plan.snapshot_is_json, plan.products_table.c_str());
  MemoryContextSwitchTo(outer);
}

std::unique_ptr<char[]> copy_varlena(Datum value, std::size_t &bytes) {
  const std::size_t size = VARSIZE_ANY(DatumGetPointer(value));
  auto copy = std::make_unique<char[]>(size);
  std::memcpy(copy.get(), DatumGetPointer(value), size);
  bytes += size;
  return copy;
}

} // namespace

void product_reader::append_image(const line_column &column, Datum value) {
  if (column.by_value)
    image.append(reinterpret_cast<const char *>(&value), sizeof value);
  else if (column.length > 0)
    image.append(DatumGetPointer(value), static_cast<std::size_t>(column.length));
  else {
    const varlena *text = call([=] { return PG_DETOAST_DATUM_PACKED(value); });
    const std::size_t length = VARSIZE_ANY_EXHDR(text);
    image.append(reinterpret_cast<const char *>(&length), sizeof length);
    image.append(VARDATA_ANY(text), length);
  }
}

// The way with a query: partitioned products, and those without an index that serves.
void product_reader::query(std::span<const Datum> key, visit_context &into) const {
  pg::with_spi([&] {
    const pg::rows found = plan.query->execute(key);
    if (found.count() > 1)
      throw fault{.sqlstate = sqlstate::cardinality_violation,
                  .message = fmt::format("table \"{}\" has more than one product with one key", plan.products_table),
                  .hint = "Make the products' key unique."};
    if (found.count() == 0)
      return;
    bool is_null = false;
    const Datum whole = found.value(0, 1, is_null);
    call([&] {
      HeapTupleHeader header = DatumGetHeapTupleHeader(whole);
      // The plan knows the columns of the table that bore the name when it was made.
      if (HeapTupleHeaderGetTypeId(header) != get_rel_type_id(plan.products))
        ereport(ERROR,
                (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                 errmsg("table \"%s\" was replaced by another while a product was read", plan.products_table.c_str()),
                 errhint("Repeat the transaction.")));
      TupleDesc type = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
      HeapTupleData tuple{};
      tuple.t_len = HeapTupleHeaderGetDatumLength(header);
      tuple.t_data = header;
      TupleTableSlot *slot = MakeSingleTupleTableSlot(type, &TTSOpsHeapTuple);
      ExecStoreHeapTuple(&tuple, slot, false);
      visit_product(slot, &into);
      ExecDropSingleTupleTableSlot(slot);
      ReleaseTupleDesc(type);
    });
  });
}

sold_product product_reader::read(Datum product, Datum tenant) const {
  visit_context into{&plan, CurrentMemoryContext, false, true, price_fault::none, 0, nullptr, 0};
  const Datum both[] = {product, tenant};
  const std::span<const Datum> key(both, plan.tenant.number ? 2 : 1);
  pg::as_user(plan.owner, SECURITY_NOFORCE_RLS, [&] {
    if (!OidIsValid(plan.by.index) || call([&] {
                                        return pg::visit_by_key(plan.by, both, false, visit_product, &into);
                                      }) == pg::lookup_result::unclear)
      query(key, into);
  });
  sold_product found;
  found.exists = into.exists;
  found.is_active = into.is_active;
  found.trouble = into.trouble;
  found.price = into.price;
  std::size_t bytes = 0;
  if (into.price_text)
    found.price_text = into.price_text;
  if (into.exists && plan.price.number && into.trouble == price_fault::none && !plan.price.by_value) {
    found.price_bytes = copy_varlena(into.price, bytes);
    found.price = PointerGetDatum(found.price_bytes.get());
  }
  if (into.snapshot)
    found.snapshot = copy_varlena(into.snapshot, bytes);
  return found;
}

const sold_product &product_reader::of(Datum product, Datum tenant) {
  // Code that wrote something in the middle of the statement may have changed a product.
  if (const CommandId now = call([] { return GetCurrentCommandId(false); }); now != generation) {
    known.clear();
    generation = now;
  }
  image.clear();
  append_image(plan.product, product);
  if (plan.tenant.number)
    append_image(plan.tenant, tenant);
  if (const sold_product *before = known.find(image))
    return *before;
  sold_product found = read(product, tenant);
  // Looking it up may itself have begun a new command.
  generation = call([] { return GetCurrentCommandId(false); });
  const std::size_t bytes = sizeof found + 2 * image.size() + found.price_text.size() +
                            (found.snapshot ? VARSIZE_ANY(found.snapshot.get()) : 0) +
                            (found.price_bytes ? VARSIZE_ANY(found.price_bytes.get()) : 0);
  return known.insert(image, std::move(found), bytes);
}

} // namespace upkeep::orders
