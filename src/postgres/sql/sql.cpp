#include "postgres/sql/sql.hpp"

namespace upkeep::pg {

namespace sql_template {

namespace {

// A line on which nothing stands, as where an argument is empty, is left out.
void end_line(std::string &sql) {
  sql.erase(sql.find_last_not_of(' ') + 1);
  if (!sql.empty() && sql.back() != '\n')
    sql += '\n';
}

const fragment &value_of(std::string_view name, std::span<const value> values) {
  return std::find_if(values.begin(), values.end(), [&](const value &each) { return each.name == name; })->sql;
}

} // namespace

std::string filled(std::string_view text, std::size_t indent, std::span<const value> values) {
  std::string sql;
  sql.reserve(2 * text.size());
  for (part each{}; !text.empty(); text.remove_prefix(each.length)) {
    each = first_part(text);
    switch (each.is) {
    case kind::verbatim:
      sql += each.text;
      break;
    case kind::operation:
      sql.append("OPERATOR(pg_catalog.").append(each.text).append(")");
      break;
    case kind::argument:
      sql += value_of(each.text, values).text();
      break;
    case kind::line:
      end_line(sql);
      sql += each.text.substr(std::min(indent, each.text.size()));
      break;
    }
  }
  sql.erase(sql.find_last_not_of(" \n") + 1);
  return sql;
}

} // namespace sql_template

} // namespace upkeep::pg
