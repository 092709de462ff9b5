// The line that a return line names: price, snapshot and product are those of the sale.
#pragma once

#include "features/orders/snapshots/line_plan.hpp"
#include "features/orders/snapshots/returns/return_columns.hpp"

namespace upkeep::orders {

// A column of the line that is returned. Trivial.
struct returned_value {
  Datum value;
  bool is_null;
};

struct returned_line {
  returned_value product, price, snapshot;
};

// How the row trigger on one table of lines finds them; kept for the session.
class returned_lines {
public:
  // `whole`: all lines, where `plan` is of a partition of them.
  returned_lines(return_columns columns, const line_plan &plan, Relation whole, Relation lines);

  // The line with that key, read as its owner, in the current memory context. Throws 23503 where there is none, 42P10
  // where lines have no key any more.
  returned_line find(const line_plan &plan, Datum key, Datum tenant) const;

  // 23503: it sold another product than the line that returns it names.
  [[noreturn]] void other_product(const line_plan &plan, Datum key) const;
  // 22004: it has no price to be returned at.
  [[noreturn]] void no_price(Datum key) const;
  // 23514, or 23502 for NULL, unless pieces come back.
  void require_negative(const line_plan &plan, Datum quantity, bool is_null) const;

private:
  std::string text_of(Datum key) const; // for messages

  return_columns columns;
  Oid whole, owner;
  std::string table; // for messages
  pg::json_field key_field;
  pg::saved_query query;
};

} // namespace upkeep::orders
