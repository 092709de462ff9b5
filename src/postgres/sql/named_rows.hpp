// The rows of a query, kept under a name that later queries of the same SPI connection can read from. They go to disk
// where they outgrow work_mem.
#pragma once

#include "postgres/sql/parameter.hpp"

#include <span>
#include <string>

namespace upkeep::pg {

class named_rows {
public:
  // Runs a query that sees what the active snapshot sees. The rows are there until `close`, at most as long as the
  // connection and the transaction. The name lives as long.
  named_rows(std::string name, const std::string &query, std::span<const parameter> parameters = {});

  std::int64_t count() const { return rows; }
  // An error closes them with the connection.
  void close();

private:
  std::string name;
  Tuplestorestate *store;
  std::int64_t rows = 0;
};

} // namespace upkeep::pg
