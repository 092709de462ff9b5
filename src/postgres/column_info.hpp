// A column as the catalogue has it, asked once, and what a feature requires of it.
#pragma once

#include "postgres/compat.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::pg {

struct column_info {
  // `number` is that of a column which is there.
  column_info(Relation relation, AttrNumber number);

  std::string table, name;
  AttrNumber number;
  Oid declared; // its type, maybe a domain
  std::int32_t declared_modifier;
  Oid type; // under any domains
  std::int32_t modifier;
  Oid domain; // InvalidOid unless `declared` is one
  Oid collation;
  std::int16_t length; // as pg_attribute.attlen
  bool by_value;
  char generated; // as pg_attribute.attgenerated
  bool is_identity;

  // As it is declared, for messages.
  std::string type_name() const;

  // 42804: column "a" of table "t" has type text, which … `why`: "cannot hold a metric".
  [[noreturn]] void refuse_type(std::string_view why, const char *hint) const;
  // Throws 42804 unless it holds exact numbers.
  void require_number(const char *hint) const;
  // Throws 428C9 where it is generated.
  void require_not_generated(const char *hint) const;
  // The same, and where it is an identity.
  void require_writable(const char *hint) const;
};

// The names of a table's columns, in their order. Needs an SPI connection.
std::vector<std::string> column_names(Oid table);

} // namespace upkeep::pg
