// Strings between C++ and PostgreSQL: names, quoting, lists, identifiers of catalogue objects.
#pragma once

#include "postgres/boundary.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::pg {

// A palloc'd or static C string made by `body` inside the door; "" for nullptr.
template <class F> std::string string_from(F &&body) {
  const char *raw = call(body);
  return raw ? raw : "";
}

// `name` as it must stand in SQL.
std::string quoted(const std::string &name);
// Texts as SQL literals, with commas between them.
std::string literals(const std::vector<std::string> &texts);
// The same as one literal of an array.
std::string array_literal(const std::vector<std::string> &texts);
// "text" as a JSON string.
std::string json_string(const std::string &text);

// Splits a list as PostgreSQL splits identifiers: commas, blanks, double quotes, unquoted names in lower case. Throws
// 22023, naming `what`, where the list is not well formed.
std::vector<std::string> split_names(const std::string &list, const std::string &what, char separator = ',');
// The inverse of split_names.
std::string join_names(const std::vector<std::string> &names);

// schema.table, both quoted where needed.
std::string qualified(Oid table);
// The same of a collation.
std::string collation_name(Oid collation);
// "table" alone, for messages: of a shard, the table that it is a part of.
std::string table_name(Oid table);
std::string table_name(Relation table);

} // namespace upkeep::pg
