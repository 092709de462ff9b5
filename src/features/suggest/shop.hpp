// The columns of one shop that several features name, and what all of them ask for.
#pragma once

#include "features/suggest/amounts.hpp"
#include "features/suggest/found_schema.hpp"

namespace upkeep::suggest {

struct shop {
  shop(const shop_tables &tables, const schema_table &lines, const schema_table &orders);

  // Whether an order costs more, or less, than price times quantity of its lines.
  bool is_more_than_lines() const { return amounts.any(); }

  shop_tables tables;
  const schema_table &lines, &orders;
  const schema_table *products;
  std::string tenant; // or ""
  const schema_column *line_price, *quantity, *status, *paid_at;
  order_amounts amounts;
  bool has_formulas = false; // it is known how the total is made of them
  // `total` is what is kept: where orders cost more than their lines, and it is not known how, a subtotal, and
  // otherwise `sum` is what the lines add up to.
  const schema_column *total, *sum;
};

bool is_kept(const schema_column &column); // what a trigger can keep

// Of the statuses that are wanted those that the column can have, as it writes them; all of them where it takes any
// text.
std::vector<std::string> statuses_of(const schema_column &status, name_patterns wanted);

// How the lines find their order.
void link_order(const shop &of, proposal &made);
// What all lookups carry. Both links of the lines must have the same.
void add_tenant(const shop &of, bool with_product, proposal &made);

const schema_column *price_of(const schema_table &products);                   // or nullptr
const schema_column *count_of(const schema_table &table, name_patterns names); // likewise: of pieces

// A type for what is like a price, and for a sum of such; nullptr is any price.
std::string price_type(const schema_column *like);
std::string money_type(const schema_column *like);

// The first of the names that the table has no column for, whatever its type; of an amount in cents where `like` is.
std::string free_name(const schema_table &table, name_patterns names);
std::string free_name(const schema_table &table, name_patterns names, const schema_column *like);
std::string add_column(const schema_table &table, const std::string &name, const std::string &type);

void require_key(const table_link &link, proposal &made);
// What is in floating point, or in a text, needs another type.
void require_exact(const schema_table &table, const schema_column *column, proposal &made,
                   const char *type = "numeric(12,2)");
std::string name_quantity(const shop &of, proposal &made);
// Asks for a column with the price of a line, and returns its name.
std::string add_line_price(const shop &of, proposal &made);

// Snapshots and stock, on the lines of a shop.
void suggest_snapshots(const found_schema &schema, const shop &of, std::vector<proposal> &into);
void suggest_stock(const found_schema &schema, const shop &of, std::vector<proposal> &into);
// Refunds, after what they need.
void suggest_refunds(const found_schema &schema, const shop &of, std::vector<proposal> &into);

} // namespace upkeep::suggest
