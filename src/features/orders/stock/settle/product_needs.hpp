// What products must give: locked, checked, changed.
#pragma once

#include "features/orders/stock/stock_lines.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace upkeep::orders {

class product_needs {
public:
  // Locks those of the products that have a stock. In the order of their keys, so that two statements wait for each
  // other in one direction only; for one that is unlimited nobody waits, and it stays so for the rest of the statement.
  product_needs(const stock_tables &tables, const std::vector<stock_amount> &wanted,
                const std::vector<stock_amount> &before);

  // Whether it is one of them, by the key that a line or the memory has of it, which may be older than its type.
  bool has(const std::string &product) const { return places.contains(product); }

  // The amounts that are wanted are of these alone.
  void add(const std::vector<stock_amount> &amounts, bool is_wanted);

  // Throws UK002 for all products that are short, 22003 for a stock that gets too large. `hint`: of the UK002.
  void require_stock(const char *hint) const;
  void change_stock() const;

private:
  // The sum of what is wanted, less what has been taken.
  struct need {
    std::string product; // its key
    Datum stock;
    Datum quantity;
    bool is_ordered = false; // somebody wants some
  };

  // `given`: how a line or the memory calls it.
  void add_product(const std::string &given, const std::string &key, Datum stock);
  bool lock_by_index(const std::vector<std::string> &products);
  void lock_by_query(const std::vector<std::string> &products);

  const stock_tables &tables;
  Datum nothing; // 0
  std::vector<need> needs;
  std::unordered_map<std::string, std::size_t> places; // by what is given
  std::unordered_map<std::string, std::size_t> by_key;
};

} // namespace upkeep::orders
