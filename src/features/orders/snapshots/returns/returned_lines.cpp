#include "features/orders/snapshots/returns/returned_lines.hpp"

#include "features/orders/order_link.hpp"
#include "postgres/as_user.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;

namespace {

// As its type is without a domain, whatever the query's name may come to mean.
fragment value_of(const line_column &column) {
  if (!column.number)
    return fragment("NULL");
  return pg::sql("l.{column}::{type}", "column"_is = pg::identifier{column.name},
                 "type"_is = pg::type_as_sql(column.type));
}

fragment query_of(const return_columns &columns, const line_plan &plan, Relation whole, Relation lines) {
  return pg::sql("SELECT {product}, {price}, {snapshot} FROM {lines} l WHERE {has_key}",
                 "product"_is = value_of(plan.product), "price"_is = value_of(plan.price),
                 "snapshot"_is = value_of(plan.snapshot), "lines"_is = pg::own_rows_of(RelationGetRelid(whole)),
                 "has_key"_is = columns.key ? one_key(whole, "l", columns.found_by(), lines, columns.naming())
                                            : fragment("false"));
}

// A copy, for the row may be gone before it is used.
Datum copy_of(Datum value, const line_column &column, MemoryContext into) {
  MemoryContext before = MemoryContextSwitchTo(into);
  const Datum copy = column.length == -1 ? PointerGetDatum(PG_DETOAST_DATUM_COPY(value))
                                         : datumCopy(value, column.by_value, column.length);
  MemoryContextSwitchTo(before);
  return copy;
}

returned_value read(const pg::rows &found, int number, const line_column &column, MemoryContext into) {
  returned_value read{0, true};
  if (!column.number)
    return read;
  const Datum value = found.value(0, number, read.is_null);
  if (!read.is_null)
    read.value = call([&] { return copy_of(value, column, into); });
  return read;
}

bool is_negative(Oid type, Datum number) {
  const Datum zero = NumericGetDatum(int64_to_numeric(0));
  switch (type) {
  case INT2OID:
    return DatumGetInt16(number) < 0;
  case INT4OID:
    return DatumGetInt32(number) < 0;
  case INT8OID:
    return DatumGetInt64(number) < 0;
  default:
    return DatumGetBool(DirectFunctionCall2(numeric_lt, number, zero));
  }
}

} // namespace

returned_lines::returned_lines(return_columns given, const line_plan &plan, Relation whole, Relation lines)
    : columns(std::move(given)), whole(RelationGetRelid(whole)), owner(whole->rd_rel->relowner),
      table(pg::table_name(whole)),
      key_field(call([&] { return pg::json_field_of(plan.returns.number, plan.returns.type); })),
      query(query_of(columns, plan, whole, lines), types_of(lines, columns.naming())) {}

std::string returned_lines::text_of(Datum key) const {
  return pg::string_from([&] { return pg::value_as_json(key_field, key); });
}

returned_line returned_lines::find(const line_plan &plan, Datum key, Datum tenant) const {
  if (!columns.key)
    pg::with_relation(whole, [&](Relation lines) { require_key(columns, lines); });
  std::vector<Datum> given{key};
  if (columns.tenant)
    given.insert(given.begin(), tenant);
  MemoryContext into = CurrentMemoryContext;
  bool is_there = false;
  returned_line line{};
  pg::with_spi([&] {
    pg::as_user(owner, SECURITY_NOFORCE_RLS, [&] {
      // What others sold in the meantime can be returned under any isolation, as foreign keys see it.
      const pg::rows found = query.execute(given, pg::latest_snapshot());
      is_there = found.count() > 0;
      if (is_there)
        line = {read(found, 1, plan.product, into), read(found, 2, plan.price, into),
                read(found, 3, plan.snapshot, into)};
    });
  });
  if (!is_there)
    throw fault{.sqlstate = sqlstate::foreign_key_violation,
                .message = fmt::format("line {} of \"{}\", which a line returns, does not exist", text_of(key), table),
                .detail =
                    fmt::format("Table \"{}\" has no such row{}.", table, columns.tenant ? " of this tenant" : ""),
                .hint = fmt::format("Name the line that was sold in \"{}\", or none.", columns.returns)};
  return line;
}

void returned_lines::other_product(const line_plan &plan, Datum key) const {
  throw fault{.sqlstate = sqlstate::foreign_key_violation,
              .message = fmt::format("line {} of \"{}\" sold another product than the line that returns it names",
                                     text_of(key), table),
              .hint = fmt::format("Leave \"{}\" out: it is that of the line returned.", plan.product.name)};
}

void returned_lines::no_price(Datum key) const {
  throw fault{.sqlstate = sqlstate::null_value_not_allowed,
              .message = fmt::format("line {} of \"{}\", which a line returns, has no price", text_of(key), table),
              .hint = fmt::format("Leave \"{}\" NULL, and send a price of your own.", columns.returns)};
}

void returned_lines::require_negative(const line_plan &plan, Datum quantity, bool is_null) const {
  const char *hint = "Write how many pieces come back with a minus before it.";
  if (is_null)
    throw fault{.sqlstate = sqlstate::not_null_violation,
                .message = fmt::format("null value in column \"{}\" of a line in \"{}\" that returns another",
                                       plan.quantity.name, plan.table),
                .hint = hint};
  if (!call([&] { return is_negative(plan.quantity.type, quantity); }))
    throw fault{.sqlstate = sqlstate::check_violation,
                .message = fmt::format("column \"{}\" of a line in \"{}\" that returns another is not negative",
                                       plan.quantity.name, plan.table),
                .hint = hint};
}

} // namespace upkeep::orders
