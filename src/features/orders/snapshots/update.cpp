// What a line has captured stays: the columns that an UPDATE may not change.
#include "features/orders/snapshots/line_plan.hpp"
#include "postgres/values/same_value.hpp"

namespace upkeep::orders {

using pg::call;

namespace {

enum class difference { none, image, value };

difference compare_column(const TriggerData &trigger, const line_column &column, bool &is_null_now) {
  bool was_null = false;
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const Datum before = heap_getattr(trigger.tg_trigtuple, column.number, descriptor, &was_null);
  const Datum now = heap_getattr(trigger.tg_newtuple, column.number, descriptor, &is_null_now);
  if (was_null || is_null_now)
    return was_null == is_null_now ? difference::none : difference::value;
  if (datum_image_eq(before, now, column.by_value, column.length))
    return difference::none;
  const Oid collation = TupleDescAttr(descriptor, column.number - 1)->attcollation;
  return pg::same_value(column.type, collation, column.by_value, column.length, before, now) ? difference::image
                                                                                             : difference::value;
}

// Whether nothing but one column differs.
bool differs_only_in(const TriggerData &trigger, AttrNumber only) {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  for (int i = 0; i < descriptor->natts; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, i);
    if (attribute.attisdropped || attribute.attgenerated || attribute.attnum == only)
      continue;
    bool was_null = false, is_null = false;
    const Datum before = heap_getattr(trigger.tg_trigtuple, i + 1, descriptor, &was_null);
    const Datum now = heap_getattr(trigger.tg_newtuple, i + 1, descriptor, &is_null);
    if (was_null != is_null || (!was_null && !pg::same_value(attribute, before, now)))
      return false;
  }
  return true;
}

[[noreturn]] void immutable(const line_plan &plan, const line_column &column) {
  const bool is_product = &column == &plan.product;
  throw fault{
      .sqlstate = sqlstate::snapshot_immutable,
      .message = fmt::format("column \"{}\" of a line in \"{}\" cannot change", column.name, plan.table),
      .detail = "What a line has captured of its product, and the order it belongs to, stay as they were sold.",
      .hint = is_product
                  ? "Delete the line and write a new one; to take the product away, set it to NULL and nothing else."
                  : "Delete the line and write a new one."};
}

HeapTuple with_old_values(const TriggerData &trigger, const std::vector<int> &columns) {
  std::vector<Datum> values(columns.size());
  const auto nulls = std::make_unique<bool[]>(columns.size());
  return call([&] {
    TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
    for (std::size_t i = 0; i < columns.size(); ++i)
      values[i] = heap_getattr(trigger.tg_trigtuple, columns[i], descriptor, &nulls[i]);
    return heap_modify_tuple_by_cols(trigger.tg_newtuple, descriptor, static_cast<int>(columns.size()),
                                     const_cast<int *>(columns.data()), values.data(), nulls.get());
  });
}

} // namespace

HeapTuple keep_captured(const TriggerData &trigger, const line_plan &plan) {
  std::vector<int> same_values;
  for (const line_column *column :
       {&plan.price, &plan.snapshot, &plan.order, &plan.tenant, &plan.returns, &plan.product}) {
    if (!column->number)
      continue;
    bool is_null = false;
    const difference found = call([&] { return compare_column(trigger, *column, is_null); });
    if (found == difference::image)
      same_values.push_back(column->number);
    else if (found == difference::value &&
             !(column == &plan.product && is_null && call([&] { return differs_only_in(trigger, column->number); })))
      immutable(plan, *column);
  }
  return same_values.empty() ? trigger.tg_newtuple : with_old_values(trigger, same_values);
}

} // namespace upkeep::orders
