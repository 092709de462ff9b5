// The statements that a trigger of stock runs each time.
#pragma once

#include "postgres/sql/fragment.hpp"
#include "postgres/sql/saved_query.hpp"

#include <memory>
#include <span>
#include <string>
#include <unordered_map>

namespace upkeep::orders {

// By their names, each put together and prepared when it runs first, by indexes: a shop grows while its sessions last.
class stock_statements {
public:
  // Sees what is committed now, even if the transaction keeps an older snapshot. `make` returns the text.
  template <class Make>
  pg::rows execute(const std::string &name, std::span<const pg::parameter> parameters, Make &&make) {
    std::unique_ptr<pg::saved_query> &query = prepared[name];
    if (!query)
      query = prepare(make(), parameters);
    return run(*query, parameters);
  }

private:
  static std::unique_ptr<pg::saved_query> prepare(const pg::fragment &sql, std::span<const pg::parameter> parameters);
  static pg::rows run(const pg::saved_query &query, std::span<const pg::parameter> parameters);

  std::unordered_map<std::string, std::unique_ptr<pg::saved_query>> prepared;
};

} // namespace upkeep::orders
