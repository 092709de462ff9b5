// order_snapshots: what one trigger captures of the product that a line sells.
#pragma once

#include "features/trigger_options.hpp"
#include "postgres/rows/unique_key.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/json.hpp"

namespace upkeep::orders {

enum class snapshot_mode : std::uint8_t { verify, enforce, fill };

// A column of the lines that is captured, or finds what is.
struct line_column {
  AttrNumber number; // 0 where the lines have none
  Oid type;          // under any domains
  Oid domain;        // InvalidOid unless the column's type is one
  std::int16_t length;
  bool by_value;
  std::string name;
};

// What the price of a product is read from and what it must fit.
struct price_rule {
  AttrNumber source; // of the products
  Oid source_type;   // under any domains
  Oid target_type;
  std::int32_t precision, scale; // of a numeric target; precision 0: unbounded
  bool is_direct;                // the same type and precision: nothing to convert
};

class returned_lines;

// The options of a trigger resolved against its tables; kept for the session.
struct line_plan {
  line_column product, order, tenant, price, snapshot;
  line_column returns, quantity; // where lines name those that they return
  snapshot_mode mode;
  price_rule pricing;
  AttrNumber active; // of the products, or 0
  std::vector<pg::json_field> fields;
  bool snapshot_is_json;        // not jsonb
  pg::json_field product_field; // how the product's key stands in messages

  Oid products;
  Oid owner; // of the products
  Oid root;  // of the partitions that the lines have
  pg::unique_key by;
  std::shared_ptr<const returned_lines> returned;                              // nullptr without returns_column
  std::unique_ptr<pg::saved_query> query;                                      // where no index finds the product
  std::string table, products_table, price_type, product_price, active_column; // names, for messages
  int column_count;
};

// Throws 42703 and 42804 for columns that are not there or cannot serve, 428C9 for a generated one, 42501 where the
// owner of the lines may not read the products.
std::shared_ptr<const line_plan> resolve_order_line(const option_list &options, Relation lines);

// The columns of the products that a snapshot does not hold for their names.
std::vector<std::string> left_out_by_name(const option_list &options, Relation products);

// The same for a trigger of the table, as the session remembers it.
std::shared_ptr<const line_plan> plan_of_line(const Trigger &trigger, Relation lines);

// The row of an UPDATE, with what the line has captured as it was where only its image differs. UK005 where it changes:
// the one exception is a product that becomes NULL, and nothing else.
HeapTuple keep_captured(const TriggerData &trigger, const line_plan &plan);

} // namespace upkeep::orders
