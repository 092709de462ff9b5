// Pieces of SQL, and what is quoted when it becomes one.
#pragma once

#include "core/text/joined.hpp"
#include "postgres/sql/text.hpp"

#include <concepts>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::pg {

// What is quoted as an identifier, as a text, and as schema.table.
struct identifier {
  std::string name;
};
struct literal {
  std::string text;
};
struct table {
  Oid oid;
};

// A piece of SQL, ready to be put into another. A string becomes one only where the code says that it is SQL.
class fragment {
public:
  fragment() = default;
  explicit fragment(std::string sql) : sql(std::move(sql)) {}
  explicit fragment(const char *sql) : sql(sql) {}
  fragment(const identifier &value) : sql(quoted(value.name)) {}
  fragment(const literal &value) : sql(literals({value.text})) {}
  fragment(const table &value) : sql(qualified(value.oid)) {}
  template <std::integral Number>
  requires(sizeof(Number) > 1 && !std::same_as<Number, Oid>) fragment(Number value) : sql(std::to_string(value)) {}

  const std::string &text() const { return sql; }
  operator const std::string &() const { return sql; }
  bool empty() const { return sql.empty(); }

private:
  std::string sql;
};

// The parts, with the separator between them.
using upkeep::joined;
fragment joined(const std::vector<fragment> &parts, std::string_view separator = ", ");
// i.a, i.b
fragment columns_of(std::string_view alias, const std::vector<std::string> &names);

} // namespace upkeep::pg

// For texts that are put together by fmt.
template <> struct fmt::formatter<upkeep::pg::fragment> : fmt::formatter<std::string> {
  auto format(const upkeep::pg::fragment &sql, fmt::format_context &context) const {
    return fmt::formatter<std::string>::format(sql.text(), context);
  }
};
